"""Signing in with an account, and signing out."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from ui.access.access import Access
from ui.access.csrf import FIELD
from ui.access.form_page import alert, form_page
from ui.access.passwords import matches
from ui.person import Person
from ui.records.audit import Action

WRONG = "This name and password do not belong together. Check both and try again."
STALE = "This page was open for too long. Please try again."
MOST_NAME_CHARACTERS = 200
MOST_PATH_CHARACTERS = 1_000
"""Of a page to go on to: it lies in a cookie while a person is at a provider, and a cookie holds some 4,000 bytes."""


def sign_in_router(access: Access) -> APIRouter:
    """Return the routes of signing in and out."""
    router = APIRouter()
    site = access.settings.title

    @router.get("/sign-in", response_class=HTMLResponse)
    def show(request: Request, next: str = "/") -> HTMLResponse:
        return form_page("Sign in", _body(access, request, next), site)

    @router.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        name, password = _field(form, "name")[:MOST_NAME_CHARACTERS], _field(form, "password")
        onward = safe_path(_field(form, "next"))
        access.limits.sign_in(name, request)
        problem, person = STALE, None
        if access.settings.sign_in == "accounts" and access.forms.valid(request, form.get(FIELD)):
            problem, person = WRONG, await run_in_threadpool(_checked, access, name, password)
        if person is None:
            body = _body(access, request, onward, problem, name)
            return await run_in_threadpool(form_page, "Sign in", body, site, status=401)
        return await run_in_threadpool(begin_session, access, request, person, onward)

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        return await run_in_threadpool(_sign_out, access, request, everywhere=False)

    @router.post("/sign-out-everywhere")
    async def sign_out_everywhere(request: Request) -> Response:
        return await run_in_threadpool(_sign_out, access, request, everywhere=True)

    return router


def begin_session(access: Access, request: Request, person: Person, onward: str) -> Response:
    """Give a person who has proved who they are a new session; the one that the browser had ends."""
    old = access.cookies.token(request)
    if old:
        access.sessions.end(old)
    response = RedirectResponse(onward, status_code=303)
    access.cookies.set_token(response, access.sessions.begin(str(person.id)), access.settings.session_hours)
    access.people.visited(str(person.id))
    access.audit.record(Action.SIGNED_IN, actor=str(person.id), details={"way": access.settings.sign_in})
    return response


def safe_path(path: str) -> str:
    """Return `path` if it leads to a page of this server, otherwise the chat."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if inside and len(path) <= MOST_PATH_CHARACTERS else "/"


def _checked(access: Access, name: str, password: str) -> Person | None:
    found = access.people.account(name)
    if matches(password, found[1] if found else None) and found:
        return found[0]
    access.audit.record(Action.SIGN_IN_REFUSED, subject=str(found[0].id) if found else "")
    return None


def _sign_out(access: Access, request: Request, *, everywhere: bool) -> Response:
    person, token = access.gate.person(request), access.cookies.token(request)
    if everywhere and person.id:
        access.sessions.end_all(person.id)
    elif token:
        access.sessions.end(token)
    if person.id:
        action = Action.SIGNED_OUT_EVERYWHERE if everywhere else Action.SIGNED_OUT
        access.audit.record(action, actor=person.id)
    response = RedirectResponse("/", status_code=303)
    access.cookies.clear_token(response)
    return response


def _body(access: Access, request: Request, onward: str, problem: str = "", name: str = "") -> str:
    heading = "<h1>Sign in</h1>"
    if access.settings.sign_in == "openid":
        address = escape(f"/sign-in/openid?next={quote(safe_path(onward), safe='')}")
        link = f'<a class="button" href="{address}">Sign in with your organisation</a>'
        return f"{heading}{alert(problem)}<p>{link}</p>"
    if access.settings.sign_in != "accounts":
        return f"{heading}<p>Nobody needs to sign in here.</p>"
    return (
        f'{heading}{alert(problem)}<form method="post" action="/sign-in" class="sign-in">{access.forms.field(request)}'
        f'<input type="hidden" name="next" value="{escape(safe_path(onward))}">'
        '<p><label for="name">Name</label><input id="name" name="name" autocomplete="username" required '
        f'autocapitalize="none" spellcheck="false" value="{escape(name)}"></p>'
        '<p><label for="password">Password</label><input id="password" name="password" type="password" '
        'autocomplete="current-password" required></p><p><button type="submit">Sign in</button></p></form>'
        '<p>You can also <a href="/">ask without signing in</a>, of the documents that everybody may read.</p>'
    )


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
