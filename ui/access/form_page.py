"""Plain pages about one person, and what stands on them."""

from __future__ import annotations

from html import escape

from fastapi.responses import HTMLResponse

from ui.page import page


def form_page(title: str, body: str, site: str, *, status: int = 200) -> HTMLResponse:
    """Return a page that nothing keeps a copy of, since it is about one person."""
    response = page(title, body, site, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def button(action: str, label: str, csrf: str) -> str:
    """Return a form that is one button."""
    return f'<form method="post" action="{escape(action)}">{csrf}<button type="submit">{escape(label)}</button></form>'


def alert(text: str) -> str:
    """Return a problem that the person can mend, spoken at once by screen readers; nothing for an empty text."""
    return f'<p class="notice" role="alert">{escape(text)}</p>' if text else ""
