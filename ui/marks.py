"""Marks in a document's text: what was cited, what else the answer cites, and what was searched for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from corpus.document import Document
from ui.address import CITED_ANCHOR, MOST_MARKED, public_address

MOST_FOUND = 200
"""Places of a searched word that are marked; more would bury the text."""

_ADDRESS = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")

Mark = Callable[[str], str]
"""Turns plain text into escaped HTML."""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a document's text, half open."""

    start: int
    end: int


def cited_span(document: Document, start: str, end: str) -> Span | None:
    """Return the cited characters, or None where the offsets are no numbers or lie outside the text."""
    if not (start.isdecimal() and end.isdecimal() and len(start) < 12 and len(end) < 12):
        return None
    span = Span(int(start), int(end))
    return span if span.start < span.end <= len(document.text) else None


def also_cited(document: Document, also: str) -> tuple[Span, ...]:
    """Return the further spans of an address such as "12-40_90-130"; what does not fit is left out."""
    pairs = (part.partition("-") for part in also.split("_")[:MOST_MARKED])
    spans = (cited_span(document, start, end) for start, _, end in pairs)
    return tuple(span for span in spans if span is not None)


def found_spans(document: Document, search: str) -> tuple[Span, ...]:
    """Return where the words of `search` stand together, whatever their case and the spaces between them."""
    words = [re.escape(word) for word in search.split()]
    if not words:
        return ()
    matches = re.finditer(r"\s+".join(words), document.text, re.IGNORECASE)
    return tuple(Span(match.start(), match.end()) for match, _ in zip(matches, range(MOST_FOUND), strict=False))


class Marks:
    """Escapes stretches of text and marks what was cited and found; each kind carries anchors to go to."""

    def __init__(
        self, cited: Span | None = None, also: Sequence[Span] = (), found: Sequence[Span] = (), plain: Mark = escape
    ) -> None:
        self._kinds = [("cited", (cited,) if cited else ()), ("also", tuple(also)), ("found", tuple(found))]
        self._plain = plain
        self._anchored: set[str] = set()

    def inline(self, text: str, span: Span) -> str:
        """Return the characters of `span` as HTML; the first mark of each span has its anchor."""
        parts = []
        for start, end in self._pieces(span):
            kind, number = self._kind_at(start)
            shown = linked(text[start:end], self._plain)
            if kind and text[start:end].strip():
                shown = f"<mark{self._attributes(kind, number)}>{shown}</mark>"
            parts.append(shown)
        return "".join(parts)

    def _attributes(self, kind: str, number: int) -> str:
        name = CITED_ANCHOR if kind == "cited" else f"{kind}-{number}"
        identity = "" if name in self._anchored else f' id="{name}"{" tabindex=-1" if kind != "also" else ""}'
        self._anchored.add(name)
        return identity if kind == "cited" else f' class="{kind}"{identity}'

    def _pieces(self, span: Span) -> Iterable[tuple[int, int]]:
        edges = {span.start, span.end}
        for _, spans in self._kinds:
            edges |= {edge for mark in spans for edge in (mark.start, mark.end) if span.start < edge < span.end}
        ordered = sorted(edges)
        return pairwise(ordered)

    def _kind_at(self, offset: int) -> tuple[str, int]:
        for kind, spans in self._kinds:
            for number, mark in enumerate(spans, start=1):
                if mark.start <= offset < mark.end:
                    return kind, number
        return "", 0


def linked(text: str, plain: Mark = escape) -> str:
    """Return escaped `text` in which http and https addresses are links; `plain` escapes the rest."""
    parts, position = [], 0
    for match in _ADDRESS.finditer(text):
        parts.append(plain(text[position : match.start()]))
        address = public_address(match.group())
        shown = escape(match.group())
        parts.append(f'<a href="{shown}" rel="noopener noreferrer">{shown}</a>' if address else shown)
        position = match.end()
    return "".join(parts) + plain(text[position:])
