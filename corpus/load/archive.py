"""Office files are zip archives: what is checked before one is unpacked, and what it says of itself."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

from lxml import etree

from corpus.errors import DocumentRejected
from corpus.load.parsed import Properties, stated_title
from corpus.load.reading import kind_of, read_bytes

MAX_ENTRIES = 10_000
"""More entries than any Office file has: a deck of 500 slides with a picture each has about 3,000."""

MAX_UNPACKED_BYTES = 400_000_000
"""Most bytes that an Office file may unpack to; pictures are packed already, so this is twice the largest file."""

MAX_XML_BYTES = 100_000_000
"""Most bytes of all XML in an Office file: a parser needs about ten times as much memory."""

_CORE = "docProps/core.xml"
_NAMES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
}
_UNUSABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
"""What zipfile raises on damaged or encrypted archives."""


def open_office_file(path: Path, file: str, main_part: str, kind: str) -> bytes:
    """Return the bytes of an Office file that is safe to unpack and holds `main_part`.

    `kind` names the expected kind in messages, such as "a Word document".

    Raises:
        DocumentRejected: the file is something else, encrypted, damaged, a zip bomb, or names entries outside itself.
    """
    content = read_bytes(path, file)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise DocumentRejected(
            file, "it is protected by a password or was saved by an old Office version; save it anew"
        )
    if not content.startswith(b"PK"):
        really = kind_of(content) or "another kind of file"
        raise DocumentRejected(file, f"it is not {kind} but {really}; give it its right ending")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_entries(archive.infolist(), file)
            names = archive.namelist()
    except _UNUSABLE as error:
        raise DocumentRejected(file, f"it is damaged or cut off and cannot be read as {kind}") from error
    if main_part not in names:
        raise DocumentRejected(file, f"it is a zip archive but not {kind}; give it its right ending")
    return content


def office_properties(content: bytes) -> Properties:
    """Return what an Office file says of itself; empty where it says nothing or that part is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            root = etree.fromstring(archive.read(_CORE), etree.XMLParser(resolve_entities=False, no_network=True))
    except (*_UNUSABLE, KeyError, etree.XMLSyntaxError):
        return Properties()
    title, author, language, created, modified = (
        " ".join((root.findtext(name, "", _NAMES) or "").split())
        for name in ("dc:title", "dc:creator", "dc:language", "dcterms:created", "dcterms:modified")
    )
    return Properties(stated_title(title), author, (modified or created)[:10], language)


def _check_entries(entries: list[zipfile.ZipInfo], file: str) -> None:
    if len(entries) > MAX_ENTRIES:
        raise DocumentRejected(file, f"it is an archive of more than {MAX_ENTRIES:,} entries")
    if any(entry.flag_bits & 1 for entry in entries):
        raise DocumentRejected(file, "it is protected by a password")
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ":" in name.split("/")[0] or ".." in name.split("/"):
            raise DocumentRejected(file, "it is an archive that names files outside itself")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES or _xml_bytes(entries) > MAX_XML_BYTES:
        raise DocumentRejected(file, "it would unpack to far more than an Office file holds (a zip bomb)")


def _xml_bytes(entries: list[zipfile.ZipInfo]) -> int:
    return sum(entry.file_size for entry in entries if entry.filename.lower().endswith((".xml", ".rels")))
