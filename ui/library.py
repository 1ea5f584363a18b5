"""The library: all documents that a person may read, to search and to filter, with what they are about."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from assistant.library import Library
from assistant.pipeline import Assistant
from corpus.document import Document
from ui.access.gate import PersonOf
from ui.address import document_address, question_address
from ui.evidence import shorten
from ui.field import choice, search_form
from ui.glossary import render_glossary
from ui.news import newest, render_news
from ui.page import page
from ui.period import covers, years_of

DESCRIPTION_CHARACTERS = 220
"""About two lines: the first whole sentence, cut where it is longer."""

_SENTENCE = re.compile(r"[A-Z][^\n]{30,}?[.!?](?=\s|$)")
_ABOUT_ITSELF = re.compile(r"^This (?:brief|document|glossary) is a summary\b|^It is not a publication\b")

KnownQuestions = Callable[[Document], Sequence[str]]
"""Gives the questions that a document is known to answer, empty while that is not known."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen above the list; empty means all."""

    search: str = ""
    programme: str = ""
    kind: str = ""
    year: str = ""

    @property
    def any(self) -> bool:
        """Say whether anything was chosen."""
        return any((self.search.strip(), self.programme, self.kind, self.year))

    def take(self, document: Document) -> bool:
        """Say whether a document, with its text, is to be listed."""
        words = self.search.casefold().split()
        held = f"{document.title} {document.programme} {document.text}".casefold()
        year = int(self.year) if self.year.isdecimal() and len(self.year) == 4 else None
        return (
            all(word in held for word in words)
            and self.programme in ("", document.programme)
            and self.kind in ("", document.kind)
            and (year is None or covers(document.period, year))
        )


def library_router(
    assistant: Assistant, person_of: PersonOf, *, site: str, questions: KnownQuestions | None = None
) -> APIRouter:
    """Return the routes of the list of documents and of the glossary, each as far as the person may read it."""
    router = APIRouter()

    @router.get("/documents", response_class=HTMLResponse)
    def library(request: Request, q: str = "", programme: str = "", kind: str = "", year: str = "") -> HTMLResponse:
        person = person_of(request)
        body = render_library(
            assistant.library(person.audience), Filters(q[:200], programme, kind, year), questions or (lambda _: ())
        )
        upload = '<p><a class="button" href="/upload">Add documents</a></p>' if person.keeps_documents else ""
        return page("Documents", body + upload, site, current="/documents")

    @router.get("/glossary", response_class=HTMLResponse)
    def words(request: Request, q: str = "") -> HTMLResponse:
        glossary = assistant.library(person_of(request).audience).glossary()
        return page("Words to know", render_glossary(glossary.terms, q[:200]), site, current="/glossary")

    return router


def render_library(library: Library, filters: Filters, questions: KnownQuestions) -> str:
    """Return the documents that fit `filters`, grouped by programme, in the order of their titles."""
    whole = [found for listed in library.documents() if (found := library.document(listed.id)) is not None]
    fitting = [document for document in whole if filters.take(document)]
    programmes: dict[str, list[Document]] = {}
    for document in sorted(fitting, key=lambda document: document.title.casefold()):
        programmes.setdefault(document.programme or "Other documents", []).append(document)
    groups = "".join(
        f'<h2>{escape(name)}</h2><ul class="library">'
        f"{''.join(_entry(document, questions(document)) for document in programmes[name])}</ul>"
        for name in sorted(programmes, key=str.casefold)
    )
    count = "1 document" if len(fitting) == 1 else f"{len(fitting)} documents"
    said = f"{count} of {len(whole)}." if filters.any else f"{count}. The assistant answers only from these."
    again = ' <a href="/documents">Show all</a>' if filters.any else ""
    news = "" if filters.any else render_news(newest(whole, library.indexed_at()))
    return f'<h1>Documents</h1>{_form(whole, filters)}<p class="count" role="status">{said}{again}</p>{news}{groups}'


def describe(document: Document) -> str:
    """Return the first whole sentence that says something about the subject, word for word; empty without one."""
    for section in document.sections:
        for match in _SENTENCE.finditer(document.text, section.start, section.end):
            if not _ABOUT_ITSELF.match(match.group()):
                return shorten(match.group(), DESCRIPTION_CHARACTERS)
    return ""


def _form(documents: Sequence[Document], filters: Filters) -> str:
    programmes = sorted({document.programme for document in documents if document.programme}, key=str.casefold)
    kinds = sorted({document.kind for document in documents if document.kind}, key=str.casefold)
    years = sorted({str(year) for document in documents for year in years_of(document.period)}, reverse=True)
    more = (
        choice("programme", "Programme", programmes, filters.programme)
        + choice("kind", "Kind", kinds, filters.kind)
        + choice("year", "About the year", years, filters.year)
    )
    return search_form("/documents", "Search the documents", filters.search, more=more)


def _entry(document: Document, questions: Sequence[str]) -> str:
    facts = " · ".join(escape(fact) for fact in (document.kind, document.period) if fact)
    quoted = describe(document)
    asked = "".join(f'<li><a href="{escape(question_address(q))}">{escape(q)}</a></li>' for q in questions)
    return (
        f'<li><h3><a href="{escape(document_address(document.id))}">{escape(document.title)}</a></h3>'
        f'<p class="facts">{facts}</p>{f"<p><q>{escape(quoted)}</q></p>" if quoted else ""}'
        f"{f'<p>It answers, for example:</p><ul>{asked}</ul>' if asked else ''}</li>"
    )
