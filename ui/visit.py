"""Who visits a page: the link to signing in, or to one's account, that stands at the head of every plain page."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from html import escape
from urllib.parse import quote

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from corpus.errors import AssistantError
from ui.access.gate import PersonOf

_link: ContextVar[Callable[[], str]] = ContextVar("account_link", default=lambda: "")


def account_link() -> str:
    """Return the link for the person of the present request as HTML; empty where nobody can sign in."""
    return _link.get()()


class Visits:
    """ASGI middleware: remembers how to make the link while a request is answered.

    `sign_in` is the setting of that name. The person is looked up only where a page is made.
    """

    def __init__(self, app: ASGIApp, person_of: PersonOf, sign_in: str) -> None:
        self._app = app
        self._person_of = person_of
        self._sign_in = sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or self._sign_in == "off":
            await self._app(scope, receive, send)
            return
        token = _link.set(lambda: self._render(Request(scope)))
        try:
            await self._app(scope, receive, send)
        finally:
            _link.reset(token)

    def _render(self, request: Request) -> str:
        try:
            person = self._person_of(request)
        except AssistantError:  # the page that says so, and those that need no person, must still be shown
            return ""
        if person.id is not None:
            return '<p class="account"><a href="/account">Your account</a></p>'
        if self._sign_in == "proxy" or request.url.path == "/sign-in":  # a proxy asks before anybody comes here
            return ""
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        onward = quote(back, safe="") if request.method == "GET" else quote("/", safe="")
        return f'<p class="account"><a href="/sign-in?next={escape(onward)}">Sign in</a></p>'
