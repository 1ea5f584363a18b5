"""The source reader: one document as an accessible page, with what was cited marked, a search, and its reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from assistant.pipeline import Assistant
from corpus.document import Document
from corpus.glossary import Glossary
from ui.access.gate import PersonOf
from ui.address import CITED_ANCHOR, document_address, public_address
from ui.body import PageLink, headings_of, render_text
from ui.evidence import shorten
from ui.field import search_form
from ui.glossary import Words
from ui.kept import section_at
from ui.marks import MOST_FOUND, Marks, Span, also_cited, cited_span, found_spans
from ui.original import PagePictures, PrintedPage
from ui.page import page as plain_page

LONG_DOCUMENT = 4
"""Headings from which a document gets a list of contents."""


def source_router(
    assistant: Assistant,
    person_of: PersonOf,
    *,
    site: str,
    pictures: PagePictures | None = None,
    change: Callable[[str], str] | None = None,
) -> APIRouter:
    """Return the route of the source reader, which shows a document to those who may read it.

    `pictures` has the pages as they were printed. `change` gives the address at which a content owner changes a
    document.
    """
    router = APIRouter()

    @router.get("/documents/{document_id:path}", response_class=HTMLResponse)
    def show(
        request: Request,
        document_id: str,
        start: str = "",
        end: str = "",
        also: str = "",
        q: str = "",
        page: str = "",
    ) -> HTMLResponse:
        person = person_of(request)
        library = assistant.library(person.audience)
        document = library.document(document_id)
        if document is None:
            return missing_page(site)
        cited = cited_span(document, start, end)
        others = also_cited(document, also)
        stay = stay_fields(cited, others)
        printed = bool(pictures and pictures.path(document))
        body = render_document(
            document,
            cited,
            also=others,
            printed=PrintedPage.beginning_at(document, page, cited, stay) if printed else None,
            search=q[:200],
            words=None if document.kind == "glossary" else library.glossary(),
            base=str(request.base_url).rstrip("/"),
        )
        if change and person.keeps_documents:
            body += (
                f'<p><a class="button" href="{escape(change(document.id))}">Change or withdraw this document</a></p>'
            )
        return plain_page(document.title, body, site)

    return router


def missing_page(site: str) -> HTMLResponse:
    """Return the page shown for a document that does not exist or may not be read: the same for both."""
    body = (
        "<h1>This document is not here</h1><p>There is no document at this address, or it is not one that you may "
        'read. The address may be old or mistyped.</p><p><a href="/documents">See all documents</a> or '
        '<a href="/">ask a question</a>.</p>'
    )
    return plain_page("Document not found", body, site, status=404)


def render_document(
    document: Document,
    cited: Span | None = None,
    *,
    also: Sequence[Span] = (),
    search: str = "",
    words: Glossary | None = None,
    base: str = "",
    printed: PrintedPage | None = None,
) -> str:
    """Return title, description and whole text of a document as HTML.

    `cited` and `also` are marked, as is what `search` finds; `words` are explained at their first place; `base` begins
    the address in the reference; `printed` is the page that is shown beside the text.
    """
    found, stay = found_spans(document, search), stay_fields(cited, also)
    marks = Marks(cited, also, found, Words(words or Glossary(), "d").mark)
    link: PageLink = (lambda page: printed.link(page, "See it as printed")) if printed else (lambda page: "")
    text = f"{_contents(document)}{''.join(render_text(document, marks, link))}"
    if printed:
        text = f'<div class="beside"><div>{text}</div>{printed.render()}</div>'
    return (
        f'<article class="document"><h1>{escape(document.title)}</h1>{_facts(document)}{_note(cited, also)}'
        f"{_reference(document, cited, base)}{_search(document, search, found, stay)}{text}</article>"
    )


def reference_of(document: Document, cited: Span | None, base: str) -> str:
    """Return a reference to a document, or to the words cited from it, as one line of plain text."""
    facts = [document.title, document.period]
    if cited is not None:
        page_of, section = document.page_at(cited.start), section_at(document, cited.start)
        facts.append(f"page {page_of.label}" if page_of else "")
        facts.append(f"section “{section.name}”" if section and section.name else "")
    facts.append(public_address(document.source) or "")
    line = ", ".join(fact for fact in facts if fact)
    if cited is None:
        return f"{line}. {base}{document_address(document.id)}"
    quotation = " ".join(document.text[cited.start : cited.end].split())
    return f"“{quotation}” {line}. {base}{document_address(document.id, cited.start, cited.end)}"


def stay_fields(cited: Span | None, also: Sequence[Span]) -> list[tuple[str, str]]:
    """Return the fields of an address that keep what is marked."""
    fields = [("start", str(cited.start)), ("end", str(cited.end))] if cited else []
    return [*fields, ("also", "_".join(f"{span.start}-{span.end}" for span in also))] if also else fields


def _facts(document: Document) -> str:
    facts = [("Period", escape(document.period)), ("Programme", escape(document.programme))]
    address = public_address(document.source)
    if address:
        facts.append(("Source", f'<a href="{escape(address)}" rel="noopener noreferrer">{escape(address)}</a>'))
    return f"<dl>{''.join(f'<div><dt>{name}</dt><dd>{value}</dd></div>' for name, value in facts if value)}</dl>"


def _note(cited: Span | None, also: Sequence[Span]) -> str:
    if cited is None:
        first = '<a href="#also-1">go to the first</a>'
        return f'<p class="note">Words quoted in your conversation have a dotted line: {first}.</p>' if also else ""
    more = " Other words quoted in your conversation have a dotted line." if also else ""
    return (
        f'<p class="note">The words quoted in the answer are marked below: <a href="#{CITED_ANCHOR}">go to them</a>.'
        f"{more}</p>"
    )


def _reference(document: Document, cited: Span | None, base: str) -> str:
    line = escape(reference_of(document, cited, base))
    return (
        '<details class="cite-this"><summary>Cite this</summary>'
        f'<p id="reference">{line}</p><button type="button" data-copy="{line}" hidden>Copy the reference</button>'
        '<span role="status" class="told"></span></details>'
    )


def _search(document: Document, search: str, found: Sequence[Span], stay: Sequence[tuple[str, str]]) -> str:
    kept = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in stay)
    form = search_form(document_address(document.id), "Search in this document", search, more=kept)
    if not search.strip():
        return form
    if not found:
        said = f"“{escape(search.strip())}” is not in this document."
    else:
        places = "1 place" if len(found) == 1 else f"{len(found)}{'+' if len(found) == MOST_FOUND else ''} places"
        said = f"“{escape(search.strip())}” is in {places}."
    around = "".join(
        f'<li><a href="#found-{number}">{escape(_around(document, span))}</a></li>'
        for number, span in enumerate(found[:10], start=1)
    )
    return f'{form}<p class="count" role="status">{said}</p>{f"<ol>{around}</ol>" if around else ""}'


def _around(document: Document, span: Span) -> str:
    return "…" + shorten(document.text[max(span.start - 30, 0) : span.end + 50], 90) + "…"


def _contents(document: Document) -> str:
    headings = headings_of(document)
    if len(headings) < LONG_DOCUMENT:
        return ""
    listed = "".join(
        f'<li><a href="#at-{start}">{escape(text)}</a></li>' for level, start, text in headings if level == 2
    )
    return f'<nav class="contents" aria-label="On this page"><h2>On this page</h2><ul>{listed}</ul></nav>'
