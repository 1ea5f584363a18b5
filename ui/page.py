"""Plain pages: accessible HTML documents of our own, without Gradio; they work without a script too."""

from __future__ import annotations

from html import escape

from fastapi.responses import HTMLResponse

from ui.visit import account_link

STYLE_ADDRESS = "/ui/style.css"
BRAND_ADDRESS = "/ui/brand.css"
ICON_ADDRESS = "/ui/icon.svg"
SCRIPT_ADDRESS = "/ui/page.js"
CHAT_SCRIPT_ADDRESS = "/ui/chat.js"
HEAD_LINKS = (
    f'<link rel="stylesheet" href="{STYLE_ADDRESS}"><link rel="stylesheet" href="{BRAND_ADDRESS}">'
    f'<link rel="icon" type="image/svg+xml" href="{ICON_ADDRESS}">'
)
"""What every page needs in its head, the one that Gradio serves as well."""

CHAT_HEAD = f'{HEAD_LINKS}<script src="{CHAT_SCRIPT_ADDRESS}"></script>'
"""The same with the behaviour of the chat page."""

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; "
    "frame-ancestors 'self'; object-src 'self'; frame-src 'self'"
)

PAGES = (
    ("/", "Ask a question"),
    ("/start", "Start here"),
    ("/documents", "Documents"),
    ("/glossary", "Words to know"),
    ("/conversations", "Your conversations"),
)


def page(title: str, body: str, site: str, *, status: int = 200, current: str = "") -> HTMLResponse:
    """Return a whole page with landmarks, a skip link and navigation around `body`, which is escaped already.

    `site` is the name of the assistant; `current` the address of the page in the navigation.
    """
    return HTMLResponse(
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)} – {escape(site)}</title>"
        f'{HEAD_LINKS}<script src="{SCRIPT_ADDRESS}" defer></script></head><body class="page">'
        f"{skip_link('#content', 'Skip to the content')}"
        f'<header class="page-header"><p class="site">{escape(site)}</p>{navigation(current)}'
        f"{account_link()}</header>"
        f'<main id="content" tabindex="-1">{body}</main>'
        '<footer class="page-footer"><p>Not for clinical advice.</p>'
        '<p><a href="/accessibility">Accessibility</a></p></footer></body></html>',
        status_code=status,
        headers={"Content-Security-Policy": PAGE_POLICY},
    )


def navigation(current: str) -> str:
    """Return the links to all pages; the one at `current` is marked as the page one is on."""
    links = "".join(
        f'<li><a href="{address}"{" aria-current=page" if address == current else ""}>{name}</a></li>'
        for address, name in PAGES
    )
    return f'<nav aria-label="Pages"><ul>{links}</ul></nav>'


def skip_link(address: str, name: str) -> str:
    """Return the link that leads past header and navigation."""
    return f'<a class="skip" href="{address}">{name}</a>'
