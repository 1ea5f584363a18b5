"""Uploads are refused before their bytes are read, where the person may not upload or sends too much."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.access.gate import Gate

UPLOAD_ADDRESS = "/upload"
FILES_AT_ONCE = 20
MOST_FORM_BYTES = 1_000_000
"""Largest form of any other page; a remark has at most 2,000 characters."""
_MEGABYTE = 1_000_000

NOT_YOURS = "Only content owners who may read everything can add documents. Please ask yours."


class Uploads:
    """ASGI middleware: answers 403, 411 or 413 to what must not be sent."""

    def __init__(self, app: ASGIApp, gate: Gate, megabytes: int) -> None:
        self._app = app
        self._gate = gate
        self._most = megabytes * _MEGABYTE * FILES_AT_ONCE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        refusal = await self._refusal(Request(scope)) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse(refusal[1], status_code=refusal[0])(scope, receive, send)

    async def _refusal(self, request: Request) -> tuple[int, str] | None:
        if request.method in ("GET", "HEAD", "OPTIONS") or "/gradio_api/" in request.url.path:
            return None
        length = request.headers.get("content-length", "")
        uploading = request.url.path == UPLOAD_ADDRESS
        if uploading and not (await run_in_threadpool(self._gate.person, request)).keeps_documents:
            return 403, NOT_YOURS
        if not length.isdecimal() and "transfer-encoding" in request.headers:
            return 411, "Please say how much you send."
        most = self._most if uploading else MOST_FORM_BYTES
        if length.isdecimal() and int(length) > most:
            return 413, f"This is too much at once: at most {most // _MEGABYTE} MB can be sent."
        return None
