"""Generations: complete states of the index on disk, one of which is current."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Mapping
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from langchain_core.embeddings import Embeddings
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.cataloguing import write_atomically
from corpus.document import Audience
from index.analysis import ANALYSER_VERSION
from index.definitions import Definition, open_definitions
from index.document_store import DocumentStore
from index.errors import IndexTooNew, IndexUnusable, StateUnavailable
from index.lexical import LexicalIndex
from index.postings import SUFFIX
from index.splitting import SPLITTER_VERSION
from index.vector_store import SPACE, ChromaError, VectorStore

STATE_VERSION = 4
"""Version of the state folder's layout; a folder of a newer one is left alone."""

_CURRENT = "current"
_MANIFEST = "manifest.json"
DAMAGED = "is damaged; run `ihub sync` to build it again"

_BUILDING = "building-"

GRACE_SECONDS = 120.0
"""How long a generation outlives its successor's publication, so that a question that began with it can end; the one
before the current is kept longer. The slowest answer, composed by a chat model, takes a minute."""


class Manifest(BaseModel):
    """What a generation was built with; compared at opening, since a mismatch shows nowhere else."""

    model_config = ConfigDict(frozen=True)

    state_version: int = STATE_VERSION
    model: str
    dimension: int
    space: str = SPACE
    splitter: str = SPLITTER_VERSION
    analyser: str = ANALYSER_VERSION
    sizes: dict[str, int] = {}
    """Bytes of each file of the generation, by its path below the generation's folder."""

    def fits(self, model: str) -> bool:
        """Say whether the code of today, with this embedding model, would build the same."""
        return self == Manifest(model=model, dimension=self.dimension, sizes=self.sizes)


class _Version(BaseModel):
    """The part of a manifest that every version can read."""

    state_version: int


class Generation:
    """One complete, published state of the index, open for reading."""

    def __init__(self, folder: Path, manifest: Manifest, embeddings: Embeddings) -> None:
        self.folder = folder
        self.manifest = manifest
        self._embeddings = embeddings

    @property
    def name(self) -> str:
        """Return the name of the generation, which grows with each publication."""
        return self.folder.name

    @cached_property
    def documents(self) -> DocumentStore:
        """Return the documents and passages."""
        return DocumentStore(documents_file(self.folder))

    @cached_property
    def vectors(self) -> VectorStore:
        """Return the Chroma collections."""
        return VectorStore(vectors_folder(self.folder), self._embeddings)

    @cached_property
    def lexical(self) -> Mapping[Audience, LexicalIndex]:
        """Return the lexical index of each audience."""
        return {audience: LexicalIndex.open(lexical_folder(self.folder, audience)) for audience in Audience}

    @cached_property
    def definitions(self) -> Mapping[Audience, tuple[Definition, ...]]:
        """Return what the documents of each audience themselves write out."""
        return {audience: open_definitions(lexical_folder(self.folder, audience)) for audience in Audience}

    def check_files(self) -> None:
        """Check that every file is there with its size, without opening any: enough before a sync.

        Raises:
            IndexUnusable: a file is missing or has another size.
        """
        for file, size in self.manifest.sizes.items():
            path = self.folder / file
            found = path.stat().st_size if path.is_file() else -1
            # Chroma may write to its own files when they are opened, so those may have grown.
            if found < size or (found > size and not path.is_relative_to(vectors_folder(self.folder))):
                raise IndexUnusable(str(self.folder), DAMAGED)

    def check(self) -> None:
        """Check that every part is there and that they agree.

        Raises:
            IndexUnusable: a part is missing or damaged, or Chroma and the passages differ in number.
        """
        try:
            for audience in Audience:
                passages = len(self.documents.passage_ids(audience))
                if not passages == self.vectors.count(audience) == len(self.lexical[audience]):
                    raise IndexUnusable(str(self.folder), DAMAGED)
        except (sqlite3.Error, OSError, ValueError, KeyError, ChromaError) as error:
            raise IndexUnusable(str(self.folder), DAMAGED) from error

    def close(self) -> None:
        """Give the files back."""
        for part in ("documents", "vectors"):
            if part in self.__dict__:
                self.__dict__[part].close()


def documents_file(folder: Path) -> Path:
    """Return where a generation keeps its documents and passages."""
    return folder / "documents.sqlite3"


