"""Plain pages with forms: the page of `ui.page`, allowed to send its forms back to this server."""

from __future__ import annotations

from html import escape

from fastapi.responses import HTMLResponse

from ui.page import PAGE_POLICY, page

FORM_POLICY = PAGE_POLICY.replace("form-action 'none'", "form-action 'self'")


def form_page(title: str, body: str, site: str, *, status: int = 200) -> HTMLResponse:
    """Return a page whose forms work; it is about one person, so nothing keeps a copy of it."""
    response = page(title, body, site, status=status)
    response.headers["Content-Security-Policy"] = FORM_POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


def button(action: str, label: str, csrf: str) -> str:
    """Return a form that is one button."""
    return f'<form method="post" action="{escape(action)}">{csrf}<button type="submit">{escape(label)}</button></form>'


def alert(text: str) -> str:
    """Return a problem that the person can mend, spoken at once by screen readers; nothing for an empty text."""
    return f'<p class="notice" role="alert">{escape(text)}</p>' if text else ""
