"""The original of a document that was read from a PDF: each page as a picture, for those who may read the document."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from assistant.pipeline import Assistant
from corpus.document import Document, Page
from corpus.errors import DocumentRejected
from corpus.load import picture
from corpus.originals import Originals
from ui.access.gate import PersonOf
from ui.marks import Span, cited_span

ADDRESS = "/originals"

KEPT = 64
"""Pictures kept in memory, about 100 kB each; somebody who reads on and back finds them there."""

MOST_WAITING = 8
"""Requests that wait for a picture at the same time; more are sent away, so that they cannot take every thread."""

MOST_WORDS = 2_000
"""Longest quotation that is marked on a picture; sentences are far shorter."""


class PagePictures:
    """Draws pages of originals in a process of their own, and keeps those that were drawn last; threads may share it.

    Whether somebody may read the document has to be asked before.
    """

    def __init__(self, originals: Originals) -> None:
        self._originals = originals
        self._places = threading.BoundedSemaphore(MOST_WAITING)
        self._drawn = lru_cache(maxsize=KEPT)(self._draw)

    def path(self, document: Document) -> Path | None:
        """Return the original of a document that has pages to show; None where there is none (any more)."""
        if not document.pages or not document.file.lower().endswith(".pdf"):
            return None
        return self._originals.find(document)

    def picture(self, document: Document, number: int, words: str = "") -> bytes | None:
        """Return a page as a WebP picture with `words` marked; None where it cannot be shown.

        Raises:
            BlockingIOError: too many others wait for pictures.
        """
        path = self.path(document)
        if path is None or not any(page.number == number for page in document.pages):
            return None
        if not self._places.acquire(blocking=False):
            raise BlockingIOError
        try:
            return self._drawn(path, document.content_hash, number, words)
        except DocumentRejected:
            return None
        finally:
            self._places.release()

    def _draw(self, path: Path, content_hash: str, number: int, words: str) -> bytes:
        """Draw a page; the content hash is among the arguments so that a changed file is drawn anew."""
        return picture(path, path.name, number, words)


def original_router(assistant: Assistant, person_of: PersonOf, pictures: PagePictures) -> APIRouter:
    """Return the route of the pictures; a page that is missing looks like one that may not be seen."""
    router = APIRouter()

    @router.get(ADDRESS + "/{number}/{document_id:path}")
    def page_picture(request: Request, number: str, document_id: str, start: str = "", end: str = "") -> Response:
        document = assistant.library(person_of(request).audience).document(document_id)
        if document is None or not (number.isascii() and number.isdecimal() and len(number) < 6):
            return _missing()
        cited = cited_span(document, start, end)
        words = document.text[cited.start : cited.end][:MOST_WORDS] if cited else ""
        # The browser asks each time, and so does the gate; what has not changed is not sent again.
        tag = f'"{document.content_hash[:16]}-{number}-{cited.start if cited else 0}-{cited.end if cited else 0}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if request.headers.get("if-none-match") == tag and pictures.path(document):
            return Response(status_code=304, headers=headers)
        try:
            drawn = pictures.picture(document, int(number), words)
        except BlockingIOError:
            busy = "Many people look at pages now. Please try again."
            return PlainTextResponse(busy, 503, headers={"Retry-After": "5"})
        if drawn is None:
            return _missing()
        return Response(drawn, media_type="image/webp", headers=headers)

    return router


def _missing() -> Response:
    return PlainTextResponse("This page is not here.", status_code=404)


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """The page that is shown beside the text, and how to come to the others.

    `stay` are the fields of the address that keep what is marked.
    """

    document: Document
    number: int
    cited: Span | None
    stay: Sequence[tuple[str, str]] = ()

    @classmethod
    def beginning_at(
        cls, document: Document, wanted: str, cited: Span | None, stay: Sequence[tuple[str, str]] = ()
    ) -> PrintedPage:
        """Return the page that was asked for, else that of the cited words, else the first."""
        numbers = {page.number for page in document.pages}
        asked = int(wanted) if wanted.isdecimal() and len(wanted) < 6 else 0
        of_words = document.page_at(cited.start) if cited else None
        number = asked if asked in numbers else (of_words or document.pages[0]).number
        return cls(document, number, cited, tuple(stay))

    def link(self, page: Page, name: str) -> str:
        """Return the link that shows a page; `name` is escaped."""
        address = f"?{urlencode([*self.stay, ('page', str(page.number))])}#original"
        return f'<a href="{escape(address)}" data-page="{page.number}">{name}</a>'

    def render(self) -> str:
        """Return the picture with the links to the pages before and after it."""
        document, pages = self.document, self.document.pages
        place = next(index for index, page in enumerate(pages) if page.number == self.number)
        page, address = pages[place], escape(self._address())
        before = self.link(pages[place - 1], "Previous page") if place else ""
        after = self.link(pages[place + 1], "Next page") if place + 1 < len(pages) else ""
        labels = escape("\n".join(f"{page.number} {page.label}" for page in pages))
        marked = urlencode(self._marked())
        return (
            f'<aside class="original" id="original" aria-labelledby="original-name" data-pages="{labels}" '
            f'data-picture="{ADDRESS}/" data-document="/{quote(document.id, safe="")}" data-shown="{self.number}" '
            f'data-marked="{escape(marked)}" data-marked-pages="{" ".join(map(str, self._marked_pages()))}">'
            '<h2 id="original-name">The page as printed</h2>'
            f'<p class="turning"><span data-turn="-1">{before}</span> <span class="number" role="status">'
            f'Page {escape(page.label)}</span> <span data-turn="1">{after}</span></p>'
            f'<a class="sheet" href="{address}" target="_blank"><img src="{address}" '
            f'alt="Page {escape(page.label)} as a picture. The text on this page says the same. '
            'Opens larger in a new tab." '
            'loading="lazy"></a><p class="told" role="status"></p></aside>'
        )

    def _address(self) -> str:
        marked = f"?{urlencode(self._marked())}" if self.number in self._marked_pages() else ""
        return f"{ADDRESS}/{self.number}/{quote(self.document.id, safe='')}{marked}"

    def _marked(self) -> list[tuple[str, str]]:
        return [("start", str(self.cited.start)), ("end", str(self.cited.end))] if self.cited else []

    def _marked_pages(self) -> tuple[int, ...]:
        """Return the pages on which the cited words stand."""
        if self.cited is None:
            return ()
        first, last = self.document.page_at(self.cited.start), self.document.page_at(self.cited.end - 1)
        return tuple(range(first.number, last.number + 1)) if first and last else ()
