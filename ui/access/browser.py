"""Every browser gets a random name, and a page's conversation belongs to the browser and session that opened it.

Gradio keeps what a page holds under a name that the page makes up (`session_hash`), and gives it to whoever says that
name. Here the first to use a name owns it: for everybody else, and for the same browser after a change of person, it
is refused.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections import OrderedDict
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.access.cookies import Cookies

MOST_PAGES = 20_000
"""Open pages that are remembered; Gradio itself keeps the state of 10,000."""

MOST_BODY_BYTES = 1_000_000
"""Largest event that a page may send; a question has at most 2,000 characters."""

_EVENTS = "/gradio_api/"
_WITH_BODY = ("run/", "queue/join", "cancel", "call/")


class Owners:
    """Remembers whose each page is."""

    def __init__(self) -> None:
        self._owners: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def owned(self, page: str, owner: str) -> bool:
        """Say whether `page` is `owner`'s; the first to ask owns it."""
        with self._lock:
            kept = self._owners.setdefault(page, owner)
            self._owners.move_to_end(page)
            if len(self._owners) > MOST_PAGES:
                self._owners.popitem(last=False)
            return kept == owner


class Browsers:
    """ASGI middleware: names browsers (`request.state.browser`) and keeps their pages apart."""

    def __init__(self, app: ASGIApp, cookies: Cookies) -> None:
        self._app = app
        self._cookies = cookies
        self._owners = Owners()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless it is about somebody else's page."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        name = self._cookies.browser(request)
        new = self._cookies.new_browser() if name is None else None
        scope.setdefault("state", {}).update(browser=new[0] if new else name, known_browser=name)
        if _EVENTS in scope["path"]:
            body = await _body(request) if scope["method"] == "POST" else b""
            if body is None:
                await PlainTextResponse("Too large", status_code=413)(scope, receive, send)
                return
            if not self._allowed(request, body):
                await PlainTextResponse("This page is not yours; please reload it.", status_code=403)(
                    scope, receive, send
                )
                return
            receive = _again(body, receive) if scope["method"] == "POST" else receive
        await self._app(scope, receive, _naming(send, new[1]) if new and _is_page(request) else send)

    def _allowed(self, request: Request, body: bytes) -> bool:
        pages = _pages_named(request, body)
        if not pages:
            return True
        token = self._cookies.token(request) or ""
        browser = self._cookies.browser(request) or f"at {request.client.host if request.client else ''}"
        return all(self._owners.owned(page, f"{browser} {token}") for page in pages)


def _pages_named(request: Request, body: bytes) -> set[str]:
    """Return the names of pages that an event speaks of."""
    route = request.scope["path"].partition(_EVENTS)[2]
    named = set(parse_qs(request.scope["query_string"].decode("latin-1")).get("session_hash", ()))
    if route.startswith("heartbeat/"):
        named.add(route.removeprefix("heartbeat/"))
    if body and route.startswith(_WITH_BODY):
        named |= _pages_in(body)
    return named


def _pages_in(body: bytes) -> set[str]:
    """Return every page that an event names, several too: readers of JSON differ in which one counts."""
    named: set[str] = set()

    def look(pairs: list[tuple[str, object]]) -> None:
        named.update(str(value) for key, value in pairs if key == "session_hash" and value is not None)

    with contextlib.suppress(ValueError, RecursionError):
        json.loads(body, object_pairs_hook=look)
    return named


async def _body(request: Request) -> bytes | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY_BYTES:
            return None
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a way to receive the body once more, and then what comes after it."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return pending.pop() if pending else await receive()

    return receive_again


def _is_page(request: Request) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def _naming(send: Send, cookie: str) -> Send:
    async def send_with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start":
            message.setdefault("headers", [])
            message["headers"] = [*message["headers"], (b"set-cookie", cookie.encode())]
        await send(message)

    return send_with_cookie
