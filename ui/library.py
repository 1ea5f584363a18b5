"""The library and the glossary: what the assistant answers from, and the words it uses."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from assistant.pipeline import Assistant
from corpus.document import Document
from corpus.glossary import Term
from ui.access.gate import PersonOf
from ui.address import document_address, public_address
from ui.page import page


def library_router(assistant: Assistant, person_of: PersonOf, *, site: str) -> APIRouter:
    """Return the routes of the list of documents and of the glossary, each as far as the person may read it."""
    router = APIRouter()

    @router.get("/documents", response_class=HTMLResponse)
    def library(request: Request) -> HTMLResponse:
        documents = assistant.library(person_of(request).audience).documents()
        return page("Documents", render_library(documents), site)

    @router.get("/glossary", response_class=HTMLResponse)
    def words(request: Request) -> HTMLResponse:
        glossary = assistant.library(person_of(request).audience).glossary()
        return page("Words to know", render_glossary(glossary.terms), site)

    return router


def render_library(documents: Sequence[Document]) -> str:
    """Return the list of documents, grouped by programme, in the order of their titles."""
    programmes: dict[str, list[Document]] = {}
    for document in sorted(documents, key=lambda document: document.title.casefold()):
        programmes.setdefault(document.programme or "Other documents", []).append(document)
    groups = "".join(
        f'<h2>{escape(name)}</h2><ul class="library">{"".join(map(_entry, programmes[name]))}</ul>'
        for name in sorted(programmes, key=str.casefold)
    )
    return f"<h1>Documents</h1><p>The assistant answers only from these {len(documents)} documents.</p>{groups}"


def render_glossary(terms: Sequence[Term]) -> str:
    """Return the glossary as a list of terms with their meanings and sources."""
    listed = "".join(map(_term, sorted(terms, key=lambda term: term.term.casefold())))
    return f'<h1>Words to know</h1><p>Acronyms and words used in the documents.</p><dl class="glossary">{listed}</dl>'


def _entry(document: Document) -> str:
    facts = " · ".join(escape(fact) for fact in (document.kind, document.period) if fact)
    address = escape(document_address(document.id))
    return f'<li><a href="{address}">{escape(document.title)}</a> <span class="facts">{facts}</span></li>'


def _term(term: Term) -> str:
    expansion = f" <span>({escape(term.expansion)})</span>" if term.expansion else ""
    address = public_address(term.source)
    source = escape(term.source_title or term.source)
    if address:
        source = f'<a href="{escape(address)}" rel="noopener noreferrer">{source}</a>'
    origin = f'<p class="facts">Source: {source}{", " + escape(term.date) if term.date else ""}</p>' if source else ""
    return f"<div><dt>{escape(term.term)}{expansion}</dt><dd><p>{escape(term.meaning)}</p>{origin}</dd></div>"
