"""Names: the id that a file gets, and a file name that is safe to store."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container

MAX_NAME_CHARACTERS = 100
"""Longest id made from a name and longest stored name without its ending; file systems allow 255 bytes."""

_UNSAFE = re.compile(r"[^\w .()&',+-]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def identifier(file: str) -> str:
    """Make a document id from a file name: lower case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", file.rsplit(".", 1)[0]).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:MAX_NAME_CHARACTERS]
    return name or "document-" + hashlib.sha256(file.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def safe_name(name: str) -> str:
    """Return a file name that can be stored on any system: never a path, hidden, reserved or over long.

    Folders are cut off, whichever slash they are written with; what is left may be empty before the ending, in which
    case the name is "document".
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode()))[-1]
    stem, dot, ending = last.rpartition(".")
    if not dot:
        stem, ending = last, ""
    ending = re.sub(r"[^A-Za-z0-9]", "", ending)[:20]
    stem = re.sub(r"\s+", " ", _UNSAFE.sub("-", stem)).strip(" .-")[:MAX_NAME_CHARACTERS].strip(" .-") or "document"
    while len(stem.encode()) > 2 * MAX_NAME_CHARACTERS:
        stem = stem[:-1].rstrip(" .-")
    if _RESERVED.fullmatch(stem):
        stem += "-file"
    return f"{stem}.{ending}" if ending else stem


def free_name(wanted: str, taken: Container[str]) -> str:
    """Return `wanted`, or the first of `wanted-2`, `wanted-3` and so on that is not taken."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name
