"""A person's own page: what is kept about them, as a file, and the way to delete it."""

from __future__ import annotations

import json
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ui.access.access import Access
from ui.access.csrf import FIELD
from ui.access.form_page import alert, button, form_page
from ui.access.sign_in import STALE
from ui.person import Person, Role
from ui.records.audit import Action
from ui.records.personal import PersonalData

AUDIENCES = {
    "public": "documents for everybody",
    "partner": "documents for everybody and for partners",
    "staff": "all documents",
}
ROLES = {
    Role.READER: "ask and read",
    Role.CONTENT_OWNER: "ask and read, add and withdraw documents, and see which questions had no answer",
    Role.ADMINISTRATOR: "everything, and manage people",
}


def account_router(access: Access) -> APIRouter:
    """Return the routes of a person's own page."""
    router = APIRouter()
    personal = PersonalData(access.database, access.audit)

    @router.get("/account", response_class=HTMLResponse)
    def show(request: Request) -> Response:
        person = access.gate.person(request)
        return RedirectResponse("/sign-in?next=/account", 303) if not person.id else _page(access, request, person)

    @router.get("/account/data.json")
    def export(request: Request) -> Response:
        person = access.gate.person(request)
        if not person.id:
            return RedirectResponse("/sign-in?next=/account", status_code=303)
        data = json.dumps(personal.export(access.people.named(person.id)), ensure_ascii=False, indent=2)
        access.audit.record(Action.PERSON_EXPORTED, actor=person.id, subject=person.id)
        headers = {"Content-Disposition": 'attachment; filename="my-data.json"', "Cache-Control": "no-store"}
        return Response(data, media_type="application/json", headers=headers)

    @router.post("/account/forget")
    async def forget(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        person = await run_in_threadpool(access.gate.person, request)
        if not person.id or not access.forms.valid(request, form.get(FIELD)) or form.get("sure") != "yes":
            problem = STALE if form.get("sure") == "yes" else "Tick the box if you are sure."
            return await run_in_threadpool(_page, access, request, person, problem)
        await run_in_threadpool(personal.forget, person.id)
        await run_in_threadpool(
            lambda: access.audit.record(Action.PERSON_FORGOTTEN, actor=str(person.id), subject=str(person.id))
        )
        body = '<h1>Everything about you is deleted</h1><p>You are signed out. <a href="/">Ask a question</a>.</p>'
        response = form_page("Deleted", body, access.settings.title)
        access.cookies.clear_token(response)
        return response

    return router


def _page(access: Access, request: Request, person: Person, problem: str = "") -> HTMLResponse:
    settings, csrf = access.settings, access.forms.field(request)
    signed_out = "" if settings.sign_in == "proxy" else button("/sign-out", "Sign out", csrf)
    everywhere = "" if settings.sign_in == "proxy" else button("/sign-out-everywhere", "Sign out everywhere", csrf)
    insights = '<p><a href="/insights">Insights</a> · <a href="/upload">Add documents</a></p>'
    insights = insights if person.owns_content else ""
    people = '<p><a href="/people">People and the audit log</a></p>' if person.administers else ""
    body = (
        f"<h1>Your account</h1>{alert(problem)}<dl><div><dt>Name</dt><dd>{escape(person.name)}</dd></div>"
        f"<div><dt>You can read</dt><dd>{AUDIENCES[person.audience]}</dd></div>"
        f"<div><dt>You can</dt><dd>{ROLES[person.role]}</dd></div></dl>{signed_out}{everywhere}{insights}{people}"
        "<h2>What is kept about you</h2><p>Your name, your conversations and when you signed in. Conversations are "
        f"kept for {settings.keep_conversations_days} days. The log of sign-ins is kept for {settings.keep_audit_days} "
        "days, without your name once your account is gone.</p>"
        '<p><a href="/account/data.json">Get everything as a file</a></p>'
        f'<h2>Delete everything</h2><form method="post" action="/account/forget">{csrf}'
        '<p><input type="checkbox" id="sure" name="sure" value="yes"> <label for="sure">Yes, delete my account and all '
        'my conversations. This cannot be undone.</label></p><button type="submit">Delete everything</button></form>'
    )
    return form_page("Your account", body, settings.title, status=400 if problem else 200)
