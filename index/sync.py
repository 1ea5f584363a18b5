"""Sync: bring the index in step with the corpus folders, and publish it as one new generation."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from filelock import AcquireReturnProxy, FileLock, Timeout

from corpus.document import Audience
from corpus.errors import CorpusUnavailable, DocumentRejected
from corpus.folder import LOADER_VERSION, Known, Scan, SourceFile, load, scan
from corpus.load import stop_parsing
from index.building import Build, Prepared
from index.document_store import StoredDocument
from index.embedding import MiniLMEmbeddings
from index.errors import IndexTooNew, IndexUnusable, StateUnavailable
from index.generation import Generations, Manifest
from index.overlap import ahead
from index.seen import SeenFiles
from index.splitting import split
from index.vector_store import ChromaError

LOCK_SECONDS = 600
"""How long a second sync waits for the first; the first index of a thousand reports takes less."""

WAIT_SAID_SECONDS = 0.5
"""After how long a sync that waits for another one says so."""

READ_AHEAD = 8
"""Documents that are read while others are embedded: enough to keep the encoder busy, few enough for memory."""

Progress = Callable[[str, int, int], None]
"""Called with a stage ("waiting", "reading" or "embedding"), what is done, and what there is to do so far."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did: document ids, and files that were left out with their reasons.

    A renamed document has the same content and id as before, and is not among the changed ones. `passages` counts the
    passages of added, changed and renamed documents, `embedded` those of them that were embedded.
    """

    generation: str
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    rejected: tuple[DocumentRejected, ...] = ()
    passages: int = 0
    embedded: int = 0

    @property
    def published(self) -> bool:
        """Say whether a new generation was published."""
        return bool(self.added or self.changed or self.removed or self.renamed)


@dataclass(slots=True)
class _Plan:
    """What there is to do: `read` with content hashes, `unreadable` by document id."""

    base: Path | None
    known: dict[str, StoredDocument]
    read: list[tuple[SourceFile, str]] = field(default_factory=list)
    unreadable: dict[str, DocumentRejected] = field(default_factory=dict)
    removed: tuple[str, ...] = ()


@dataclass(slots=True)
class _Done:
    loaded: list[str] = field(default_factory=list)
    passages: int = 0
    embedded: int = 0


def sync(
    folders: Sequence[Path],
    home: Path,
    embeddings: MiniLMEmbeddings,
    *,
    default_audience: Audience = Audience.PUBLIC,
    progress: Progress = lambda stage, done, total: None,
    again: bool = False,
) -> SyncReport:
    """Read what changed, embed it and publish a new generation; publish nothing where nothing changed.

    Only one sync runs at a time; a second one waits. An interrupted one leaves the current generation as it was. With
    `again`, every document is read and embedded anew.

    Raises:
        CorpusUnavailable, CatalogueInvalid: as for `corpus.folder.scan`; also where no file could be read.
        StateUnavailable: the state folder cannot be written, or another sync does not end.
        IndexUnusable: the state folder was written by a newer version.
        ModelUnavailable: the embedding model cannot be loaded.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        with _acquired(FileLock(home / "sync.lock"), progress):
            return _Sync(Generations(home), embeddings, progress).run(folders, default_audience, again=again)
    except Timeout as error:
        raise StateUnavailable(str(home), "is in use by another sync that does not end") from error
    except OSError as error:
        raise StateUnavailable(str(home), f"cannot be written ({error.strerror})") from error
    except (sqlite3.OperationalError, ChromaError) as error:
        raise StateUnavailable(str(home), f"cannot be written ({error})") from error


def _acquired(lock: FileLock, progress: Progress) -> AcquireReturnProxy[FileLock]:
    try:
        return lock.acquire(timeout=min(WAIT_SAID_SECONDS, LOCK_SECONDS))
    except Timeout:
        progress("waiting", 0, 0)
        return lock.acquire(timeout=LOCK_SECONDS)


