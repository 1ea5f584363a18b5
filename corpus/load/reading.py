"""Bytes of a file, with the checks that come before any parser: size, kind and encoding."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from corpus.errors import DocumentRejected

MAX_FILE_BYTES = 200_000_000
"""Larger files are rejected unread; the longest illustrated reports of public bodies are below 100 MB."""

_SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a zip archive or an Office file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or encrypted Office file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"Rar!", "a compressed file"),
)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_bytes(path: Path, file: str) -> bytes:
    """Return the content of a file.

    Raises:
        DocumentRejected: the file cannot be opened, is empty or larger than `MAX_FILE_BYTES`.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise DocumentRejected(file, f"it is larger than {MAX_FILE_BYTES // 1_000_000} MB")
        content = path.read_bytes()
    except OSError as error:
        raise DocumentRejected(file, f"it cannot be opened ({error.strerror})") from error
    if not content:
        raise DocumentRejected(file, "it is empty")
    return content


def kind_of(content: bytes) -> str:
    """Return what a binary file really is, such as "a PDF file"; empty where it has no known signature."""
    return next((kind for signature, kind in _SIGNATURES if content.startswith(signature)), "")


def decode(content: bytes, file: str, kind: str) -> tuple[str, str]:
    """Return the text of a file that may name its encoding, and the encoding that was used.

    A byte order mark decides, then the encoding named in a <meta> tag, then UTF-8 and last Windows-1252, which older
    office programs write. `kind` names the expected kind of file in messages, such as "a web page".

    Raises:
        DocumentRejected: the file is binary.
    """
    if (really := kind_of(content)) or (b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise DocumentRejected(file, f"it is not {kind} but {really or 'a binary file'}; give it its right ending")
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace"), encoding
    named = _CHARSET.search(content[:4096])
    for encoding in ([named.group(1).decode("ascii")] if named else []) + ["utf-8"]:
        try:
            if codecs.lookup(encoding)._is_text_encoding:
                return content.decode(encoding), encoding
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("cp1252", "replace"), "cp1252"
