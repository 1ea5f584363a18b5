"""Plain pages: accessible HTML documents of our own, without Gradio and without scripts."""

from __future__ import annotations

from html import escape

from fastapi.responses import HTMLResponse

STYLE_ADDRESS = "/ui/style.css"
ICON_ADDRESS = "/ui/icon.svg"
HEAD_LINKS = (
    f'<link rel="stylesheet" href="{STYLE_ADDRESS}"><link rel="icon" type="image/svg+xml" href="{ICON_ADDRESS}">'
)
"""What every page needs in its head, the one that Gradio serves as well."""

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def page(title: str, body: str, site: str, *, status: int = 200) -> HTMLResponse:
    """Return a whole page with landmarks, a skip link and navigation around `body`, which is escaped already.

    `site` is the name of the assistant.
    """
    links = "".join(
        f'<li><a href="{address}">{name}</a></li>'
        for address, name in (("/", "Ask a question"), ("/documents", "Documents"), ("/glossary", "Words to know"))
    )
    return HTMLResponse(
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)} – {escape(site)}</title>"
        f'{HEAD_LINKS}</head><body class="page">'
        '<a class="skip" href="#content">Skip to the content</a>'
        f'<header class="page-header"><p class="site">{escape(site)}</p>'
        f'<nav aria-label="Pages"><ul>{links}</ul></nav></header>'
        f'<main id="content" tabindex="-1">{body}</main></body></html>',
        status_code=status,
        headers={"Content-Security-Policy": PAGE_POLICY},
    )
