"""The words around the conversation: header, welcome, notices and footer."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.settings import Settings
from corpus.document import Document
from ui.page import navigation, skip_link
from ui.period import last_year


def render_header(settings: Settings) -> str:
    """Return the name of the assistant and the links to the other pages."""
    account = '<p class="account"><a href="/account">Sign in or your account</a></p>'
    return (
        f'{skip_link("#ask", "Skip to the question box")}<div class="masthead"><h1 class="site">'
        f"{escape(settings.title)}</h1>{navigation('/')}{account if settings.sign_in != 'off' else ''}</div>"
    )


def render_welcome(settings: Settings, documents: Sequence[Document]) -> str:
    """Return what the assistant can do, in plain words, and from which documents it answers."""
    contact = f" If something is wrong, tell us: {escape(settings.contact)}." if settings.contact else ""
    return (
        f'<div class="welcome"><h2>Ask about the work of the ihub</h2><p>{escape(settings.welcome)}</p>'
        "<p>I answer from documents. A number after each sentence shows you where it stands. If the documents do "
        "not say, I will tell you so.</p>"
        f"<p>{_reach(documents)} I cannot give advice about care or treatment.{contact}</p>"
        '<p>New here? <a href="/start">Start here</a>.</p>'
        '<h3 class="starters-heading">Try one of these</h3></div><div id="kept" hidden data-kept=""></div>'
    )


def render_footer(settings: Settings) -> str:
    """Return the plain line about what the answers are, and the links that every page has."""
    return (
        '<div class="foot"><p>Answers are made from <a href="/documents">these documents</a> and show the words they '
        'rest on. They are not for clinical advice.</p><p><a href="/accessibility">Accessibility</a></p></div>'
    )


def render_notice(text: str) -> str:
    """Return a problem that the person can mend, spoken at once by screen readers."""
    return (
        f'<p class="notice" id="notice" role="alert">{escape(text)}</p>'
        '<p class="notice" id="connection" role="alert"></p>'
    )


def render_status(text: str) -> str:
    """Return what is going on, for screen readers only, spoken when they are idle."""
    return f'<p class="visually-hidden" role="status">{escape(text)}</p><p class="told" id="told" role="status"></p>'


def _reach(documents: Sequence[Document]) -> str:
    count = "one document" if len(documents) == 1 else f"{len(documents)} documents"
    last = last_year(document.period for document in documents)
    until = f" They are about work up to {last}." if last else ""
    return f'I know <a href="/documents">{count}</a>.{until}'
