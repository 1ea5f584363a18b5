"""The words around the conversation: header, welcome, starter questions and notices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from assistant.settings import Settings
from corpus.document import Document
from ui.address import NEW_TAB

STARTERS = (
    "How many organisations did the ihub work in partnership with in 2017-18?",
    "What is the Place, Home and Housing Portfolio?",
    "What does the electronic frailty index do?",
    "What is Hospital at Home?",
)

_YEARS = re.compile(r"\b((?:19|20)\d\d)(?:[-/–](\d\d)\b)?")


def render_header(settings: Settings) -> str:
    """Return the name of the assistant and the links to the other pages."""
    return (
        f'<div class="masthead"><h1>{escape(settings.title)}</h1><nav aria-label="Pages"><ul>'
        f'<li><a href="/documents" target="_blank">Documents{NEW_TAB}</a></li>'
        f'<li><a href="/glossary" target="_blank">Words to know{NEW_TAB}</a></li></ul></nav></div>'
    )


def render_welcome(settings: Settings, documents: Sequence[Document]) -> str:
    """Return what the assistant can do, in plain words, and from which documents it answers."""
    contact = f" If something is wrong, tell us: {escape(settings.contact)}." if settings.contact else ""
    return (
        '<div class="welcome"><h2>Ask about the work of the ihub</h2>'
        "<p>The ihub is the Improvement Hub of Healthcare Improvement Scotland. It helps health and care services "
        "get better. Ask me about its programmes, its partners and its results.</p>"
        "<p>I answer with sentences copied from documents. A number after each sentence shows you where it "
        "stands. If the documents do not say, I will tell you so.</p>"
        f"<p>{_reach(documents)} I cannot give advice about care or treatment.{contact}</p>"
        '<h3 class="starters-heading">Try one of these</h3></div>'
    )


def render_notice(text: str) -> str:
    """Return a problem that the person can mend, spoken at once by screen readers."""
    return f'<p class="notice" role="alert">{escape(text)}</p>'


def render_status(text: str) -> str:
    """Return what is going on, for screen readers only, spoken when they are idle."""
    return f'<p class="visually-hidden" role="status">{escape(text)}</p>'


def last_year(documents: Sequence[Document]) -> int | None:
    """Return the last year that the periods of the documents name; 2017-18 ends in 2018."""
    years = [
        int(first[:2] + short) if short else int(first)
        for document in documents
        for first, short in _YEARS.findall(document.period)
    ]
    return max(years, default=None)


def _reach(documents: Sequence[Document]) -> str:
    count = "one document" if len(documents) == 1 else f"{len(documents)} documents"
    last = last_year(documents)
    until = f" They are about work up to {last}." if last else ""
    return f'I know <a href="/documents" target="_blank">{count}{NEW_TAB}</a>.{until}'
