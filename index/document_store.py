"""The documents and passages of one generation, in SQLite; every read says for which audience."""

from __future__ import annotations

import dataclasses
import datetime
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from corpus.document import Audience, Document
from index.definitions import Definition, find_definitions
from index.embedding import SentenceVectors
from index.lexical import Analysed, LexicalPassage
from index.passage import Passage

_SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, ordinal INTEGER NOT NULL, audience TEXT NOT NULL, content_hash TEXT NOT NULL,
    facts TEXT NOT NULL, file TEXT NOT NULL, superseded_by TEXT NOT NULL, indexed_at TEXT NOT NULL,
    passages INTEGER NOT NULL,
    fields TEXT NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE TABLE passages (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents (id), audience TEXT NOT NULL,
    fields TEXT NOT NULL, sentence_vectors BLOB, terms TEXT NOT NULL, words TEXT NOT NULL, definitions TEXT NOT NULL
) STRICT;
CREATE INDEX superseded ON documents (id) WHERE superseded_by <> '';
CREATE INDEX passages_by_document ON passages (document_id);
CREATE INDEX passages_by_audience ON passages (audience, id);
CREATE INDEX passages_that_define ON passages (audience, id) WHERE definitions <> '[]';
"""

_MAPPED_BYTES = 2**31
"""Most of a file that is mapped into memory when it is only read, which saves a copy of each page; SQLite's most."""

_DOCUMENT = TypeAdapter(Document)
_PASSAGE = TypeAdapter(Passage)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """What a sync compares: the hash of a document's file, what was said about it when it was indexed, its file."""

    content_hash: str
    facts: str
    file: str


