"""The documents and passages of one generation, in SQLite; every read says for which audience."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from corpus.document import Audience, Document
from index.embedding import SentenceVectors
from index.passage import Passage

_SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, ordinal INTEGER NOT NULL, audience TEXT NOT NULL, content_hash TEXT NOT NULL,
    passages INTEGER NOT NULL, fields TEXT NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE TABLE passages (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents (id), audience TEXT NOT NULL,
    fields TEXT NOT NULL, sentence_vectors BLOB
) STRICT;
CREATE INDEX passages_by_document ON passages (document_id);
CREATE INDEX passages_by_audience ON passages (audience, id);
"""

_DOCUMENT = TypeAdapter(Document)
_PASSAGE = TypeAdapter(Passage)


class DocumentStore:
    """Reads and writes the file of one generation.

    A generation that answers questions is opened with `writable=False` and never changes, so threads share it.
    """

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        new = not path.exists()
        mode = "rwc" if writable else "ro"
        self._database = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, check_same_thread=False)
        if new and writable:
            self._database.executescript(_SCHEMA)

    def hashes(self) -> dict[str, str]:
        """Return the content hash of every document by id, of all audiences."""
        return dict(self._database.execute("SELECT id, content_hash FROM documents"))

    def audience_of(self, document_id: str) -> Audience:
        """Return the audience under which a document is stored."""
        row = self._database.execute("SELECT audience FROM documents WHERE id = ?", (document_id,)).fetchone()
        return Audience(row[0])

    def add(self, document: Document, passages: Sequence[Passage], ordinal: int) -> None:
        """Add a document and its passages."""
        fields = _DOCUMENT.dump_json(dataclasses.replace(document, text="")).decode()
        self._database.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)",
            (document.id, ordinal, document.audience, document.content_hash, len(passages), fields, document.text),
        )
        self._database.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, NULL)",
            ((p.id, p.document_id, document.audience, _PASSAGE.dump_json(p).decode()) for p in passages),
        )

    def remove(self, document_id: str) -> tuple[str, ...]:
        """Remove a document with its passages and return the ids of those."""
        rows = self._database.execute("SELECT id FROM passages WHERE document_id = ?", (document_id,)).fetchall()
        self._database.execute("DELETE FROM passages WHERE document_id = ?", (document_id,))
        self._database.execute("DELETE FROM documents WHERE id = ?", (document_id,))
        return tuple(row[0] for row in rows)

    def order(self, document_ids: Iterable[str]) -> None:
        """Set the order in which documents are listed."""
        self._database.executemany(
            "UPDATE documents SET ordinal = ? WHERE id = ?", ((n, key) for n, key in enumerate(document_ids))
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

    def passage_counts(self, audience: Audience) -> dict[str, int]:
        """Return how many passages each readable document has."""
        marks = ", ".join("?" * len(audience.readable))
        query = f"SELECT id, passages FROM documents WHERE audience IN ({marks})"  # noqa: S608
        return dict(self._database.execute(query, audience.readable))

    def set_sentence_vectors(self, passage_id: str, vectors: SentenceVectors) -> None:
        """Keep the vectors of a passage's sentences, [sentences, dimension]."""
        self._database.execute("UPDATE passages SET sentence_vectors = ? WHERE id = ?", (vectors.tobytes(), passage_id))

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

    def passage_ids(self, audience: Audience) -> tuple[str, ...]:
        """Return the ids of the passages of exactly this audience, sorted."""
        rows = self._database.execute("SELECT id FROM passages WHERE audience = ? ORDER BY id", (audience,))
        return tuple(row[0] for row in rows)

    def passages_of(self, audience: Audience) -> Iterator[Passage]:
        """Yield the passages of exactly this audience, sorted by id."""
        rows = self._database.execute("SELECT fields FROM passages WHERE audience = ? ORDER BY id", (audience,))
        for (fields,) in rows:
            yield _PASSAGE.validate_json(fields)

    def close(self) -> None:
        """Close the file."""
        self._database.close()
