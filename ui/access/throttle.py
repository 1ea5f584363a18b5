"""Limits on the events of a page, before Gradio sees them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.access.limits import Limits, TooMany

_COUNTED = ("/gradio_api/run/", "/gradio_api/queue/join", "/gradio_api/call/")


class Throttle:
    """ASGI middleware: answers 429 to an address that sends far more events than people do."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the event and pass it on, or refuse it."""
        if scope["type"] == "http" and scope["method"] == "POST" and any(part in scope["path"] for part in _COUNTED):
            try:
                self._limits.event(Request(scope))
            except TooMany as refused:
                answer = PlainTextResponse(str(refused), status_code=429, headers=refused.headers)
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)
