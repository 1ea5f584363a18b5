"""Security headers on every response, and a script policy for the page that Gradio serves.

Gradio's page holds inline scripts, so each response gets a fresh nonce that only those scripts carry: markup that
found its way into the page later can run neither a script nor an event handler. `unsafe-eval` stays because
Gradio compiles the templates of its HTML component in the browser. Routes of Gradio that the page does not need, such
as uploading and proxying, answer 404.
"""

from __future__ import annotations

import re
import secrets

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_SCRIPT = re.compile(rb"<script(?=[\s>])")
_BASE = re.compile(rb"<base\b[^>]*>")
_PREVIEW = re.compile(rb"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>")


def chat_policy(nonce: str) -> str:
    """Return the content security policy of Gradio's page."""
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'self'"
    )


class SecurityHeaders:
    """ASGI middleware: headers on every response, the script policy on HTML that has no policy of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless its route is closed, and complete the headers of the response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _closed(scope["path"]):
            await PlainTextResponse("Not found", status_code=404)(scope, receive, _Completed(send))
        else:
            await self._app(_uncompressed(scope), receive, _Completed(send))


class _Completed:
    """Sends a response with its headers completed; HTML without a policy is held back until it is whole."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            html = headers.get("content-type", "").startswith("text/html")
            if html and "content-security-policy" not in headers:
                self._start = message
                return
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            if message.get("more_body"):
                return
            start, self._start = self._start, None
            message = {"type": "http.response.body", "body": _with_policy(start, self._body)}
            await self._send(start)
        await self._send(message)


def _with_policy(start: Message, body: bytes) -> bytes:
    """Set the policy and return the page with its scripts allowed and its language named.

    Left out are the base address that Gradio sets, which turns links within the page into a new visit whenever the
    address has a query, and the preview tags, which advertise Gradio with a picture from another site.
    """
    nonce = secrets.token_urlsafe(16)
    body = _SCRIPT.sub(b'<script nonce="' + nonce.encode() + b'"', body)
    body = _PREVIEW.sub(b"", _BASE.sub(b"", body, count=1)).replace(b'lang="en"', b'lang="en-GB"', 1)
    headers = MutableHeaders(scope=start)
    headers["Content-Security-Policy"] = chat_policy(nonce)
    headers["Cache-Control"] = "no-store"
    if "content-length" in headers:
        headers["Content-Length"] = str(len(body))
    return body


def _closed(path: str) -> bool:
    _, api, route = path.partition("/gradio_api/")
    return bool(api) and not route.startswith(GRADIO_ROUTES)


def _uncompressed(scope: Scope) -> Scope:
    """Return the scope of a page request without its accepted encodings, so that the page can be completed."""
    headers = scope["headers"]
    if not any(name == b"accept" and b"text/html" in value for name, value in headers):
        return scope
    return {**scope, "headers": [(name, value) for name, value in headers if name != b"accept-encoding"]}
