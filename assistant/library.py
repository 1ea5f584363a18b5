"""The library: the documents that one person may read, and the words that those documents explain."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from assistant.superseded import current_only, labelled
from corpus.document import Audience, Document
from corpus.glossary import GLOSSARY_FILE, Glossary
from corpus.load.glossary import definition
from index.generation import Generation
from index.passage import RankedPassage


class Library:
    """Documents of one generation up to one audience; there is no way round the audience from here."""

    def __init__(self, generation: Generation, audience: Audience, glossary: Glossary | None = None) -> None:
        self._store = generation.documents
        self._audience = audience
        self._glossary = glossary or Glossary()

    def documents(self) -> tuple[Document, ...]:
        """Return all readable documents in order, without their texts."""
        return tuple(map(labelled, self._store.documents(self._audience)))

    def document(self, document_id: str) -> Document | None:
        """Return one document with its text; None where it is unknown or may not be read, which look the same."""
        document = self._store.document(document_id, self._audience)
        return None if document is None else labelled(document)

    def current_only(self, question: str, passages: Sequence[RankedPassage]) -> tuple[RankedPassage, ...]:
        """Return the passages without those of superseded documents whose period the question does not ask for."""
        superseded = {document.id: document for document in self._store.superseded(self._audience)}
        if not superseded:
            return tuple(passages)
        found = {key: self._store.document(old.superseded_by, self._audience) for key, old in superseded.items()}
        successors = {key: document for key, document in found.items() if document is not None}
        return current_only(question, passages, superseded, successors)

    def glossary(self) -> Glossary:
        """Return the terms whose definition stands in a glossary document that may be read, each with one meaning."""
        files = [d.id for d in self.documents() if PurePosixPath(d.file).name == GLOSSARY_FILE]
        texts = [document.text for key in files if (document := self.document(key)) is not None]
        terms = (term for term in self._glossary.terms if any(definition(term) in text for text in texts))
        return Glossary(tuple(terms)).first_meanings()

    def passage_counts(self) -> dict[str, int]:
        """Return the number of passages of each readable document, by id."""
        return self._store.passage_counts(self._audience)

    def indexed_at(self) -> dict[str, str]:
        """Return when each readable document was indexed, as an ISO date and time in Universal Time, by id."""
        return self._store.indexed_at(self._audience)
