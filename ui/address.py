"""Links: the addresses of documents of the assistant, of questions, and of public sources."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

CITED_ANCHOR = "cited"
NEW_TAB = '<span class="visually-hidden"> (opens in a new tab)</span>'
"""Ends the name of every link that leaves the conversation open behind it."""

MOST_MARKED = 40
"""Sentences marked beside the one that is opened; an address stays well below what servers take."""


def document_address(
    document_id: str, start: int | None = None, end: int | None = None, also: Sequence[tuple[int, int]] = ()
) -> str:
    """Return the address of a document, opened at the characters `start` to `end` of its text if both are given.

    `also` are further characters to mark, as (start, end); of more than `MOST_MARKED` the last ones.
    """
    address = f"/documents/{quote(document_id, safe='')}"
    others = [place for place in dict.fromkeys(also) if place != (start, end)][-MOST_MARKED:]
    more = "_".join(f"{low}-{high}" for low, high in others)
    if start is None or end is None:
        return f"{address}?also={more}" if more else address
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
