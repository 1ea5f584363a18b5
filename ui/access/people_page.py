"""The administrator's page: people, what they may read and do, and whether the audit log is whole."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from html import escape
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from corpus.document import Audience
from ui.access.access import Access
from ui.access.form_page import alert, form_page
from ui.access.sign_in import STALE
from ui.person import Person, Role
from ui.records.audit import Action, Verified
from ui.records.people import Known, PersonUnknown, Provider

PATH = "/people"
YOURSELF = "You cannot change yourself here, so that nobody locks themselves out. Ask another administrator."
AUDIENCES = {Audience.PUBLIC: "Public", Audience.PARTNER: "Partner", Audience.STAFF: "Staff"}
ROLES = {Role.READER: "Reader", Role.CONTENT_OWNER: "Content owner", Role.ADMINISTRATOR: "Administrator"}


class Act(StrEnum):
    """What can be done with a person."""

    CHANGE = "change"
    DISABLE = "disable"
    ENABLE = "enable"
    SIGN_OUT = "sign_out"


def people_router(access: Access) -> APIRouter:
    """Return the routes of the page; for everybody but administrators there is no such page."""
    router = APIRouter()

    def show_to(request: Request, person: Person, problem: str = "") -> HTMLResponse:
        body = render_people(
            access.people.everybody(), access.audit.verify(), access.forms.field(request), person, problem
        )
        return form_page("People", body, access.settings.title, status=400 if problem else 200)

    @router.get(PATH, response_class=HTMLResponse)
    def show(request: Request) -> Response:
        person = access.gate.person(request)
        return show_to(request, person) if person.administers else _nothing(access)

    @router.post(PATH)
    def act(
        request: Request,
        act: Annotated[str, Form()] = "",
        person: Annotated[str, Form(max_length=64)] = "",
        audience: Annotated[str, Form()] = "",
        role: Annotated[str, Form()] = "",
        csrf: Annotated[str, Form()] = "",
    ) -> Response:
        administrator = access.gate.person(request)
        if not administrator.administers:
            return _nothing(access)
        problem = STALE if not access.forms.valid(request, csrf) else ""
        if not problem and act in tuple(Act):
            try:
                known = access.people.named(person)
                own = known.person.id == administrator.id and act != Act.SIGN_OUT
                if not own:
                    _do(access, administrator, known, Act(act), audience, role)
                problem = YOURSELF if own else ""
            except PersonUnknown as error:
                problem = str(error)
        return show_to(request, administrator, problem) if problem else RedirectResponse(PATH, status_code=303)

    return router


def _do(access: Access, administrator: Person, known: Known, act: Act, audience: str, role: str) -> None:
    person_id, actor = str(known.person.id), administrator.id or ""
    if act is Act.SIGN_OUT:
        access.sessions.end_all(person_id)
        access.audit.record(Action.SIGNED_OUT_EVERYWHERE, actor=actor, subject=person_id)
        return
    told: dict[str, object] = {}
    if act is Act.CHANGE:
        if known.provider is Provider.ACCOUNT and audience in tuple(Audience) and role in tuple(Role):
            access.people.change(person_id, {"audience": audience, "role": role})
            told = {"audience": audience, "role": role}
    else:
        access.people.disable(person_id, disabled=act is Act.DISABLE)
        access.sessions.end_all(person_id)
        told = {"disabled": act is Act.DISABLE}
    if told:
        access.audit.record(Action.PERSON_CHANGED, actor=actor, subject=person_id, details=told)


def _nothing(access: Access) -> HTMLResponse:
    body = '<h1>This page is not here</h1><p>Or it is not one that you may see. <a href="/">Ask a question</a>.</p>'
    return form_page("Not found", body, access.settings.title, status=404)


def render_people(
    people: tuple[Known, ...], verified: Verified, csrf: str, administrator: Person, problem: str = ""
) -> str:
    """Return the page's content as HTML."""
    listed = "".join(_entry(known, csrf, own=known.person.id == administrator.id) for known in people)
    count = "1 person" if len(people) == 1 else f"{len(people)} people"
    return (
        f"<h1>People</h1>{alert(problem)}<p>{count}. A change holds from their next click on. Accounts are added with "
        f'<code>ihub users add</code>.</p><ul class="library">{listed}</ul><h2>Audit log</h2>{_log(verified)}'
    )


def _entry(known: Known, csrf: str, *, own: bool) -> str:
    person, name = known.person, escape(known.person.name or known.subject)
    state = " · Switched off" if known.disabled else ""
    facts = (
        f'<p class="facts">Signs in by: {escape(known.provider)} · {AUDIENCES[person.audience]} · '
        f"{ROLES[person.role]} · Last seen {known.seen:%-d %B %Y}{state}</p>"
    )
    if own:
        return f"<li><h2>{name}</h2>{facts}<p>This is you.</p></li>"
    hidden = f'{csrf}<input type="hidden" name="person" value="{escape(str(person.id))}">'
    switch = (Act.ENABLE, "Switch on") if known.disabled else (Act.DISABLE, "Switch off")
    buttons = "".join(
        f'<form class="change" method="post" action="{PATH}">{hidden}<input type="hidden" name="act" value="{act}">'
        f'<button type="submit">{label}<span class="visually-hidden"> {name}</span></button></form>'
        for act, label in (switch, (Act.SIGN_OUT, "Sign out everywhere"))
    )
    if known.provider is Provider.ACCOUNT:
        change = _change(person, hidden, name)
    else:
        change = "<p>What they may read and do comes from their groups, each time they sign in.</p>"
    return f"<li><h2>{name}</h2>{facts}{change}{buttons}</li>"


def _change(person: Person, hidden: str, name: str) -> str:
    key = escape(str(person.id))
    audiences = _options(AUDIENCES.items(), person.audience)
    roles = _options(ROLES.items(), person.role)
    return (
        f'<form class="change" method="post" action="{PATH}">{hidden}<input type="hidden" name="act" value="change">'
        f'<div class="field"><label for="audience-{key}">May read<span class="visually-hidden">: {name}</span></label>'
        f'<select id="audience-{key}" name="audience">{audiences}</select></div><div class="field">'
        f'<label for="role-{key}">May do<span class="visually-hidden">: {name}</span></label>'
        f'<select id="role-{key}" name="role">{roles}</select></div>'
        f'<button type="submit">Save<span class="visually-hidden"> {name}</span></button></form>'
    )


def _options(named: Iterable[tuple[StrEnum, str]], chosen: StrEnum) -> str:
    return "".join(
        f'<option value="{value}"{" selected" if value == chosen else ""}>{name}</option>' for value, name in named
    )


def _log(verified: Verified) -> str:
    if verified.problems:
        listed = "".join(f"<li>{escape(problem)}</li>" for problem in verified.problems)
        return f'<p class="notice" role="alert">The audit log was changed.</p><ul>{listed}</ul>'
    count = "1 entry, whole" if verified.entries == 1 else f"{verified.entries} entries, all whole"
    return f"<p>{count}. Last seal: <code>{escape(verified.seal[:16])}…</code></p>"
