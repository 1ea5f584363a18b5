"""Adding documents: the page where content owners upload files and read what became of each."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse

from assistant.pipeline import Assistant
from assistant.settings import Settings
from corpus.document import Audience
from corpus.errors import AssistantError
from corpus.intake import accept
from corpus.load.formats import LOADERS
from corpus.naming import safe_name
from index.sync import SyncReport
from ui.access.access import Access
from ui.access.gate import PersonOf
from ui.access.uploads import NOT_YOURS
from ui.address import document_address
from ui.field import post_form
from ui.page import page
from ui.records.document_log import DocumentLog, standing

AUDIENCES = {
    Audience.STAFF: "Staff only",
    Audience.PARTNER: "Partners and staff",
    Audience.PUBLIC: "Everybody",
}
"""Who may read, the narrowest first: nothing is opened to more people by accident."""

Update = Callable[[], SyncReport]
"""Brings the index up to date."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: the id of the document, or the sentence that says why it was not taken."""

    file: str
    document_id: str = ""
    problem: str = ""


def upload_router(
    assistant: Assistant,
    settings: Settings,
    person_of: PersonOf,
    update: Update,
    *,
    site: str,
    access: Access | None = None,
) -> APIRouter:
    """Return the routes of the upload page, for people who own content; others are told that they do not.

    With `access`, uploads are counted and recorded.
    """
    router = APIRouter()

    def refused() -> HTMLResponse:
        body = f"<h1>Add documents</h1><p>{NOT_YOURS}</p>"
        return page("Add documents", body, site, status=403, current="/documents")

    @router.get("/upload", response_class=HTMLResponse)
    def form(request: Request) -> HTMLResponse:
        if not person_of(request).keeps_documents:
            return refused()
        return page("Add documents", render_upload(), site, current="/documents")

    @router.post("/upload", response_class=HTMLResponse)
    def add(
        request: Request,
        files: Annotated[list[UploadFile], File()],
        audience: Annotated[str, Form()] = Audience.STAFF,
        programme: Annotated[str, Form(max_length=120)] = "",
        period: Annotated[str, Form(max_length=60)] = "",
        replace: Annotated[bool, Form()] = False,
    ) -> HTMLResponse:
        person = person_of(request)
        if not person.keeps_documents:
            return refused()
        if access:
            for _ in files:
                access.limits.upload(person, request)
        readers = Audience(audience) if audience in tuple(Audience) else Audience.STAFF
        before = standing(assistant.library(Audience.STAFF).documents())
        facts = {"programme": programme.strip(), "period": period.strip()}
        most = settings.upload_megabytes
        large = {id(file): f"It is larger than {most} MB." for file in files if (file.size or 0) > most * 1_000_000}
        outcomes = [
            Outcome(file.filename or "file", problem=large[id(file)])
            if id(file) in large
            else _take(file, settings.intake, readers, before, facts, replace)
            for file in files
        ]
        outcomes, report = _indexed(outcomes, update)
        if access:
            log = DocumentLog(access.audit)
            added = [outcome.document_id for outcome in outcomes if outcome.document_id]
            for key in added:
                log.added(person.id or "", key, before.get(key), readers)
            if report is not None:
                log.synced(report, before, standing(assistant.library(Audience.STAFF).documents()), told=added)
        return page("Add documents", render_upload(outcomes), site, current="/documents")

    return router


def render_upload(outcomes: Sequence[Outcome] = ()) -> str:
    """Return the form, and below it what became of the files that were sent."""
    kinds = ", ".join(sorted(LOADERS))
    readers = "".join(f'<option value="{value}">{name}</option>' for value, name in AUDIENCES.items())
    inner = (
        '<div class="field"><label for="files">Files</label>'
        f'<p class="facts" id="kinds">Types that can be read: {kinds}.</p>'
        '<input id="files" name="files" type="file" multiple required aria-describedby="kinds"></div>'
        f'<div class="field"><label for="audience">Who may read them</label><select id="audience" name="audience">'
        f'{readers}</select></div><div class="field"><label for="programme">Programme, if you know it</label>'
        '<input id="programme" name="programme" maxlength="120"></div>'
        '<div class="field"><label for="period">Years they are about, such as 2017-18</label>'
        '<input id="period" name="period" maxlength="60"></div>'
        '<p class="tick"><input type="checkbox" id="replace" name="replace" value="true">'
        '<label for="replace">Replace a file of the same name</label></p><button type="submit">Add</button>'
        '<progress max="1" value="0" hidden aria-label="Sending"></progress><p class="told" role="status"></p>'
    )
    form = post_form("/upload", inner, upload=True).replace("<form ", "<form data-upload ", 1)
    return (
        f"<h1>Add documents</h1><p>People can ask about a document as soon as it is added.</p>{form}{_report(outcomes)}"
    )


def _report(outcomes: Sequence[Outcome]) -> str:
    lines = "".join(f"<li>{_line(outcome)}</li>" for outcome in outcomes)
    heading = f"<h2>What became of them</h2><ul>{lines}</ul>" if outcomes else ""
    return f'<section id="report" tabindex="-1">{heading}</section>'


def _line(outcome: Outcome) -> str:
    if outcome.problem:
        return f"<strong>Not added:</strong> {escape(outcome.problem)}"
    address = escape(document_address(outcome.document_id))
    return f'<strong>Added:</strong> <a href="{address}">{escape(outcome.file)}</a>'


def _take(
    file: UploadFile, folder: Path, audience: Audience, taken: Container[str], facts: dict[str, str], replace: bool
) -> Outcome:
    """Store one file; what goes wrong becomes the sentence of its outcome."""
    name = file.filename or "file"
    with tempfile.NamedTemporaryFile() as copy:
        shutil.copyfileobj(file.file, copy)
        copy.flush()
        try:
            document_id = accept(
                folder,
                name,
                Path(copy.name),
                audience=audience,
                taken=taken,
                replace=replace,
                programme=facts["programme"],
                period=facts["period"],
            )
        except AssistantError as error:
            return Outcome(name, problem=str(error))
    return Outcome(name, document_id)


def _indexed(outcomes: Sequence[Outcome], update: Update) -> tuple[list[Outcome], SyncReport | None]:
    """Index what was stored, and say of each file that could not be read why."""
    if not any(outcome.document_id for outcome in outcomes):
        return list(outcomes), None
    try:
        report = update()
    except AssistantError as error:
        late = f"It is stored, but not readable yet: {error}"
        return [Outcome(o.file, o.document_id, o.problem or late) for o in outcomes], None
    rejected = {rejection.file: str(rejection) for rejection in report.rejected}
    return [
        Outcome(o.file, problem=rejected[name]) if o.document_id and (name := safe_name(o.file)) in rejected else o
        for o in outcomes
    ], report
