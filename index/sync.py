"""Sync: bring the index in step with the corpus folders, and publish it as one new generation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.document import Audience, Document
from corpus.errors import CorpusUnavailable, DocumentRejected
from corpus.folder import Scan, SourceFile, load, scan
from index.definitions import find_definitions, save_definitions
from index.document_store import DocumentStore
from index.embedding import MiniLMEmbeddings
from index.errors import IndexTooNew, IndexUnusable, StateUnavailable
from index.generation import Generations, Manifest, documents_file, lexical_folder, vectors_folder
from index.lexical import LexicalIndex
from index.passage import Passage
from index.splitting import split
from index.vector_store import VectorStore

EMBEDDING_BATCH = 256
"""Passages embedded between two steps of the progress bar: about three seconds on two cores."""

LOCK_SECONDS = 600
"""How long a second sync waits for the first; the first index of a thousand reports takes less."""

Progress = Callable[[str, int, int], None]
"""Called with a stage ("reading" or "embedding"), what is done and what there is to do."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did: document ids, and files that were left out with their reasons."""

    generation: str
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    rejected: tuple[DocumentRejected, ...] = ()
    passages: int = 0

    @property
    def published(self) -> bool:
        """Say whether a new generation was published."""
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class _Plan:
    base: Path | None
    read: tuple[SourceFile, ...]
    known: dict[str, str] = field(default_factory=dict)


def sync(
    folders: Sequence[Path],
    home: Path,
    embeddings: MiniLMEmbeddings,
    *,
    default_audience: Audience = Audience.PUBLIC,
    progress: Progress = lambda stage, done, total: None,
) -> SyncReport:
    """Read what changed, embed it and publish a new generation; publish nothing where nothing changed.

    Only one sync runs at a time; a second one waits. An interrupted one leaves the current generation as it was.

    Raises:
        CorpusUnavailable, CatalogueInvalid: as for `corpus.folder.scan`; also where no file could be read.
        StateUnavailable: the state folder cannot be written, or another sync does not end.
        IndexUnusable: the state folder was written by a newer version.
        ModelUnavailable: the embedding model cannot be loaded.
    """
    found = scan(folders, default_audience)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(home / "sync.lock", timeout=LOCK_SECONDS):
            return _sync(found, Generations(home), embeddings, progress)
    except Timeout as error:
        raise StateUnavailable(str(home), "is in use by another sync that does not end") from error
    except OSError as error:
        raise StateUnavailable(str(home), f"cannot be written ({error.strerror})") from error


def _sync(found: Scan, generations: Generations, embeddings: MiniLMEmbeddings, progress: Progress) -> SyncReport:
    plan = _plan(found, generations, embeddings)
    wanted = {source.document_id for source in found.files}
    removed = tuple(key for key in plan.known if key not in wanted)
    if plan.base is not None and not plan.read and not removed:
        return SyncReport(plan.base.name, unchanged=tuple(plan.known), rejected=found.rejected)
    documents, rejected = _load_all(plan.read, progress)
    rejected = (*found.rejected, *rejected)
    gone = {source.document_id for source in plan.read} - {document.id for document in documents}
    if plan.base is not None and not (documents or removed or gone & plan.known.keys()):
        return SyncReport(plan.base.name, unchanged=tuple(plan.known), rejected=rejected)
    if not wanted - gone:
        raise CorpusUnavailable(
            "you chose", f"holds no document that can be read ({rejected[0].file}: {rejected[0].reason})"
        )
    passages = {document.id: split(document, embeddings.count_pieces) for document in documents}
    building = generations.begin(plan.base)
    outdated = (*removed, *(source.document_id for source in plan.read if source.document_id in plan.known))
    order = [source.document_id for source in found.files]
    _write(building, documents, passages, outdated, order, embeddings, progress)
    manifest = Manifest(model=embeddings.identity, dimension=embeddings.dimension)
    folder = generations.publish(building, manifest)
    loaded = [document.id for document in documents]
    return SyncReport(
        generation=folder.name,
        added=tuple(key for key in loaded if key not in plan.known),
        changed=tuple(key for key in loaded if key in plan.known),
        removed=(*removed, *(key for key in plan.known if key in gone)),
        unchanged=tuple(key for key in plan.known if key not in outdated),
        rejected=rejected,
        passages=sum(map(len, passages.values())),
    )


def _plan(found: Scan, generations: Generations, embeddings: MiniLMEmbeddings) -> _Plan:
    """Compare the files with the current generation; one that was built another way is built anew."""
    base = generations.current_folder()
    if base is None:
        return _Plan(None, found.files)
    try:
        generation = generations.open(base, embeddings)
        generation.check()
    except IndexTooNew:
        raise
    except IndexUnusable:
        return _Plan(None, found.files)
    if not generation.manifest.fits(embeddings.identity):
        return _Plan(None, found.files)
    known = generation.documents.hashes()
    generation.close()
    return _Plan(base, tuple(s for s in found.files if known.get(s.document_id) != s.fingerprint), known)


def _load_all(
    sources: Sequence[SourceFile], progress: Progress
) -> tuple[tuple[Document, ...], tuple[DocumentRejected, ...]]:
    documents: list[Document] = []
    rejected: list[DocumentRejected] = []
    for done, source in enumerate(sources):
        progress("reading", done, len(sources))
        try:
            documents.append(load(source))
        except DocumentRejected as rejection:
            rejected.append(rejection)
    progress("reading", len(sources), len(sources))
    return tuple(documents), tuple(rejected)


def _write(
    building: Path,
    documents: Sequence[Document],
    passages: dict[str, tuple[Passage, ...]],
    outdated: Iterable[str],
    order: Sequence[str],
    embeddings: MiniLMEmbeddings,
    progress: Progress,
) -> None:
    store = DocumentStore(documents_file(building), writable=True)
    vectors = VectorStore(vectors_folder(building), embeddings)
    try:
        for document_id in outdated:
            audience = store.audience_of(document_id)
            vectors.remove(audience, store.remove(document_id))
        for document in documents:
            store.add(document, passages[document.id], 0)
        store.order(order)
        _embed(documents, passages, store, vectors, embeddings, progress)
        for audience in Audience:
            _write_lexical(building, store, audience)
        store.commit()
    finally:
        store.close()
        vectors.close()


def _embed(
    documents: Sequence[Document],
    passages: dict[str, tuple[Passage, ...]],
    store: DocumentStore,
    vectors: VectorStore,
    embeddings: MiniLMEmbeddings,
    progress: Progress,
) -> None:
    total = sum(map(len, passages.values()))
    done = 0
    for audience in Audience:
        vectors.collection(audience)
        group = [p for document in documents if document.audience == audience for p in passages[document.id]]
        for start in range(0, len(group), EMBEDDING_BATCH):
            progress("embedding", done, total)
            batch = group[start : start + EMBEDDING_BATCH]
            found = embeddings.embed_passages(batch)
            texts = [passage.searched_text for passage in batch]
            vectors.add(audience, [p.id for p in batch], texts, [item.passage for item in found])
            for passage, item in zip(batch, found, strict=True):
                store.set_sentence_vectors(passage.id, item.sentences)
            done += len(batch)
    progress("embedding", total, total)


def _write_lexical(building: Path, store: DocumentStore, audience: Audience) -> None:
    ids: list[str] = []
    texts: list[str] = []
    for passage in store.passages_of(audience):
        ids.append(passage.id)
        texts.append(passage.searched_text)
    LexicalIndex.build(ids, texts).save(lexical_folder(building, audience))
    save_definitions(lexical_folder(building, audience), find_definitions(store.passages_of(audience)))
