"""One line in the log for each request: what, how it went, how long it took; never a question, a name or a query."""

from __future__ import annotations

import contextvars
import logging
import re
import time
import uuid
from collections.abc import Iterable

from pythonjsonlogger.json import JsonFormatter
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID = contextvars.ContextVar("request_id", default="")
"""The id of the request that is being answered; every line of the log carries it."""

HEADER = "X-Request-ID"

_log = logging.getLogger("ihub.requests")
_PRIVATE = re.compile(r"(?<=/conversations/)[^/]+|(?<=/heartbeat/)[^/]+")


class RequestLog:
    """ASGI middleware: gives each request an id, answers with it, and logs the request when it is done."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and log it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = REQUEST_ID.set(uuid.uuid4().hex)
        started, status = time.perf_counter(), 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = REQUEST_ID.get()
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            took = round((time.perf_counter() - started) * 1000, 1)
            path = _PRIVATE.sub("…", scope["path"])
            facts = {"method": scope["method"], "path": path, "status": status, "ms": took}
            _log.info("%s %s %s %s ms", *facts.values(), extra=facts)
            REQUEST_ID.reset(token)


def log_as_json(handlers: Iterable[logging.Handler]) -> None:
    """Write each line of these handlers as one JSON object, with the id of its request."""
    for handler in handlers:
        handler.addFilter(WithRequestId())
        handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s"))


class WithRequestId(logging.Filter):
    """Adds the request's id to each line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through, with its id."""
        record.request_id = REQUEST_ID.get()
        return True
