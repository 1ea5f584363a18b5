"""What earlier syncs saw of each file, so that a file that was not written to is not read again.

The content hash is the truth; a stamp of the file system only says that it need not be computed again. The file may be
lost or stale at any time: then files are read once more, and nothing else changes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus.cataloguing import write_atomically
from corpus.errors import DocumentRejected
from corpus.folder import LOADER_VERSION, SourceFile, Stamp, hash_of

SEEN_FILE = "files.json"

SETTLED_NS = 2_000_000_000
"""A file that was written to within two seconds of being read may be written to again within the same tick of the
file system's clock (FAT counts in twos), so its stamp is not trusted; git calls such an entry racy."""


@dataclass(frozen=True, slots=True)
class SeenFile:
    """One file as it was: the id of its document, its content, and why it was left out where it was."""

    document_id: str
    content_hash: str
    stamp: Stamp | None
    rejection: str = ""


@dataclass(slots=True)
class SeenFiles:
    """The files of the last sync, and those of this one."""

    before: Mapping[str, SeenFile] = field(default_factory=dict)
    now: dict[str, SeenFile] = field(default_factory=dict)

    @classmethod
    def read(cls, home: Path) -> SeenFiles:
        """Read what the last sync wrote into the state folder; nothing where it cannot be used."""
        try:
            stored = json.loads((home / SEEN_FILE).read_bytes())
            if stored["loader"] != LOADER_VERSION:
                return cls({path: SeenFile(str(row[0]), "", None) for path, row in stored["files"].items()})
            return cls({path: _seen(row) for path, row in stored["files"].items()})
        except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError):
            return cls()

    @property
    def ids(self) -> dict[str, str]:
        """Return the document id of each path at the last sync."""
        return {path: seen.document_id for path, seen in self.before.items()}

    def hash_of(self, source: SourceFile) -> str:
        """Return the content hash of a file, which is read only if it was written to since the last sync.

        Raises:
            DocumentRejected: the file cannot be read, or has the content that was rejected before.
        """
        path = str(source.path)
        old = self.before.get(path)
        content_hash = old.content_hash if old and old.stamp == source.stamp else hash_of(source)
        settled = time.time_ns() - max(source.stamp.modified_ns, source.stamp.changed_ns) > SETTLED_NS
        reason = old.rejection if old is not None and old.content_hash == content_hash else ""
        self.now[path] = SeenFile(source.document_id, content_hash, source.stamp if settled else None, reason)
        if reason:
            raise DocumentRejected(source.file, reason)
        return content_hash

    def forget_rejections(self) -> None:
        """Try files again that were left out, though they have not changed."""
        self.before = {path: replace(seen, rejection="") for path, seen in self.before.items()}

    def keep(self, source: SourceFile) -> None:
        """Remember the id of a file that is not indexed, so that it stays that document under another name."""
        self.now[str(source.path)] = SeenFile(source.document_id, "", None)

    def reject(self, source: SourceFile, reason: str) -> None:
        """Remember why a file was left out; it is tried again when its content or the loaders change."""
        seen = self.now[str(source.path)]
        self.now[str(source.path)] = SeenFile(seen.document_id, seen.content_hash, seen.stamp, reason)

    def write(self, home: Path) -> None:
        """Write what this sync saw, where it differs from the last one."""
        if self.now != self.before:
            rows = {path: _row(seen) for path, seen in self.now.items()}
            write_atomically(home / SEEN_FILE, json.dumps({"loader": LOADER_VERSION, "files": rows}).encode())


def _row(seen: SeenFile) -> list[object]:
    stamp = seen.stamp and [getattr(seen.stamp, name) for name in Stamp.__slots__]
    return [seen.document_id, seen.content_hash, stamp, seen.rejection]


def _seen(row: list[object]) -> SeenFile:
    document_id, content_hash, stamp, rejection = row
    known = Stamp(*(int(number) for number in stamp)) if isinstance(stamp, list) else None
    return SeenFile(str(document_id), str(content_hash), known, str(rejection))
