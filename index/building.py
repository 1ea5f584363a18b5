"""Building: what a sync writes into the folder of the next generation, a few documents at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from corpus.document import Audience, Document
from index.definitions import save_definitions
from index.document_store import DocumentStore
from index.embedding import MiniLMEmbeddings, PassageVectors
from index.generation import documents_file, lexical_folder, vectors_folder
from index.lexical import update
from index.passage import Passage
from index.vector_store import VectorStore

WINDOW = 1024
"""Passages that wait to be embedded together, sorted by length: with fewer, more of each batch is padding."""

STEP = 256
"""Passages embedded between two steps of the progress bar: about three seconds on two cores."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was read and split; `facts` is what was said about it, as `DocumentStore` keeps it."""

    document: Document
    passages: tuple[Passage, ...]
    facts: str


@dataclass(slots=True)
class Change:
    """What changed for one audience: documents that came in, and the passages and words of those that went."""

    added: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    gone_words: Counter[str] = field(default_factory=Counter)


class Build:
    """The next generation while it is written; used in one thread, and closed whatever happens."""

    def __init__(self, folder: Path, embeddings: MiniLMEmbeddings, embedded: Callable[[int], None]) -> None:
        """Open a build; `embedded` is told how many passages were embedded, after each step."""
        self._folder = folder
        self._embeddings = embeddings
        self._embedded = embedded
        self._store = DocumentStore(documents_file(folder), writable=True)
        self._vectors = VectorStore(vectors_folder(folder), embeddings)
        self._waiting: list[Prepared] = []
        self._known: dict[str, PassageVectors] = {}
        self._passages_waiting = 0
        self._changes: dict[Audience, Change] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._store.close()
        self._vectors.close()

    def remove(self, document_id: str) -> None:
        """Remove a document with its passages."""
        audience = self._store.audience_of(document_id)
        if audience is not None:
            change = self._changes.setdefault(audience, Change())
            change.gone_words.update(self._store.forms_of(document_id))
            ids = self._store.remove(document_id)
            change.gone.update(ids)
            self._vectors.remove(audience, ids)

    def add(self, prepared: Prepared) -> int:
        """Add a document in place of its earlier state, and return how many of its passages must be embedded.

        A passage whose searched text is the same as before keeps its vectors.
        """
        reused = self._reusable(prepared)
        self.remove(prepared.document.id)
        self._known.update(reused)
        self._waiting.append(prepared)
        self._changes.setdefault(prepared.document.audience, Change()).added.add(prepared.document.id)
        self._passages_waiting += len(prepared.passages) - len(reused)
        if self._passages_waiting >= WINDOW:
            self._write_waiting()
        return len(prepared.passages) - len(reused)

    def finish(self, order: Iterable[str]) -> None:
        """Write what waits, the order of documents and the lexical indexes."""
        self._write_waiting()
        self._store.order(order)
        for audience in Audience:
            self._vectors.prepare(audience)
            if audience in self._changes or not lexical_folder(self._folder, audience).is_dir():
                write_lexical(self._folder, self._store, audience, self._changes.get(audience, Change()))
        self._store.commit()

    def _reusable(self, prepared: Prepared) -> dict[str, PassageVectors]:
        """Return the vectors of those new passages that the earlier state of the document has too.

        Where the file has not changed and nobody states its title, only its name can have: then the title is not
        compared, so that renaming a file embeds nothing.
        """
        document = prepared.document
        before = self._store.document(document.id, Audience.STAFF)
        audience = self._store.audience_of(document.id)
        if before is None or audience is None:
            return {}
        renamed = (
            before.content_hash == document.content_hash and "title" in before.guessed and "title" in document.guessed
        )
        old = self._store.all_passages_of(document.id)
        vectors = self._vectors.vectors(audience, [passage.id for passage, _ in old])
        known = {
            _compared(passage, renamed): PassageVectors(vectors[passage.id], sentences)
            for passage, sentences in old
            if passage.id in vectors
        }
        found = {passage.id: known.get(_compared(passage, renamed)) for passage in prepared.passages}
        return {key: value for key, value in found.items() if value is not None}

    def _write_waiting(self) -> None:
        documents, self._waiting = self._waiting, []
        vectors, self._known = self._known, {}
        self._passages_waiting = 0
        new = [passage for prepared in documents for passage in prepared.passages if passage.id not in vectors]
        new.sort(key=lambda passage: len(passage.searched_text))
        for start in range(0, len(new), STEP):
            step = new[start : start + STEP]
            found = self._embeddings.embed_passages(step)
            vectors.update((passage.id, item) for passage, item in zip(step, found, strict=True))
            self._embedded(len(step))
        for prepared in documents:
            sentences = [vectors[passage.id].sentences for passage in prepared.passages]
            self._store.add(prepared.document, prepared.passages, 0, sentence_vectors=sentences, facts=prepared.facts)
        for audience in Audience:
            group = [p for prepared in documents if prepared.document.audience == audience for p in prepared.passages]
            self._add_vectors(audience, group, vectors)

    def _add_vectors(self, audience: Audience, group: Sequence[Passage], vectors: dict[str, PassageVectors]) -> None:
        texts = [passage.searched_text for passage in group]
        self._vectors.add(audience, [p.id for p in group], texts, [vectors[p.id].passage for p in group])


def write_lexical(folder: Path, store: DocumentStore, audience: Audience, change: Change) -> None:
    """Bring the lexical index and the definitions of one audience in a generation's folder up to date."""
    target = lexical_folder(folder, audience)
    update(
        target,
        frozenset(change.gone),
        change.gone_words,
        store.lexical_passages_of(change.added, audience),
        lambda ids: store.lexical_passages(ids, audience),
    )
    save_definitions(target, store.definitions(audience))


def _compared(passage: Passage, renamed: bool) -> tuple[str, ...]:
    lines = tuple(sentence.line for sentence in passage.sentences)
    return (passage.section if renamed else passage.context, *lines)
