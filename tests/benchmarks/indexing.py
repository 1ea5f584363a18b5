"""How fast indexing is and what it costs: `python -m tests.benchmarks.indexing [--documents N] [--no-encoder]`.

Prints, from one run on documents that are made from those that ship:
- passages per second of a whole sync, and of the bare encoder on the same passages with the same settings;
- words per second of that sync, and of a plain LangChain pipeline (RecursiveCharacterTextSplitter with chunks of 1,000
  characters, sentence-transformers behind LangChain's `Embeddings`, and Chroma.from_documents, all with their defaults,
  the same model);
- what a sync costs in which nothing, or one document, changed, as a share of the first;
- how much memory a first sync takes on top of the loaded model.
With `--no-encoder`, vectors are made from the words (tests.benchmarks.crashing), so that ten thousand documents take
minutes and memory and the cost of everything but the encoder show. Nothing is asserted: machines differ.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import re
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil
from langchain_chroma import Chroma
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from sentence_transformers import SentenceTransformer

from corpus.document import Audience
from corpus.folder import SHIPPED_DOCUMENTS, load, scan
from index.embedding import BATCH_SIZE, MiniLMEmbeddings, model_folder
from index.generation import Generations
from index.sync import SyncReport, sync
from tests.benchmarks.crashing import WordVectors

T = TypeVar("T")

PARAGRAPHS = 6
CHUNK_CHARACTERS, CHUNK_OVERLAP = 1000, 200


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--no-encoder", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus, home = Path(folder) / "corpus", Path(folder) / "home"
        words = write_corpus(corpus, options.documents)
        embeddings = WordVectors() if options.no_encoder else MiniLMEmbeddings()
        embeddings.count_pieces("warm")
        if not options.no_encoder:
            embeddings.embed_documents(["warm"])
        took, report = measure_first(corpus, home, embeddings, words)
        measure_again(corpus, home, embeddings, took)
        if not options.no_encoder:
            measure_encoder(home, embeddings, report.passages / took)
            measure_langchain(corpus, Path(folder) / "plain", words, words / took)


def write_corpus(corpus: Path, documents: int) -> int:
    """Write documents of random paragraphs of the shipped ones, each with own numbers, and return their words."""
    chance = random.Random(0)
    texts = [load(source).text for source in scan([SHIPPED_DOCUMENTS], Audience.PUBLIC).files]
    paragraphs = [part for text in texts for part in text.split("\n\n") if len(part) > 80]
    corpus.mkdir()
    words = 0
    for number in range(documents):
        chosen = chance.sample(paragraphs, PARAGRAPHS)
        parts = [re.sub(r"\d\d+", lambda _: str(chance.randint(10, 999)), part) for part in chosen]
        text = f"# Paper {number}\n\n" + "\n\n".join(f"## Part {n}\n\n{part}" for n, part in enumerate(parts)) + "\n"
        words += len(text.split())
        (corpus / f"paper-{number}.md").write_text(text, "utf-8")
    return words


class Peak:
    """The most memory that this process takes while it is open, in bytes on top of what it took before."""

    def __enter__(self) -> Peak:
        gc.collect()
        self._process = psutil.Process()
        self._before = self.most = self._process.memory_info().rss
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            self.most = max(self.most, self._process.memory_info().rss)

    @property
    def grown(self) -> int:
        """Return the growth in bytes."""
        return self.most - self._before


def measure_first(corpus: Path, home: Path, embeddings: MiniLMEmbeddings, words: int) -> tuple[float, SyncReport]:
    """Index from nothing."""
    with Peak() as peak:
        took, report = timed(lambda: sync([corpus], home, embeddings))
    documents = len(report.added)
    print(f"first sync        {took:8.2f} s: {documents} documents, {report.passages} passages, {words} words")
    print(f"                  {report.passages / took:8.1f} passages/s, {words / took:.0f} words/s")
    print(f"memory            {peak.grown / 1e6:8.1f} MB more at the most")
    return took, report


def measure_again(corpus: Path, home: Path, embeddings: MiniLMEmbeddings, first: float) -> None:
    """Sync when nothing, and when one document has changed."""
    time.sleep(2.1)  # so that the stamps of the files are old enough to be trusted
    sync([corpus], home, embeddings)
    again = min(timed(lambda: sync([corpus], home, embeddings))[0] for _ in range(3))
    print(f"nothing changed   {again * 1000:8.1f} ms = 1/{first / again:.0f} of the first sync")
    (corpus / "paper-0.md").write_text("# Paper 0\n\nThis is now another text, of one sentence.\n")
    took, report = timed(lambda: sync([corpus], home, embeddings))
    print(
        f"one changed       {took * 1000:8.1f} ms = 1/{first / took:.0f} of the first sync ({report.embedded} embedded)"
    )
    size = sum(path.stat().st_size for path in (home / "generations" / report.generation).rglob("*") if path.is_file())
    print(f"index on disk     {size / 1e6:8.1f} MB")


def measure_encoder(home: Path, embeddings: MiniLMEmbeddings, indexing: float) -> None:
    """Encode the same passages with nothing around."""
    generations = Generations(home)
    folder = generations.current_folder()
    if folder is None:
        raise SystemExit("nothing was indexed")
    store = generations.open(folder, embeddings).documents
    texts = [passage.searched_text for audience in Audience for passage in store.passages_of(audience)]
    took, _ = timed(lambda: embeddings._batch_encoder.encode(texts, batch_size=BATCH_SIZE, show_progress_bar=False))
    print(f"bare encoder      {len(texts) / took:8.1f} passages/s; indexing / it = {indexing * took / len(texts):.2f}")


class PlainEmbeddings(Embeddings):
    """The pinned model behind LangChain's interface, with the encoder's defaults."""

    def __init__(self) -> None:
        self._encoder = SentenceTransformer(str(model_folder()), device="cpu")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector per text."""
        vectors: list[list[float]] = self._encoder.encode(texts, show_progress_bar=False).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of one text."""
        return self.embed_documents([text])[0]


def measure_langchain(corpus: Path, home: Path, words: int, indexing: float) -> None:
    """Index the same files in the plain way."""
    plain = PlainEmbeddings()
    plain.embed_documents(["warm"])

    def index() -> None:
        files = sorted(corpus.glob("*.md"))
        documents = [LangChainDocument(file.read_text("utf-8"), metadata={"source": file.name}) for file in files]
        splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK_CHARACTERS, chunk_overlap=CHUNK_OVERLAP)
        Chroma.from_documents(splitter.split_documents(documents), plain, persist_directory=str(home))

    took, _ = timed(index)
    print(f"plain LangChain   {words / took:8.1f} words/s; indexing / LangChain = {indexing * took / words:.2f}")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return how long `work` takes and what it gives."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    main()