def vectors_folder(folder: Path) -> Path:
    """Return where a generation keeps its Chroma collections."""
    return folder / "chroma"


def lexical_folder(folder: Path, audience: Audience) -> Path:
    """Return where a generation keeps the lexical index of one audience."""
    return folder / "lexical" / audience


class Generations:
    """The generations below one state folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._folder = home / "generations"

    def current_folder(self) -> Path | None:
        """Return the folder of the current generation, None where nothing was published yet."""
        try:
            name = (self.home / _CURRENT).read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise StateUnavailable(str(self.home), "cannot be read") from error
        folder = self._folder / Path(name).name
        return folder if folder.is_dir() else None

    def open(self, folder: Path, embeddings: Embeddings) -> Generation:
        """Open the generation in `folder` for reading.

        Raises:
            IndexUnusable: it is damaged, or was written by a newer version.
        """
        return Generation(folder, self.manifest(folder), embeddings)

    def manifest(self, folder: Path) -> Manifest:
        """Read what a generation was built with; errors as for `open`."""
        try:
            stored = (folder / _MANIFEST).read_bytes()
            if _Version.model_validate_json(stored).state_version > STATE_VERSION:
                raise IndexTooNew(str(self.home))
            return Manifest.model_validate_json(stored)
        except (OSError, ValidationError) as error:
            raise IndexUnusable(str(self.home), DAMAGED) from error

    def begin(self, base: Path | None) -> Path:
        """Make the folder of the next generation, as a copy of `base` where one is given, and return it.

        What an interrupted build left behind is cleared away first.

        Raises:
            StateUnavailable: the folder cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._clear_away()
            numbers = [int(path.name) for path in self._folder.iterdir() if path.name.isdigit()]
            folder = self._folder / f"{_BUILDING}{max(numbers, default=0) + 1:06d}"
            if base is None:
                folder.mkdir()
            else:
                self._copy(base, folder)
        except OSError as error:
            problem = error.strerror or "the disk is full, or a file cannot be read"
            raise StateUnavailable(str(self.home), f"cannot be written ({problem})") from error
        return folder

    def _copy(self, base: Path, folder: Path) -> None:
        try:
            shutil.copytree(base, folder, ignore=shutil.ignore_patterns(_MANIFEST), copy_function=_copy)
        except OSError:
            self.give_up(folder)
            raise

    def publish(self, building: Path, manifest: Manifest) -> Path:
        """Make a finished build the current generation, in one atomic step, and clear away old ones.

        Everything is flushed to the disk before the pointer is, so that a power cut finds the old generation or the
        new one, whole.
        """
        try:
            sizes = {path.relative_to(building).as_posix(): path.stat().st_size for path in _files_below(building)}
            manifest = manifest.model_copy(update={"sizes": sizes})
            (building / _MANIFEST).write_text(manifest.model_dump_json(indent=2), "utf-8")
            for file in _files_below(building):
                _flush(file)
            folder = building.rename(self._folder / building.name.removeprefix(_BUILDING))
            _flush(self._folder)
            write_atomically(self.home / _CURRENT, f"{folder.name}\n".encode())
            _flush(self.home)
        except OSError as error:
            raise StateUnavailable(str(self.home), f"cannot be written ({error.strerror})") from error
        self._clear_away()
        return folder

    def give_up(self, building: Path) -> None:
        """Throw an unfinished build away."""
        shutil.rmtree(building, ignore_errors=True)

    def _clear_away(self) -> None:
        """Remove unfinished builds and generations that nobody can be reading any more."""
        current = self.current_folder()
        for path in self._folder.iterdir():
            unpublished = current is None or path.name > current.name
            if path.name.startswith(_BUILDING) or (path.name.isdigit() and unpublished):
                shutil.rmtree(path, ignore_errors=True)
        published = sorted(path for path in self._folder.iterdir() if path.name.isdigit())
        for old, successor in pairwise(published[:-1]):
            if time.time() - successor.stat().st_mtime > GRACE_SECONDS:
                shutil.rmtree(old, ignore_errors=True)


def _copy(source: str, target: str) -> None:
    """Copy a file, or let both folders hold it where it is never written to again."""
    if source.endswith(SUFFIX):
        with contextlib.suppress(OSError):  # some file systems know no links
            os.link(source, target)
            return
    shutil.copy2(source, target)


def _files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _flush(path: Path) -> None:
    """Flush a file or the names in a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
