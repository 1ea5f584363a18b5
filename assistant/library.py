"""The library: the documents that one person may read."""

from __future__ import annotations

from corpus.document import Audience, Document
from index.generation import Generation


class Library:
    """Documents of one generation up to one audience; there is no way round the audience from here."""

    def __init__(self, generation: Generation, audience: Audience) -> None:
        self._store = generation.documents
        self._audience = audience

    def documents(self) -> tuple[Document, ...]:
        """Return all readable documents in order, without their texts."""
        return tuple(self._store.documents(self._audience))

    def document(self, document_id: str) -> Document | None:
        """Return one document with its text; None where it is unknown or may not be read, which look the same."""
        return self._store.document(document_id, self._audience)

    def passage_counts(self) -> dict[str, int]:
        """Return the number of passages of each readable document, by id."""
        return self._store.passage_counts(self._audience)

    def indexed_at(self) -> dict[str, str]:
        """Return when each readable document was indexed, as an ISO date and time in Universal Time, by id."""
        return self._store.indexed_at(self._audience)