class DocumentStore:
    """Reads and writes the file of one generation.

    A generation that answers questions is opened with `writable=False` and never changes, so threads share it.
    """

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        self._written = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        new = not path.exists()
        mode = "rwc" if writable else "ro"
        self._database = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, check_same_thread=False)
        if writable:
            # A generation that is being built is thrown away when the build stops, and flushed when it is published.
            self._database.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;")
            if new:
                self._database.executescript(_SCHEMA)
        else:
            self._database.execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")

    def stored(self) -> dict[str, StoredDocument]:
        """Return what every document was indexed from, by id, of all audiences."""
        rows = self._database.execute("SELECT id, content_hash, facts, file FROM documents")
        return {row[0]: StoredDocument(*row[1:]) for row in rows}

    def audience_of(self, document_id: str) -> Audience | None:
        """Return the audience under which a document is stored; None where it is not stored."""
        row = self._database.execute("SELECT audience FROM documents WHERE id = ?", (document_id,)).fetchone()
        return Audience(row[0]) if row else None

    def add(
        self,
        document: Document,
        passages: Sequence[Passage],
        ordinal: int,
        *,
        sentence_vectors: Sequence[SentenceVectors | None] | None = None,
        facts: str = "",
    ) -> None:
        """Add a document, its passages in order, and the vectors of their sentences, [sentences, dimension] each."""
        fields = _DOCUMENT.dump_json(dataclasses.replace(document, text="")).decode()
        self._database.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.id,
                ordinal,
                document.audience,
                document.content_hash,
                facts,
                document.file,
                document.superseded_by,
                self._written,
                len(passages),
                fields,
                document.text,
            ),
        )
        self._database.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    p.id,
                    p.document_id,
                    document.audience,
                    _PASSAGE.dump_json(p).decode(),
                    v if v is None else v.tobytes(),
                    *_searched(p),
                )
                for p, v in zip(passages, sentence_vectors or [None] * len(passages), strict=True)
            ),
        )

    def all_passages_of(self, document_id: str) -> list[tuple[Passage, SentenceVectors]]:
        """Return the passages of one document in order with the vectors of their sentences, whoever may read it."""
        query = "SELECT fields, sentence_vectors FROM passages WHERE document_id = ? ORDER BY rowid"
        found: list[tuple[Passage, SentenceVectors]] = []
        for fields, stored in self._database.execute(query, (document_id,)):
            passage = _PASSAGE.validate_json(fields)
            found.append((passage, np.frombuffer(stored, np.float16).reshape(len(passage.sentences), -1)))
        return found

    def remove(self, document_id: str) -> tuple[str, ...]:
        """Remove a document with its passages and return the ids of those."""
        rows = self._database.execute("SELECT id FROM passages WHERE document_id = ?", (document_id,)).fetchall()
        self._database.execute("DELETE FROM passages WHERE document_id = ?", (document_id,))
        self._database.execute("DELETE FROM documents WHERE id = ?", (document_id,))
        return tuple(row[0] for row in rows)

    def order(self, document_ids: Iterable[str]) -> None:
        """Set the order in which documents are listed."""
        self._database.executemany(
            "UPDATE documents SET ordinal = ?1 WHERE id = ?2 AND ordinal <> ?1",
            ((n, key) for n, key in enumerate(document_ids)),
        )

    def commit(self) -> None:
        """Write everything to disk."""
        self._database.commit()

    def documents(self, audience: Audience) -> Iterator[Document]:
        """Yield the documents that a person of `audience` may read, in order, without their texts."""
        marks = ", ".join("?" * len(audience.readable))
        query = f"SELECT fields FROM documents WHERE audience IN ({marks}) ORDER BY ordinal"  # noqa: S608
        for (fields,) in self._database.execute(query, audience.readable):
            yield _DOCUMENT.validate_json(fields)

    def document(self, document_id: str, audience: Audience) -> Document | None:
        """Return one document with its text; None where it is unknown or this person may not read it."""
        marks = ", ".join("?" * len(audience.readable))
        query = f"SELECT fields, text FROM documents WHERE id = ? AND audience IN ({marks})"  # noqa: S608
        row = self._database.execute(query, (document_id, *audience.readable)).fetchone()
        return None if row is None else dataclasses.replace(_DOCUMENT.validate_json(row[0]), text=row[1])

    def superseded(self, audience: Audience) -> tuple[Document, ...]:
        """Return the readable documents that another document replaces, without their texts."""
        marks = ", ".join("?" * len(audience.readable))
        query = f"SELECT fields FROM documents WHERE superseded_by <> '' AND audience IN ({marks})"  # noqa: S608
        return tuple(_DOCUMENT.validate_json(row[0]) for row in self._database.execute(query, audience.readable))

    def passage_counts(self, audience: Audience) -> dict[str, int]:
        """Return how many passages each readable document has."""
        marks = ", ".join("?" * len(audience.readable))
        query = f"SELECT id, passages FROM documents WHERE audience IN ({marks})"  # noqa: S608
        return dict(self._database.execute(query, audience.readable))

    def set_sentence_vectors(self, passage_id: str, vectors: SentenceVectors) -> None:
        """Keep the vectors of a passage's sentences, [sentences, dimension]."""
        self._database.execute("UPDATE passages SET sentence_vectors = ? WHERE id = ?", (vectors.tobytes(), passage_id))

    def indexed_at(self, audience: Audience) -> dict[str, str]:
        """Return when each readable document was indexed, as an ISO date and time in Universal Time.

        All documents of one sync have the same time, that at which it began to write.
        """
        marks = ", ".join("?" * len(audience.readable))
        query = f"SELECT id, indexed_at FROM documents WHERE audience IN ({marks})"  # noqa: S608
        return dict(self._database.execute(query, audience.readable))

    def passages(self, ids: Sequence[str], audience: Audience) -> dict[str, tuple[Passage, SentenceVectors | None]]:
        """Return the passages with these ids that a person of `audience` may read, with their sentences' vectors."""
        readable = audience.readable
        marks = ", ".join("?" * len(ids)), ", ".join("?" * len(readable))
        columns = "id, fields, sentence_vectors"
        query = f"SELECT {columns} FROM passages WHERE id IN ({marks[0]}) AND audience IN ({marks[1]})"  # noqa: S608
        found: dict[str, tuple[Passage, SentenceVectors | None]] = {}
        for key, fields, stored in self._database.execute(query, (*ids, *readable)):
            passage = _PASSAGE.validate_json(fields)
            vectors = np.frombuffer(stored, np.float16).reshape(len(passage.sentences), -1) if stored else None
            found[key] = (passage, vectors)
        return found

    def sentence_vectors(self, ids: Sequence[str], audience: Audience) -> dict[str, bytes]:
        """Return the vectors of the sentences of these passages, as they are kept: float16, [sentences, dimension]."""
        marks = ", ".join("?" * len(ids)), ", ".join("?" * len(audience.readable))
        query = f"SELECT id, sentence_vectors FROM passages WHERE id IN ({marks[0]}) AND audience IN ({marks[1]})"  # noqa: S608
        return {key: stored or b"" for key, stored in self._database.execute(query, (*ids, *audience.readable))}

    def passage_ids_in(self, document_ids: Iterable[str], audience: Audience) -> tuple[str, ...]:
        """Return the ids of the passages of these documents that are of exactly this audience."""
        wanted = json.dumps(sorted(document_ids))
        query = (
            "SELECT id FROM passages WHERE document_id IN (SELECT value FROM json_each(?)) AND audience = ? ORDER BY id"
        )
        return tuple(row[0] for row in self._database.execute(query, (wanted, audience)))

    def neighbour_id(self, passage_id: str, step: int) -> str | None:
        """Return the id of the passage `step` places after another one in the same document, None where none is."""
        query = (
            "SELECT other.id FROM passages AS one JOIN passages AS other ON other.rowid = one.rowid + ? "
            "AND other.document_id = one.document_id WHERE one.id = ?"
        )
        row = self._database.execute(query, (step, passage_id)).fetchone()
        return None if row is None else str(row[0])

    def passage_ids(self, audience: Audience) -> tuple[str, ...]:
        """Return the ids of the passages of exactly this audience, sorted."""
        rows = self._database.execute("SELECT id FROM passages WHERE audience = ? ORDER BY id", (audience,))
        return tuple(row[0] for row in rows)

    def passages_of(self, audience: Audience) -> Iterator[Passage]:
        """Yield the passages of exactly this audience, sorted by id."""
        rows = self._database.execute("SELECT fields FROM passages WHERE audience = ? ORDER BY id", (audience,))
        for (fields,) in rows:
            yield _PASSAGE.validate_json(fields)

    def lexical_passages_of(self, document_ids: Iterable[str], audience: Audience) -> Analysed:
        """Yield the passages of these documents that are of exactly this audience, as lexical search keeps them."""
        return self._lexical_passages("document_id", document_ids, audience)

    def lexical_passages(self, ids: Iterable[str], audience: Audience) -> Analysed:
        """Yield those of the passages with these ids that are of exactly this audience."""
        return self._lexical_passages("id", ids, audience)

    def _lexical_passages(self, column: str, wanted: Iterable[str], audience: Audience) -> Analysed:
        # the plus sign keeps SQLite from reading all passages of the audience
        query = (
            f"SELECT id, terms, words FROM passages WHERE {column} IN (SELECT value FROM json_each(?)) "  # noqa: S608
            "AND +audience = ?"
        )
        for key, terms, words in self._database.execute(query, (json.dumps(sorted(wanted)), audience)):
            yield key, LexicalPassage(tuple(terms.split()), tuple(words.split()))

    def forms_of(self, document_id: str) -> Counter[str]:
        """Return how many passages of a document hold each longer word, as it is spelt."""
        rows = self._database.execute("SELECT words FROM passages WHERE document_id = ?", (document_id,))
        return Counter(word for (words,) in rows for word in words.split())

    def definitions(self, audience: Audience) -> Iterator[Definition]:
        """Yield what the passages of exactly this audience write out, sorted by id."""
        query = "SELECT definitions FROM passages WHERE audience = ? AND definitions <> '[]' ORDER BY id"
        for (stored,) in self._database.execute(query, (audience,)):
            yield from (Definition(**fields) for fields in json.loads(stored))

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def _searched(passage: Passage) -> tuple[str, str, str]:
    """Return terms, words and definitions of a passage as they are stored."""
    lexical = LexicalPassage.of(passage.searched_text)
    found = [dataclasses.asdict(one) for one in find_definitions([passage])]
    return " ".join(lexical.terms), " ".join(lexical.words), json.dumps(found, ensure_ascii=False)
