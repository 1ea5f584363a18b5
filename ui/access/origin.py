"""Requests that change something must come from a page of this server; of proxies, only known ones are believed."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from assistant.access_settings import Addresses

SAFE_METHODS = frozenset(["GET", "HEAD", "OPTIONS"])

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port")
_GRADIO = ("x-gradio-server", "x-gradio-user", "x-direct-url", "x-ip-token")
"""Headers by which Gradio would change its own address or take a person from."""


class SameOrigin:
    """ASGI middleware: refuses requests that a page of another site sent, by what browsers say of the sender.

    A request without `Origin` and `Sec-Fetch-Site` comes from no browser of today; it is refused only where it
    carries cookies, since without them nobody's rights can be misused.
    """

    def __init__(self, app: ASGIApp, public_address: str = "") -> None:
        self._app = app
        self._host = urlsplit(public_address).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        refused = (
            scope["type"] == "http" and scope["method"] not in SAFE_METHODS and not self._own(Headers(scope=scope))
        )
        if refused:
            await PlainTextResponse("This request came from another site.", status_code=403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _own(self, headers: Headers) -> bool:
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site != "same-origin":
            return False
        if origin is not None:
            return urlsplit(origin).netloc in {headers.get("host", ""), self._host} - {""}
        return site is not None or "cookie" not in headers


class KnownProxies:
    """ASGI middleware: takes headers about the person and the way of a request away, unless a known proxy set them."""

    def __init__(self, app: ASGIApp, addresses: Addresses, person_headers: tuple[str, ...]) -> None:
        self._app = app
        self._addresses = addresses
        forwarding: Any = ProxyHeadersMiddleware
        self._forwarding: ASGIApp = forwarding(app, trusted_hosts=[str(network) for network in addresses])
        self._dropped = {name.encode() for name in _GRADIO}
        self._from_proxies = {name.lower().encode() for name in (*_FORWARDED, *person_headers)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with the headers that may be believed."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        known = self._known(scope)
        unwanted = self._dropped if known else self._dropped | self._from_proxies
        scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in unwanted]}
        scope.setdefault("state", {})["through_proxy"] = known
        await (self._forwarding if known else self._app)(scope, receive, send)

    def _known(self, scope: Scope) -> bool:
        try:
            peer = ipaddress.ip_address((scope.get("client") or ("", 0))[0])
        except ValueError:
            return False
        return any(peer in network for network in self._addresses)
