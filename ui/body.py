"""A document's text as HTML: headings, page marks, paragraphs and lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape

from corpus.document import Document, Page, Section
from ui.marks import Marks, Span

DEEPEST_HEADING = 6

PageLink = Callable[[Page], str]
"""Gives the link, as HTML, to a page as it was printed; empty where there is none."""

_BLOCK = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_ITEM = re.compile(r"[ \t]*(?:[•*+–-]|(?P<number>\d{1,3})[.)])[ \t]+(?P<text>\S.*)")


def render_text(document: Document, marks: Marks, page_link: PageLink = lambda page: "") -> Iterator[str]:
    """Yield the text block by block; pages, where there are any, are announced where they begin.

    `page_link` gives the link that stands beside the announcement.
    """
    pages = list(document.pages)
    for block in _BLOCK.finditer(document.text):
        while pages and pages[0].start < block.end():
            begun = pages.pop(0)
            yield f'<p class="page-mark" id="page-{begun.number}">Page {escape(begun.label)} {page_link(begun)}</p>'
        span = Span(block.start(), block.end())
        level = heading_level(document, span)
        if level == 1:
            continue
        if level is not None:
            yield f'<h{level} id="at-{span.start}">{marks.inline(document.text, span)}</h{level}>'
        else:
            yield _lines(document.text, span, marks)


def headings_of(document: Document) -> list[tuple[int, int, str]]:
    """Return level, start and text of each heading below the title, in order."""
    found = []
    for block in _BLOCK.finditer(document.text):
        level = heading_level(document, Span(block.start(), block.end()))
        if level is not None and level > 1:
            found.append((level, block.start(), " ".join(block.group().split())))
    return found


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


def _lines(text: str, block: Span, marks: Marks) -> str:
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
