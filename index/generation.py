"""Generations: complete states of the index on disk, one of which is current."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from langchain_core.embeddings import Embeddings
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.document import Audience
from index.analysis import ANALYSER_VERSION
from index.definitions import Definition, open_definitions
from index.document_store import DocumentStore
from index.errors import IndexTooNew, IndexUnusable, StateUnavailable
from index.lexical import LexicalIndex
from index.splitting import SPLITTER_VERSION
from index.vector_store import SPACE, ChromaError, VectorStore

STATE_VERSION = 2
"""Version of the state folder's layout; a folder of a newer one is left alone."""

_CURRENT = "current"
_MANIFEST = "manifest.json"
DAMAGED = "is damaged; run `ihub sync` to build it again"

_KEPT = 2
"""Generations kept: the current one and the one before, which a running server may still be reading."""


class Manifest(BaseModel):
    """What a generation was built with; compared at opening, since a mismatch shows nowhere else."""

    model_config = ConfigDict(frozen=True)

    state_version: int = STATE_VERSION
    model: str
    dimension: int
    space: str = SPACE
    splitter: str = SPLITTER_VERSION
    analyser: str = ANALYSER_VERSION

    def fits(self, model: str) -> bool:
        """Say whether the code of today, with this embedding model, would build the same."""
        return self == Manifest(model=model, dimension=self.dimension)


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
        return {
            audience: LexicalIndex.open(lexical_folder(self.folder, audience), self.documents.passage_ids(audience))
            for audience in Audience
        }

    @cached_property
    def definitions(self) -> Mapping[Audience, tuple[Definition, ...]]:
        """Return what the documents of each audience themselves write out."""
        return {audience: open_definitions(lexical_folder(self.folder, audience)) for audience in Audience}

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
            numbers = [int(path.name) for path in self._folder.iterdir() if path.name.isdigit()]
            for path in self._folder.iterdir():
                if path.name.startswith("building-"):
                    shutil.rmtree(path)
            folder = self._folder / f"building-{max(numbers, default=0) + 1:06d}"
            if base is None:
                folder.mkdir()
            else:
                shutil.copytree(base, folder, ignore=shutil.ignore_patterns("lexical", _MANIFEST))
        except OSError as error:
            raise StateUnavailable(str(self.home), f"cannot be written ({error.strerror})") from error
        return folder

    def publish(self, building: Path, manifest: Manifest) -> Path:
        """Make a finished build the current generation, in one atomic step, and clear away old ones."""
        try:
            (building / _MANIFEST).write_text(manifest.model_dump_json(indent=2), "utf-8")
            folder = building.rename(self._folder / building.name.removeprefix("building-"))
            _sync_to_disk(folder)
            pointer = self.home / f"{_CURRENT}.new"
            pointer.write_text(folder.name + "\n", "utf-8")
            _sync_to_disk(pointer)
            pointer.replace(self.home / _CURRENT)
        except OSError as error:
            raise StateUnavailable(str(self.home), f"cannot be written ({error.strerror})") from error
        published = sorted(path for path in self._folder.iterdir() if path.name.isdigit())
        for old in published[:-_KEPT]:
            shutil.rmtree(old, ignore_errors=True)
        return folder


def _sync_to_disk(path: Path) -> None:
    """Flush a file, or every file below a folder, so that a power cut after publishing loses nothing."""
    for file in [path] if path.is_file() else [inner for inner in path.rglob("*") if inner.is_file()]:
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
