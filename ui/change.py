"""Changing a document: who may read it, and taking it out; for content owners, in effect at the next question."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse

from assistant.pipeline import Assistant
from corpus.document import Audience, Document
from corpus.errors import AssistantError
from corpus.intake import change_audience, withdraw
from index.sync import SyncReport
from ui.access.access import Access
from ui.access.form_page import alert, form_page
from ui.access.sign_in import STALE
from ui.address import document_address
from ui.page import page
from ui.person import Person
from ui.records.document_log import DocumentLog, Standing, standing
from ui.sources import missing_page
from ui.upload import AUDIENCES

PATH = "/change"
NOT_SURE = "Tick the box if you are sure."


class Changes:
    """Changes documents and brings the index up to date; each change is recorded under the name of who made it."""

    def __init__(self, assistant: Assistant, access: Access, folder: Path, update: Callable[[], SyncReport]) -> None:
        self._assistant = assistant
        self._folder = folder
        self._update = update
        self._log = DocumentLog(access.audit)

    def move(self, person: Person, document: Document, audience: Audience) -> str:
        """Give a document another audience and return the sentence that says what is true now.

        Raises:
            AssistantError: the folder of documents or the records cannot be written.
        """
        before = standing(self._assistant.library(Audience.STAFF).documents())
        change_audience(self._folder, document.id, audience)
        if audience != document.audience:
            self._log.moved(person.id or "", document.id, document.audience, audience)
        late = self._synced(before, document.id)
        return late or f"Saved. Who may read it now: {AUDIENCES[audience].lower()}."

    def withdraw(self, person: Person, document: Document) -> str:
        """Take a document out of every answer; returns and raises as `move` does."""
        before = standing(self._assistant.library(Audience.STAFF).documents())
        withdraw(self._folder, document.id)
        self._log.withdrawn(person.id or "", document.id, document.audience)
        return self._synced(before, document.id) or "Withdrawn. No answer uses it any more."

    def _synced(self, before: dict[str, Standing], document_id: str) -> str:
        try:
            report = self._update()
        except AssistantError as error:
            return f"It is stored, and holds as soon as the documents can be read again. {error}"
        after = standing(self._assistant.library(Audience.STAFF).documents())
        self._log.synced(report, before, after, told=(document_id,))
        return ""


def change_router(
    assistant: Assistant, access: Access, folder: Path, update: Callable[[], SyncReport], *, site: str
) -> APIRouter:
    """Return the routes that change documents; for everybody but content owners no document is there."""
    router = APIRouter()
    changes = Changes(assistant, access, folder, update)

    def found(request: Request, document_id: str) -> tuple[Person, Document | None]:
        person = access.gate.person(request)
        library = assistant.library(person.audience)
        return person, library.document(document_id) if person.keeps_documents else None

    def form(request: Request, document: Document, problem: str = "") -> HTMLResponse:
        body = render_change(document, access.forms.field(request), problem)
        return form_page(f"Change {document.title}", body, site, status=400 if problem else 200)

    @router.get(PATH + "/{document_id:path}", response_class=HTMLResponse)
    def show(request: Request, document_id: str) -> HTMLResponse:
        _, document = found(request, document_id)
        return missing_page(site) if document is None else form(request, document)

    @router.post(PATH + "/{document_id:path}", response_class=HTMLResponse)
    def change(
        request: Request,
        document_id: str,
        csrf: Annotated[str, Form()] = "",
        act: Annotated[str, Form()] = "",
        audience: Annotated[str, Form()] = "",
        sure: Annotated[str, Form()] = "",
    ) -> HTMLResponse:
        person, document = found(request, document_id)
        if document is None:
            return missing_page(site)
        if not access.forms.valid(request, csrf) or sure != "yes":
            return form(request, document, NOT_SURE if sure != "yes" else STALE)
        try:
            if act == "withdraw":
                told = changes.withdraw(person, document)
            elif act == "move" and audience in tuple(Audience):
                told = changes.move(person, document, Audience(audience))
            else:
                return form(request, document)
        except AssistantError as error:
            return form(request, document, str(error))
        return page("Changed", _changed(document, told), site, current="/documents")

    return router


def change_address(document_id: str) -> str:
    """Return the address of the page that changes a document."""
    return PATH + document_address(document_id).removeprefix("/documents")


def render_change(document: Document, csrf: str, problem: str = "") -> str:
    """Return the page's content: who may read the document now, and the two things that can be done."""
    address = escape(change_address(document.id))
    options = "".join(
        f'<option value="{value}"{" selected" if value == document.audience else ""}>{name}</option>'
        for value, name in AUDIENCES.items()
    )
    return (
        f"<h1>Change “{escape(document.title)}”</h1>{alert(problem)}"
        f'<p><a href="{escape(document_address(document.id))}">Read the document</a></p>'
        f"<p>Who may read it now: <strong>{AUDIENCES[document.audience]}</strong>. A change holds from the next "
        "question on, for conversations that are kept too.</p>"
        f'<h2>Who may read it</h2><form class="change" method="post" action="{address}">{csrf}'
        f'<input type="hidden" name="act" value="move">'
        f'<div class="field"><label for="audience">Who may read it</label><select id="audience" name="audience">'
        f"{options}</select></div>{_sure('open', 'Yes, I have checked that these people may read it.')}"
        '<button type="submit">Save</button></form>'
        f"<h2>Withdraw it</h2><p>It is taken out of every answer. An uploaded file is deleted. A file of another "
        f'folder stays there and is left out.</p><form class="change" method="post" action="{address}">{csrf}'
        f'<input type="hidden" name="act" value="withdraw">{_sure("out", "Yes, withdraw it. I cannot undo this here.")}'
        '<button type="submit" class="grave">Withdraw</button></form>'
    )


def _sure(name: str, label: str) -> str:
    return (
        f'<p class="tick"><input type="checkbox" id="sure-{name}" name="sure" value="yes">'
        f'<label for="sure-{name}">{label}</label></p>'
    )


def _changed(document: Document, told: str) -> str:
    return (
        f'<h1>{escape(document.title)}</h1><p class="notice" role="status">{escape(told)}</p>'
        '<p><a href="/documents">See all documents</a></p>'
    )
