"""How well passages are found: `python -m tests.benchmarks.retrieval SET`.

SET is a folder in BEIR's form, with `corpus.jsonl[.gz]`, `queries.jsonl[.gz]` and `qrels.tsv`, or a file of tasks in
MTRAG's, `NAME.jsonl.gz`: the last question of a conversation, made to stand alone, is to find its own reference
passages among those of all tasks. Each text of the corpus becomes a document, and a document scores as its best
passage. Prints nDCG@10, Recall@5, Recall@10 and reciprocal rank, by ir-measures, for BM25, dense and hybrid on the half
of the queries that was never looked at while weights were chosen, and on the other half; then what others published
for the set, where that is known.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import RR, Qrel, R, ScoredDoc, nDCG

from assistant.answer import Exchange
from assistant.rewrite import standalone
from corpus.document import Audience, Document, Section
from index.building import Change, write_lexical
from index.document_store import DocumentStore
from index.embedding import MiniLMEmbeddings
from index.generation import Generation, Manifest, documents_file, vectors_folder
from index.passage import Passage
from index.retriever import HybridRetriever
from index.splitting import split
from index.vector_store import VectorStore

MEASURES = [nDCG @ 10, R @ 5, R @ 10, RR]
DEPTH = 100
PUBLISHED = {"scifact": "on BEIR's test queries, nDCG@10: BM25 .665 (BEIR), all-MiniLM-L6-v2 .645 (MTEB)"}
"""What others published for a set, by the name of its folder."""


def main() -> None:
    """Index the set in a temporary folder, search it, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", type=Path)
    path = parser.parse_args().set
    embeddings = MiniLMEmbeddings()
    given = tasks(path) if path.is_file() else beir(path)
    with tempfile.TemporaryDirectory() as home:
        generation = index(given.corpus, Path(home), embeddings)
        runs = search(generation, embeddings, given.queries)
    print(f"{'half':8} {'way':8} " + " ".join(f"{measure!s:>8}" for measure in MEASURES))
    for half, wanted in (("looked at", 0), ("untouched", 1)):
        part = {key for key in given.queries if zlib.crc32(key.encode()) % 2 == wanted}
        qrels = [qrel for qrel in given.judged if qrel.query_id in part]
        for way, run in runs.items():
            found = ir_measures.calc_aggregate(MEASURES, qrels, [one for one in run if one.query_id in part])
            print(f"{half:9} {way:7} " + " ".join(f"{found[measure]:8.3f}" for measure in MEASURES))
    if path.name in PUBLISHED:
        print(f"published {PUBLISHED[path.name]}")


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Rows of a corpus, questions by their ids, and which rows are relevant to them."""

    corpus: tuple[dict[str, Any], ...]
    queries: dict[str, str]
    judged: tuple[Qrel, ...]


def beir(folder: Path) -> RetrievalSet:
    """Read a folder in BEIR's form; questions without a judgement are left out."""
    judged = tuple(judgements(folder))
    wanted = {qrel.query_id for qrel in judged}
    queries = {row["_id"]: row["text"] for row in rows(folder, "queries") if row["_id"] in wanted}
    return RetrievalSet(tuple(rows(folder, "corpus")), queries, judged)


def tasks(path: Path) -> RetrievalSet:
    """Read a file of MTRAG's tasks; those without a reference passage are left out."""
    corpus: dict[str, dict[str, Any]] = {}
    queries: dict[str, str] = {}
    judged: list[Qrel] = []
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        task = json.loads(line)
        for context in task["contexts"]:
            corpus[context["document_id"]] = {"_id": context["document_id"], "text": context["text"]}
            judged.append(Qrel(task["id"], context["document_id"], 1))
        if task["contexts"]:
            turns = [turn["text"] for turn in task["history"]]
            history = [Exchange(asked, told) for asked, told in zip(turns[::2], turns[1::2], strict=False)]
            queries[task["id"]] = standalone(task["question"], history)
    return RetrievalSet(tuple(corpus.values()), queries, tuple(judged))


def rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON lines file, packed or not."""
    packed = folder / f"{name}.jsonl.gz"
    lines = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / f"{name}.jsonl").read_bytes()
    for line in lines.decode().split("\n"):
        if line.strip():
            row = json.loads(line)
            yield {**row, "_id": str(row.get("_id", row.get("id")))}


def judgements(folder: Path) -> Iterator[Qrel]:
    """Yield the relevance judgements; a first line of column names is passed over."""
    for line in (folder / "qrels.tsv").read_text("utf-8").split("\n"):
        cells = line.split("\t")
        if len(cells) >= 3 and cells[-1].strip().lstrip("-").isdigit():
            yield Qrel(cells[0], cells[-2], int(cells[-1]))


def index(corpus: Sequence[dict[str, Any]], home: Path, embeddings: MiniLMEmbeddings) -> Generation:
    """Index each text of the set as one document, with the project's own splitting, embedding and stores."""
    store = DocumentStore(documents_file(home), writable=True)
    vectors = VectorStore(vectors_folder(home), embeddings)
    passages: list[Passage] = []
    for ordinal, row in enumerate(corpus):
        document = document_of(row)
        parts = split(document, embeddings.count_pieces)
        store.add(document, parts, ordinal)
        passages.extend(parts)
    for start in range(0, len(passages), 256):
        batch = passages[start : start + 256]
        found = embeddings.embed_passages(batch)
        texts = [passage.searched_text for passage in batch]
        vectors.add(Audience.PUBLIC, [p.id for p in batch], texts, [item.passage for item in found])
        for passage, item in zip(batch, found, strict=True):
            store.set_sentence_vectors(passage.id, item.sentences)
    for audience in Audience:
        write_lexical(home, store, audience, Change(added=set(store.passage_counts(audience))))
    store.commit()
    return Generation(home, Manifest(model=embeddings.identity, dimension=embeddings.dimension), embeddings)


def document_of(row: dict[str, Any]) -> Document:
    """Return a row of the corpus as a document without sections."""
    text = row["text"] or row.get("title", "")
    return Document(
        id=str(row["_id"]),
        title=row.get("title", ""),
        file=str(row["_id"]),
        text=text,
        sections=(Section((), 0, len(text)),),
        pages=(),
        audience=Audience.PUBLIC,
        period="",
        programme="",
        kind="text",
        source="",
        content_hash=str(row["_id"]),
    )


def search(generation: Generation, embeddings: MiniLMEmbeddings, queries: dict[str, str]) -> dict[str, list[ScoredDoc]]:
    """Return a run per way; a document scores as its best passage."""
    retriever = HybridRetriever(generation=generation, embeddings=embeddings, limit=DEPTH)
    runs: dict[str, list[ScoredDoc]] = {"BM25": [], "dense": [], "hybrid": []}
    for key, text in queries.items():
        ranked = {
            "BM25": generation.lexical[Audience.PUBLIC].search(text, DEPTH),
            "dense": generation.vectors.search(Audience.PUBLIC, [embeddings.embed_query(text)], DEPTH)[0],
            "hybrid": [(found.passage.id, found.score) for found in retriever.retrieve(text)],
        }
        for way, passages in ranked.items():
            best: dict[str, float] = {}
            for passage_id, score in passages:
                document = passage_id.rsplit(":", 1)[0]
                best[document] = max(score, best.get(document, score))
            runs[way].extend(ScoredDoc(key, document, score) for document, score in best.items())
    return runs


if __name__ == "__main__":
    main()
