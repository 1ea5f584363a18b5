"""The source reader: one document as an accessible page, with the cited sentence marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from assistant.pipeline import Assistant
from corpus.document import Document, Section
from ui.access.gate import PersonOf
from ui.address import CITED_ANCHOR, public_address
from ui.page import page

DEEPEST_HEADING = 6

_BLOCK = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_ITEM = re.compile(r"[ \t]*(?:[•*+–-]|(?P<number>\d{1,3})[.)])[ \t]+(?P<text>\S.*)")
_ADDRESS = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a document's text, half open."""

    start: int
    end: int


def source_router(assistant: Assistant, person_of: PersonOf, *, site: str) -> APIRouter:
    """Return the route of the source reader, which shows a document to those who may read it."""
    router = APIRouter()

    @router.get("/documents/{document_id:path}", response_class=HTMLResponse)
    def show(request: Request, document_id: str, start: str = "", end: str = "") -> HTMLResponse:
        document = assistant.library(person_of(request).audience).document(document_id)
        if document is None:
            return missing_page(site)
        body = render_document(document, cited_span(document, start, end))
        return page(document.title, body, site)

    return router


def missing_page(site: str) -> HTMLResponse:
    """Return the page shown for a document that does not exist or may not be read: the same for both."""
    body = (
        "<h1>This document is not here</h1><p>There is no document at this address, or it is not one that you may "
        'read. The address may be old or mistyped.</p><p><a href="/documents">See all documents</a> or '
        '<a href="/">ask a question</a>.</p>'
    )
    return page("Document not found", body, site, status=404)


def cited_span(document: Document, start: str, end: str) -> Span | None:
    """Return the cited characters, or None where the offsets are no numbers or lie outside the text."""
    if not (start.isdecimal() and end.isdecimal() and len(start) < 12 and len(end) < 12):
        return None
    span = Span(int(start), int(end))
    return span if span.start < span.end <= len(document.text) else None


def render_document(document: Document, cited: Span | None = None) -> str:
    """Return title, description and whole text of a document as HTML, with `cited` in `<mark>`."""
    return f'<article class="document">{_head(document, cited)}{"".join(_body(document, cited))}</article>'


def _head(document: Document, cited: Span | None) -> str:
    facts = [("Period", escape(document.period)), ("Programme", escape(document.programme))]
    address = public_address(document.source)
    if address:
        facts.append(("Source", f'<a href="{escape(address)}" rel="noopener noreferrer">{escape(address)}</a>'))
    listed = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts if value)
    note = ""
    if cited is not None:
        note = (
            f'<p class="note">The words quoted in the answer are marked below: <a href="#{CITED_ANCHOR}">go to them</a>'
            ". If you came here from an answer, it is still open in the other tab.</p>"
        )
    return f"<h1>{escape(document.title)}</h1><dl>{listed}</dl>{note}"


def _body(document: Document, cited: Span | None) -> Iterator[str]:
    """Yield the text block by block; pages, where there are any, are announced where they begin."""
    pages = list(document.pages)
    marks = _Marks(cited)
    for block in _BLOCK.finditer(document.text):
        while pages and pages[0].start < block.end():
            yield f'<p class="page-mark">Page {escape(pages.pop(0).label)}</p>'
        span = Span(block.start(), block.end())
        level = heading_level(document, span)
        if level == 1:
            continue
        if level is not None:
            yield f"<h{level}>{marks.inline(document.text, span)}</h{level}>"
        else:
            yield _lines(document.text, span, marks)


def heading_level(document: Document, block: Span) -> int | None:
    """Return the level of the heading that `block` is, 1 for the document's title, or None for running text.

    Headings are the blocks that no section covers; their depth is their place in the path of the next section.
    """
    line = document.text[block.start : block.end].strip()
    following: Section | None = None
    for section in document.sections:
        if section.start <= block.start < section.end:
            return None
        if section.start >= block.end and following is None:
            following = section
    if line == document.title.strip() or following is None:
        return 1 if line == document.title.strip() else None
    depth = following.headings.index(line) if line in following.headings else 0
    return min(depth + 2, DEEPEST_HEADING)


def _lines(text: str, block: Span, marks: _Marks) -> str:
    """Return a block as paragraphs and lists; a line without a list mark goes on with what stands above it."""
    parts: list[str] = []
    open_list = ""
    for kind, opening, span in _pieces(text, block):
        if kind != open_list:
            parts.append((f"</{open_list}>" if open_list else "") + (f"<{kind}>" if kind else ""))
            open_list = kind
        element = "li" if kind else "p"
        parts.append(f"<{opening}>{marks.inline(text, span)}</{element}>")
    return "".join(parts) + (f"</{open_list}>" if open_list else "")


def _pieces(text: str, block: Span) -> Iterator[tuple[str, str, Span]]:
    """Yield list kind ("", "ul" or "ol"), opening tag and characters of each paragraph or list item of a block."""
    kind, opening, start = "", "p", block.start
    for line in re.finditer(r"[^\n]+", text[block.start : block.end]):
        item = _ITEM.fullmatch(line.group())
        if item is None:
            continue
        if block.start + line.start() > start:
            yield kind, opening, Span(start, block.start + line.start() - 1)
        number = item.group("number")
        kind, opening = ("ol", f'li value="{int(number)}"') if number else ("ul", "li")
        start = block.start + line.start() + item.start("text")
    yield kind, opening, Span(start, block.end)


class _Marks:
    """Escapes stretches of text and marks what was cited; only the first mark of a page carries the anchor."""

    def __init__(self, cited: Span | None) -> None:
        self._cited = cited
        self._anchored = False

    def inline(self, text: str, span: Span) -> str:
        if self._cited is None:
            return linked(text[span.start : span.end])
        low = min(max(self._cited.start, span.start), span.end)
        high = min(max(self._cited.end, low), span.end)
        before, inside, after = text[span.start : low], text[low:high], text[high : span.end]
        if not inside.strip():
            return linked(text[span.start : span.end])
        anchor = "" if self._anchored else f' id="{CITED_ANCHOR}" tabindex="-1"'
        self._anchored = True
        return f"{linked(before)}<mark{anchor}>{linked(inside)}</mark>{linked(after)}"


def linked(text: str) -> str:
    """Return escaped `text` in which http and https addresses are links."""
    parts, position = [], 0
    for match in _ADDRESS.finditer(text):
        parts.append(escape(text[position : match.start()]))
        address = public_address(match.group())
        shown = escape(match.group())
        parts.append(f'<a href="{shown}" rel="noopener noreferrer">{shown}</a>' if address else shown)
        position = match.end()
    return "".join(parts) + escape(text[position:])
