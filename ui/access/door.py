"""The door before Gradio: only what the chat page needs is let through, and no page or route says which version runs.

Gradio's own script and style files still hold it, in the name of an element that both speak of.
"""

from __future__ import annotations

import re

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.page import page

GRADIO_ROUTES = (
    "run/predict",
    "queue/join",
    "queue/data",
    "cancel",
    "reset",
    "heartbeat/",
    "startup-events",
    "app_id",
)
"""What the page needs below /gradio_api/; everything else there is closed."""

_API = "/gradio_api/"
_FILES = "/assets/"
_READ = frozenset(["GET", "HEAD"])

_VERSION_OF_PAGE = re.compile(rb'(?<=window\.gradio_config = \{"version":")[^"]+')
_MANIFEST = re.compile(rb'<link rel="manifest"[^>]*>')
_NO_VERSION = b"0"
_REWRITTEN = "text/html"


class Door:
    """ASGI application around Gradio's: closed routes answer 404, the page does not tell the version."""

    def __init__(self, app: ASGIApp, site: str) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless its route is closed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif not _open(scope):
            await self._not_here(scope, receive, send)
        else:
            await self._app(_uncompressed(scope), receive, _Rewritten(send))

    async def _not_here(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "text/html" in Request(scope).headers.get("accept", ""):
            told = 'The address may be old or mistyped. <a href="/">Ask a question</a>.'
            body = f"<h1>This page is not here</h1><p>{told}</p>"
            # its head looks up who visits, which must not hold up everybody else
            response = await run_in_threadpool(page, "Not found", body, self._site, status=404)
            await response(scope, receive, send)
        else:
            await PlainTextResponse("Not found", status_code=404)(scope, receive, send)


class _Rewritten:
    """Sends a response on; a page is held back until it is whole, and then goes without the version."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_text(message):
            self._start = message
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            if message.get("more_body"):
                return
            start, self._start = self._start, None
            body = _without_version(self._body)
            headers = MutableHeaders(scope=start)
            if body and "content-length" in headers:
                headers["Content-Length"] = str(len(body))
            await self._send(start)
            await self._send({"type": "http.response.body", "body": body})
        else:
            await self._send(message)


def _open(scope: Scope) -> bool:
    path: str = scope["path"]
    if path.startswith(_API):
        return path.removeprefix(_API).startswith(GRADIO_ROUTES)
    return scope["method"] in _READ and (path in ("/", "/theme.css") or path.startswith(_FILES))


def _is_text(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith(_REWRITTEN)


def _without_version(body: bytes) -> bytes:
    return _MANIFEST.sub(b"", _VERSION_OF_PAGE.sub(_NO_VERSION, body))


def _uncompressed(scope: Scope) -> Scope:
    """Return the scope of a request for the page without its accepted encodings, to be rewritten."""
    if scope["path"] != "/":
        return scope
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]}
