"""How fast passages are found among many: `python -m tests.benchmarks.retrieval_speed [PASSAGES ...]`.

Builds an index of synthetic passages: random unit vectors around a few thousand topics, and words drawn by Zipf's law
from a vocabulary of 60,000. Prints the time of a retrieval with the query's embedding, as a ratio to the embedding
alone in the same run, what each step takes, and the memory that answering takes up. Times are of the processor, of all
threads, so that other programs on the machine count little. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from corpus.document import Audience, Document, Section
from index.building import Change, write_lexical
from index.document_store import DocumentStore
from index.embedding import MiniLMEmbeddings
from index.generation import Generation, Manifest, documents_file, vectors_folder
from index.passage import Passage, Sentence, passage_id
from index.retriever import CANDIDATES, HybridRetriever
from index.search import Likely, Search
from index.vector_store import VectorStore

WORDS = 60_000
SENTENCES = 5
WORDS_A_SENTENCE = 18
PASSAGES_A_DOCUMENT = 20
TOPICS = 2_000
QUESTIONS = 60
BATCH = 5_000


def main() -> None:
    """Measure each size and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("passages", type=int, nargs="*", default=[10_000])
    for passages in parser.parse_args().passages:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), passages)


def measure(folder: Path, passages: int) -> None:
    """Build an index of so many passages, ask it, and print what that takes."""
    embeddings = MiniLMEmbeddings()
    build(folder, passages, embeddings.dimension)
    embeddings.embed_query("warm")
    before = resident()
    manifest = Manifest(model=embeddings.identity, dimension=embeddings.dimension)
    generation = Generation(folder, manifest, embeddings)
    retriever = HybridRetriever(generation=generation, embeddings=embeddings, limit=24)
    draw = random.Random(1)
    questions = [" ".join(text(draw, 8)) for _ in range(QUESTIONS)]
    vectors = {question: embeddings.embed_query(question) for question in questions}
    # three sentences that may answer, as the trained reader names them; nothing holds them, so all are looked through
    likely = tuple(Likely(tuple(vectors[question]), lambda passage: False) for question in questions[:3])
    retriever.retrieve(questions[0])
    steps: dict[str, Callable[[str], object]] = {
        "embedding": embeddings.embed_query,
        "retrieval": retriever.retrieve,
        "with likely": lambda question: retriever.search(Search((question,), likely=likely)),
        "Chroma": lambda question: generation.vectors.search(Audience.PUBLIC, [vectors[question]], CANDIDATES),
        "BM25": lambda question: generation.lexical[Audience.PUBLIC].match(question).top(CANDIDATES),
    }
    took: dict[str, list[float]] = {name: [] for name in steps}
    for question in questions:  # in turns, so that a busy machine slows all of them alike
        for name, step in steps.items():
            started = time.process_time()
            step(question)
            took[name].append((time.process_time() - started) * 1000)
    median = {name: statistics.median(times) for name, times in took.items()}
    grown = max(0, resident() - before)
    print(f"{passages:7} passages  " + "  ".join(f"{name} {one:.2f} ms" for name, one in median.items()))
    print(f"{'':7} retrieval / embedding = {median['retrieval'] / median['embedding']:.2f}", end=", ")
    print(f"with likely sentences {median['with likely'] / median['embedding']:.2f}", end="; ")
    print(f"memory {grown / 2**20:.0f} MiB, {grown / passages:.0f} bytes a passage")
    generation.close()


def build(folder: Path, passages: int, dimension: int) -> None:
    """Write a generation of synthetic passages."""
    store = DocumentStore(documents_file(folder), writable=True)
    vectors = VectorStore(vectors_folder(folder), MiniLMEmbeddings())
    numbers = np.random.default_rng(0)
    topics = numbers.normal(size=(TOPICS, dimension)).astype(np.float32)
    for start in range(0, passages, BATCH):
        batch = list(documents(start, min(passages, start + BATCH)))
        for document, found in batch:
            store.add(document, found, start)
        parts = [part for _, found in batch for part in found]
        near = topics[numbers.integers(TOPICS, size=len(parts))]
        around = unit(near + 0.7 * numbers.normal(size=near.shape).astype(np.float32))
        vectors.add(Audience.PUBLIC, [part.id for part in parts], [part.text for part in parts], around.tolist())
        for part, vector in zip(parts, around, strict=True):
            noise = 0.03 * numbers.normal(size=(len(part.sentences), dimension))
            store.set_sentence_vectors(part.id, unit(vector + noise).astype(np.float16))
    for audience in Audience:
        write_lexical(folder, store, audience, Change(added=set(store.passage_counts(audience))))
    store.commit()
    store.close()
    vectors.close()


def documents(start: int, end: int) -> Iterator[tuple[Document, tuple[Passage, ...]]]:
    """Yield documents of a few passages with random words, for passages `start` to `end`."""
    for first in range(start, end, PASSAGES_A_DOCUMENT):
        draw = random.Random(first)
        key = f"document-{first}"
        parts: list[Passage] = []
        offset = 0
        for _ in range(min(PASSAGES_A_DOCUMENT, end - first)):
            sentences: list[Sentence] = []
            for _ in range(SENTENCES):
                line = " ".join(text(draw, WORDS_A_SENTENCE)) + "."
                sentences.append(Sentence(offset, offset + len(line), line))
                offset += len(line) + 1
            span = sentences[0].start, sentences[-1].end
            parts.append(Passage(passage_id(key, *span), key, key, "", None, *span, tuple(sentences)))
        whole = " ".join(part.text for part in parts)
        section = Section((), 0, len(whole))
        yield (
            Document(key, key, key, whole, (section,), (), Audience.PUBLIC, "", "", "text", "", key),
            tuple(parts),
        )


def text(draw: random.Random, words: int) -> Iterator[str]:
    """Yield words whose frequency falls with their rank, as in English."""
    for _ in range(words):
        rank = int(WORDS ** draw.random())
        yield "".join(chr(97 + int(digit)) for digit in str(rank * 7919 % 1_000_003)) + "n"


def unit(vectors: np.ndarray) -> np.ndarray:
    """Return vectors of length one."""
    scaled: np.ndarray = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return scaled


def resident() -> int:
    """Return how many bytes of memory this process holds now, less mapped files, which the system can take back."""
    status = Path("/proc/self/status").read_text("utf-8")
    return 1024 * int(status.partition("RssAnon:")[2].split()[0])


if __name__ == "__main__":
    main()