class _Sync:
    """One run of a sync, with the lock held."""

    def __init__(self, generations: Generations, embeddings: MiniLMEmbeddings, progress: Progress) -> None:
        self._generations = generations
        self._embeddings = embeddings
        self._progress = progress
        self._seen = SeenFiles.read(generations.home)

    def run(self, folders: Sequence[Path], default_audience: Audience, *, again: bool) -> SyncReport:
        """Compare, then build and publish where something changed."""
        base, known = self._current(again)
        if again:
            self._seen.forget_rejections()
        by_content: dict[str, list[str]] = {}
        for key, stored in known.items():
            by_content.setdefault(stored.content_hash, []).append(key)
        found = scan(folders, default_audience, Known(self._seen.ids, by_content))
        plan = self._plan(found, base, known)
        if base is not None and not plan.read and not plan.removed:
            self._seen.write(self._generations.home)
            rejected = (*found.rejected, *plan.unreadable.values())
            return SyncReport(base.name, unchanged=tuple(known), rejected=rejected)
        return self._publish(found, plan)

    def _current(self, again: bool) -> tuple[Path | None, dict[str, StoredDocument]]:
        """Return the generation to start from and its documents; none where it was built another way."""
        base = self._generations.current_folder()
        if base is None:
            return None, {}
        try:
            generation = self._generations.open(base, self._embeddings)
            generation.check_files()
            known = generation.documents.stored()
            generation.close()
        except IndexTooNew:
            raise
        except (IndexUnusable, sqlite3.Error):
            return None, {}
        if again or not generation.manifest.fits(self._embeddings.identity):
            return None, {}
        return base, known

    def _plan(self, found: Scan, base: Path | None, known: dict[str, StoredDocument]) -> _Plan:
        """Find what changed, by stamp and content hash; nothing is parsed."""
        plan = _Plan(base, known)
        for source in found.withdrawn:
            self._seen.keep(source)
        present: set[str] = set()
        for source in found.files:
            try:
                content_hash = self._seen.hash_of(source)
            except DocumentRejected as rejection:
                plan.unreadable[source.document_id] = rejection
                continue
            present.add(source.document_id)
            if known.get(source.document_id) != StoredDocument(content_hash, _facts(source), source.file):
                plan.read.append((source, content_hash))
        plan.removed = tuple(key for key in known if key not in present)
        return plan

    def _publish(self, found: Scan, plan: _Plan) -> SyncReport:
        building = self._generations.begin(plan.base)
        try:
            with Build(building, self._embeddings, self._embedded) as build:
                done = self._fill(build, found, plan)
            unreadable = tuple(plan.unreadable.values())
            lost = tuple(key for key in plan.known if key in plan.unreadable and key not in plan.removed)
            removed = (*plan.removed, *lost)
            rejected = (*found.rejected, *unreadable)
            if plan.base is not None and not (done.loaded or removed):
                self._generations.give_up(building)
                self._seen.write(self._generations.home)
                return SyncReport(plan.base.name, unchanged=tuple(plan.known), rejected=rejected)
            manifest = Manifest(model=self._embeddings.identity, dimension=self._embeddings.dimension)
            folder = self._generations.publish(building, manifest)
        except BaseException:
            self._generations.give_up(building)
            raise
        self._seen.write(self._generations.home)
        renamed = {source.document_id for source, content in plan.read if _is_renamed(source, content, plan.known)}
        return SyncReport(
            generation=folder.name,
            added=tuple(key for key in done.loaded if key not in plan.known),
            changed=tuple(key for key in done.loaded if key in plan.known and key not in renamed),
            removed=removed,
            renamed=tuple(key for key in done.loaded if key in renamed),
            unchanged=tuple(key for key in plan.known if key not in {*done.loaded, *removed}),
            rejected=rejected,
            passages=done.passages,
            embedded=done.embedded,
        )

    def _fill(self, build: Build, found: Scan, plan: _Plan) -> _Done:
        """Write what changed into the build."""
        for document_id in plan.removed:
            build.remove(document_id)
        done = _Done()
        self._to_embed = self._are_embedded = 0
        self._progress("reading", 0, len(plan.read))
        self._progress("embedding", 0, 0)
        if plan.read:
            self._embeddings.count_pieces("")  # loads the model, which two threads must not do at once
        with contextlib.closing(ahead(self._prepared(plan.read), READ_AHEAD, stop_parsing)) as prepared:
            for number, (source, item) in enumerate(prepared, 1):
                if isinstance(item, DocumentRejected):
                    plan.unreadable[source.document_id] = item
                    self._seen.reject(source, item.reason)
                    build.remove(source.document_id)
                else:
                    done.loaded.append(source.document_id)
                    done.passages += len(item.passages)
                    self._to_embed += (new := build.add(item))
                    done.embedded += new
                self._progress("reading", number, len(plan.read))
        if not done.loaded and not plan.known.keys() - plan.removed - plan.unreadable.keys():
            first = next(iter(plan.unreadable.values()))
            raise CorpusUnavailable("you chose", f"holds no document that can be read ({first.file}: {first.reason})")
        build.finish(source.document_id for source in found.files)
        self._progress("embedding", self._are_embedded, self._to_embed)
        return done

    def _prepared(
        self, sources: Sequence[tuple[SourceFile, str]]
    ) -> Iterator[tuple[SourceFile, Prepared | DocumentRejected]]:
        """Read and split documents one after the other; runs beside the embedding."""
        for source, content_hash in sources:
            try:
                document = load(source, content_hash)
            except DocumentRejected as rejection:
                yield source, rejection
            else:
                passages = split(document, self._embeddings.count_pieces)
                yield source, Prepared(document, passages, _facts(source))

    def _embedded(self, passages: int) -> None:
        self._are_embedded += passages
        self._progress("embedding", self._are_embedded, max(self._to_embed, self._are_embedded))


def _is_renamed(source: SourceFile, content_hash: str, known: dict[str, StoredDocument]) -> bool:
    stored = known.get(source.document_id)
    return stored is not None and stored == StoredDocument(content_hash, _facts(source), stored.file)


def _facts(source: SourceFile) -> str:
    """Return what the index holds of a file beside its content and its name, in short."""
    told = json.dumps([LOADER_VERSION, source.facts.model_dump(mode="json", exclude={"file"})])
    return hashlib.sha256(told.encode()).hexdigest()
