"""Keeping fetched documents: each is a file of the folder, with a note of its address for looking at it again."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Container, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from corpus.addresses.fetch import Fetched, Fetcher
from corpus.addresses.guard import AddressRefused
from corpus.cataloguing import write_atomically
from corpus.document import Audience
from corpus.errors import DocumentRejected
from corpus.intake import accept
from corpus.naming import safe_name

NOTES_FILE = ".addresses.json"

ENDINGS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "application/pdf": ".pdf",
    "message/rfc822": ".eml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}
"""The ending of a stored file by its media type; another type keeps the ending of its address."""

_PLAIN = frozenset({".txt", ".md", ".csv"})
"""Formats that are read as UTF-8, into which another encoding is turned; HTML says its encoding itself."""


@dataclass(frozen=True, slots=True)
class Note:
    """Where a document was fetched, and what its site said for asking whether it changed."""

    address: str
    file: str
    document_id: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What became of a fetched document: `changed`, or a `problem` in one sentence, or neither."""

    document_id: str
    address: str
    changed: bool = False
    problem: str = ""


def add_address(
    folder: Path,
    fetcher: Fetcher,
    address: str,
    *,
    title: str = "",
    audience: Audience | None = None,
    programme: str = "",
    period: str = "",
    taken: Container[str] = (),
) -> str:
    """Fetch an address into `folder` and return its document id; one that is there already is fetched again.

    Raises:
        AddressRefused: as for `Fetcher.fetch`.
        DocumentRejected, CorpusUnavailable, CatalogueInvalid: as for `corpus.intake.accept`.
    """
    notes = _read_notes(folder)
    fetched = fetcher.fetch(address)
    known = notes.get(address)
    file = known.file if known else _free_file(folder, fetched)
    document_id = accept(
        folder,
        file,
        _stored(fetched, file),
        title=title,
        audience=audience,
        programme=programme,
        period=period,
        source=fetched.address,
        fetched=_today(),
        replace=True,
        taken=taken,
    )
    notes[address] = Note(address, file, document_id, fetched.etag, fetched.last_modified)
    _write_notes(folder, notes)
    return document_id


def look_again(
    folder: Path, fetcher: Fetcher, progress: Callable[[int, int], None] = lambda done, total: None
) -> Iterator[LookedAt]:
    """Ask every address again, and store what changed; an address that fails keeps its document as it is."""
    notes = _read_notes(folder)
    for done, (address, note) in enumerate(list(notes.items())):
        progress(done, len(notes))
        path = folder / note.file
        if not path.is_file():
            del notes[address]
            continue
        try:
            fetched = fetcher.fetch(address, etag=note.etag, last_modified=note.last_modified)
            content = _stored(fetched, note.file)
            changed = bool(content) and content != path.read_bytes()
            if changed:
                accept(folder, note.file, content, source=fetched.address, fetched=_today(), replace=True)
        except (AddressRefused, DocumentRejected) as problem:
            yield LookedAt(note.document_id, address, problem=str(problem))
            continue
        if fetched.content is not None:
            notes[address] = replace(note, etag=fetched.etag, last_modified=fetched.last_modified)
        yield LookedAt(note.document_id, address, changed=changed)
    if notes:
        progress(len(notes), len(notes))
    _write_notes(folder, notes)


def _stored(fetched: Fetched, file: str) -> bytes:
    """Return the bytes to store: plain text as UTF-8, anything else as it came."""
    content = fetched.content or b""
    if PurePosixPath(file).suffix not in _PLAIN or not fetched.charset:
        return content
    try:
        return content.decode(fetched.charset).encode()
    except (UnicodeDecodeError, LookupError):
        return content


def _free_file(folder: Path, fetched: Fetched) -> str:
    """Return a file name that says where the document is from, and that no file of the folder has."""
    parts = urlsplit(fetched.address)
    path = PurePosixPath(unquote(parts.path))
    ending = ENDINGS.get(fetched.content_type, path.suffix.lower())
    words = " ".join([parts.hostname or "", *path.with_suffix("").parts, parts.query])
    stem = re.sub(r"[^\w.]+", "-", words).strip("-.")
    name = PurePosixPath(safe_name(f"{stem}{ending or '.html'}"))
    file, number = name.name, 1
    while (folder / file).exists():
        number += 1
        file = f"{name.stem}-{number}{name.suffix}"
    return file


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


def _read_notes(folder: Path) -> dict[str, Note]:
    try:
        rows = json.loads((folder / NOTES_FILE).read_bytes())
        return {row["address"]: Note(**row) for row in rows}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _write_notes(folder: Path, notes: dict[str, Note]) -> None:
    if notes or (folder / NOTES_FILE).exists():
        write_atomically(folder / NOTES_FILE, json.dumps([asdict(note) for note in notes.values()], indent=1).encode())
