"""Links: the addresses of documents of the assistant and their public sources."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

CITED_ANCHOR = "cited"
NEW_TAB = '<span class="visually-hidden"> (opens in a new tab)</span>'
"""Ends the name of every link that leaves the conversation open behind it."""


def document_address(document_id: str, start: int | None = None, end: int | None = None) -> str:
    """Return the address of a document, opened at the characters `start` to `end` of its text if both are given."""
    address = f"/documents/{quote(document_id, safe='')}"
    if start is None or end is None:
        return address
    return f"{address}?start={start}&end={end}#{CITED_ANCHOR}"


def public_address(source: str) -> str | None:
    """Return `source` if it is an http or https address that may be linked, otherwise None."""
    address = source.strip()
    if any(character.isspace() or ord(character) < 32 for character in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.hostname else None
