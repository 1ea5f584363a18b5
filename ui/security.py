"""Security headers on every response, and a script policy for the page that Gradio serves.

Gradio's page holds inline scripts, so each response gets a fresh nonce that only those scripts carry: markup that
found its way into the page later can run neither a script nor an event handler. `unsafe-eval` stays because
Gradio compiles the templates of its HTML component in the browser.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_TELLING = (
    "server",
    "x-powered-by",
    "x-gradio-version",
    "access-control-allow-origin",
    "access-control-allow-credentials",
)
"""Headers that tell what runs here, or open it to other sites; Gradio sets some of them."""

HTTPS_ONLY_SECONDS = 365 * 24 * 3600
"""How long browsers stay with https once they came by it."""

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

    def __init__(self, app: ASGIApp, *, frame_ancestors: str = "'self'", secure: bool = False) -> None:
        self._app = app
        self._frame_ancestors = frame_ancestors
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the headers of the response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        else:
            completed = _Completed(send, self._frame_ancestors, secure=self._secure)
            await self._app(_uncompressed(scope), receive, completed)


class _Completed:
    """Sends a response with its headers completed; HTML without a policy is held back until it is whole."""

    def __init__(self, send: Send, frame_ancestors: str, *, secure: bool) -> None:
        self._send = send
        self._frame_ancestors = frame_ancestors
        self._secure = secure
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            self._complete(headers)
            html = headers.get("content-type", "").startswith("text/html")
            if html and "content-security-policy" not in headers:
                self._start = message
                return
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            if message.get("more_body"):
                return
            start, self._start = self._start, None
            message = {"type": "http.response.body", "body": _with_policy(start, self._body, self._framed)}
            await self._send(start)
        await self._send(message)

    def _complete(self, headers: MutableHeaders) -> None:
        """Set what every response carries; who may frame it is the same for all pages."""
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        if self._secure:
            headers["Strict-Transport-Security"] = f"max-age={HTTPS_ONLY_SECONDS}"
        if self._frame_ancestors != "'self'":
            del headers["X-Frame-Options"]  # knows neither lists nor other sites; the policy says it
        if "content-security-policy" in headers:
            headers["Content-Security-Policy"] = self._framed(headers["content-security-policy"])
        for name in _TELLING:
            del headers[name]

    def _framed(self, policy: str) -> str:
        return policy.replace("frame-ancestors 'self'", f"frame-ancestors {self._frame_ancestors}")


def _with_policy(start: Message, body: bytes, framed: Callable[[str], str]) -> bytes:
    """Set the policy and return the page with its scripts allowed and its language named.

    Left out are the base address that Gradio sets, which turns links within the page into a new visit whenever the
    address has a query, and the preview tags, which advertise Gradio with a picture from another site.
    """
    nonce = secrets.token_urlsafe(16)
    body = _SCRIPT.sub(b'<script nonce="' + nonce.encode() + b'"', body)
    body = _PREVIEW.sub(b"", _BASE.sub(b"", body, count=1)).replace(b'lang="en"', b'lang="en-GB"', 1)
    headers = MutableHeaders(scope=start)
    headers["Content-Security-Policy"] = framed(chat_policy(nonce))
    headers["Cache-Control"] = "no-store"
    if "content-length" in headers:
        headers["Content-Length"] = str(len(body))
    return body


def _uncompressed(scope: Scope) -> Scope:
    """Return the scope of a page request without its accepted encodings, so that the page can be completed."""
    headers = scope["headers"]
    if not any(name == b"accept" and b"text/html" in value for name, value in headers):
        return scope
    return {**scope, "headers": [(name, value) for name, value in headers if name != b"accept-encoding"]}
