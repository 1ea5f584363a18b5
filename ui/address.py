"""Links: the addresses of documents of the assistant, of questions, and of public sources."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

CITED_ANCHOR = "cited"
NEW_TAB = '<span class="visually-hidden"> (opens in a new tab)</span>'
"""Ends the name of every link that leaves the conversation open behind it."""

MOST_MARKED = 20
"""Sentences marked beside the one that is opened; an address stays well below what servers take."""


def document_address(
    document_id: str, start: int | None = None, end: int | None = None, also: Sequence[tuple[int, int]] = ()
) -> str:
    """Return the address of a document, opened at the characters `start` to `end` of its text if both are given.

    `also` are further characters to mark, as (start, end).
    """
    address = f"/documents/{quote(document_id, safe='')}"
    if start is None or end is None:
        return address
    more = "_".join(f"{low}-{high}" for low, high in dict.fromkeys(also[:MOST_MARKED]))
    return f"{address}?start={start}&end={end}{f'&also={more}' if more else ''}#{CITED_ANCHOR}"


def question_address(question: str) -> str:
    """Return the address that asks a question in the chat."""
    return f"/?ask={quote(question, safe='')}"


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
