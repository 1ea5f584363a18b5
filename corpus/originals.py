"""Originals: the files that documents were read from, as long as they are what was read."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from corpus.document import Document
from corpus.folder import Stamp

MOST_REMEMBERED = 1_000
"""Files whose content hash is kept in memory, about 300 bytes each."""


class Originals:
    """Finds the file of a document below the corpus folders; threads may share it.

    Where a file is comes from the index alone, never from a person, and its content must be that of the document.
    Whether somebody may read the document has to be asked before.
    """

    def __init__(self, folders: Callable[[], Sequence[Path]]) -> None:
        self._folders = folders
        self._hashes: dict[tuple[Path, Stamp], str] = {}
        self._lock = threading.Lock()

    def find(self, document: Document) -> Path | None:
        """Return the file of a document; None where it is gone, was changed since, or is no plain file of a folder."""
        for folder in self._folders():
            path = folder / document.file
            try:
                inside = path.is_file() and path.resolve().is_relative_to(folder.resolve())
                if inside and not path.is_symlink() and self._hash_of(path) == document.content_hash:
                    return path
            except OSError:
                continue
        return None

    def _hash_of(self, path: Path) -> str:
        """Return the sha256 of a file, which is read again only where it was written to."""
        key = (path, Stamp.of(path.stat()))
        known = self._hashes.get(key)
        if known is not None:
            return known
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        with self._lock:
            if len(self._hashes) >= MOST_REMEMBERED:
                self._hashes.clear()
            self._hashes[key] = found
        return found
