"""The checks that stand before every page and route, in the order in which a request meets them."""

from __future__ import annotations

import secrets
from html import escape

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.middleware.sessions import SessionMiddleware

from assistant.settings import Settings
from ui.access.access import Access
from ui.access.account import account_router
from ui.access.browser import Browsers
from ui.access.cookies import Cookies
from ui.access.gate import Gate
from ui.access.limits import Limits, TooMany
from ui.access.openid import FLOW_SECONDS, openid_router
from ui.access.openid import PATH as OPENID_PATH
from ui.access.origin import KnownProxies, SameOrigin
from ui.access.people_page import people_router
from ui.access.request_log import RequestLog
from ui.access.sign_in import sign_in_router
from ui.access.throttle import Throttle
from ui.access.uploads import Uploads
from ui.page import page
from ui.security import SecurityHeaders


def protect(app: FastAPI, settings: Settings, limits: Limits, *, gate: Gate, cookies: Cookies | None) -> None:
    """Put the checks before `app`; without `cookies` nobody can sign in, and browsers are named by a passing key."""
    cookies = cookies or Cookies(secrets.token_urlsafe())
    person_headers = (settings.proxy_user_header, settings.proxy_groups_header)
    app.add_middleware(Browsers, cookies=cookies)
    if settings.sign_in == "openid":
        app.add_middleware(
            SessionMiddleware,
            secret_key=cookies.key,
            session_cookie="ihub_openid",
            max_age=FLOW_SECONDS,
            path=OPENID_PATH,
            same_site="lax",
            https_only=cookies.secure,
        )
    app.add_middleware(Throttle, limits=limits)
    app.add_middleware(Uploads, gate=gate, megabytes=settings.upload_megabytes)
    app.add_middleware(SameOrigin, public_address=settings.public_address)
    app.add_middleware(KnownProxies, addresses=settings.proxy_addresses, person_headers=person_headers)
    app.add_middleware(SecurityHeaders, frame_ancestors=settings.frame_ancestors, secure=cookies.secure)
    app.add_middleware(RequestLog)


def add_routes(app: FastAPI, access: Access) -> None:
    """Add the pages about people, and the answer to those who ask too much."""
    app.include_router(sign_in_router(access))
    app.include_router(account_router(access))
    app.include_router(people_router(access))
    if access.settings.sign_in == "openid":
        app.include_router(openid_router(access))

    @app.exception_handler(TooMany)
    def too_many(request: Request, error: TooMany) -> HTMLResponse:
        body = f"<h1>Please wait a moment</h1><p>{escape(str(error))}</p>"
        response = page("Please wait", body, access.settings.title, status=429)
        response.headers.update(error.headers)
        return response
