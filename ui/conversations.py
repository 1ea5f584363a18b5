"""Your conversations: what is kept for a person who is signed in, to find, rename, take along and delete."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from assistant.pipeline import Assistant
from ui.access.gate import PersonOf
from ui.conversation import Turns
from ui.export import conversation_as_html, conversation_as_markdown, conversation_as_text
from ui.field import post_form, search_form
from ui.keeping import Keeper
from ui.page import page
from ui.records.audit import Action, AuditLog
from ui.records.conversations import MAX_TITLE_CHARACTERS, Conversations, Summary
from ui.records.database import Database

ADDRESS = "/conversations"
MOST_FORM_BYTES = 10_000
"""Longest form taken; a title is at most a few hundred bytes."""

EXPORTS: dict[str, tuple[str, str, Callable[[str, Turns], str]]] = {
    "md": ("Markdown", "text/markdown", conversation_as_markdown),
    "txt": ("Text", "text/plain", conversation_as_text),
    "html": ("Word", "text/html", conversation_as_html),
}
NOT_KEPT = (
    "<p>You are not signed in. Your conversation is kept in this browser tab only, and is gone when you close it. "
    "You can copy each answer, or print the page.</p>"
)


def conversations_router(
    assistant: Assistant,
    person_of: PersonOf,
    database: Database | None,
    *,
    site: str,
    audit: AuditLog | None = None,
) -> APIRouter:
    """Return the routes of a person's own conversations; nobody reaches another person's.

    Files of conversations that are taken along are recorded in `audit`.
    """
    router = APIRouter()
    keeper = Keeper(assistant, database)

    def mine(request: Request) -> tuple[Conversations | None, str]:
        person = person_of(request)
        signed_in = database is not None and person.id is not None
        return (Conversations(database), person.id or "") if signed_in and database else (None, "")

    def gone() -> HTMLResponse:
        body = f'<h1>Not here</h1><p>This conversation is not one of yours, or was deleted.</p><p><a href="{ADDRESS}">'
        return page("Not here", f"{body}See your conversations</a>.</p>", site, status=404)

    @router.get(ADDRESS, response_class=HTMLResponse)
    def listed(request: Request, q: str = "") -> HTMLResponse:
        store, person_id = mine(request)
        body = NOT_KEPT if store is None else render_list(store.list(person_id, q[:200]), q[:200])
        return page("Your conversations", f"<h1>Your conversations</h1>{body}", site, current=ADDRESS)

    @router.get(f"{ADDRESS}/{{conversation_id}}.{{form}}")
    def export(request: Request, conversation_id: str, form: str) -> Response:
        store, person_id = mine(request)
        title = store.title(person_id, conversation_id) if store else None
        if title is None or form not in EXPORTS:
            return gone()
        talk = keeper.restore(person_of(request), "", conversation_id)
        _, media_type, write = EXPORTS[form]
        named = quote(f"{title[:60]}.{form}", safe="")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{named}", "Cache-Control": "no-store"}
        content = write(title, tuple(turn for turn in talk.turns if not turn.pending))
        if audit:
            audit.record(Action.EXPORTED, actor=person_id, subject=conversation_id, details={"form": form})
        return PlainTextResponse(content, media_type=media_type, headers=headers)

    @router.post(f"{ADDRESS}/delete-all")
    def delete_all(request: Request) -> Response:
        store, person_id = mine(request)
        if store is None:
            return gone()
        store.delete_all(person_id)
        return RedirectResponse(ADDRESS, status_code=303)

    @router.post(f"{ADDRESS}/{{conversation_id}}/rename")
    async def rename(request: Request, conversation_id: str) -> Response:
        store, person_id = mine(request)
        body = (await request.body())[:MOST_FORM_BYTES]
        title = parse_qs(body.decode("utf-8", "replace")).get("title", [""])[0]
        if store is None or store.title(person_id, conversation_id) is None:
            return gone()
        store.rename(person_id, conversation_id, title)
        return RedirectResponse(ADDRESS, status_code=303)

    @router.post(f"{ADDRESS}/{{conversation_id}}/delete")
    def delete(request: Request, conversation_id: str) -> Response:
        store, person_id = mine(request)
        if store is None or not store.delete(person_id, conversation_id):
            return gone()
        return RedirectResponse(ADDRESS, status_code=303)

    return router


def render_list(summaries: tuple[Summary, ...], search: str) -> str:
    """Return the search form and the conversations found, each with what can be done with it."""
    entries = "".join(map(_entry, summaries))
    if summaries:
        all_of_them = post_form(
            f"{ADDRESS}/delete-all",
            "<details><summary>Delete all conversations</summary><p>They are gone for good. "
            '<button type="submit" class="grave">Delete all</button></p></details>',
        )
        body = f'<ul class="conversations">{entries}</ul>{all_of_them}'
    elif search.strip():
        body = f'<p>No conversation has “{escape(search.strip())}” in it. <a href="{ADDRESS}">Show all</a></p>'
    else:
        body = '<p>There are none yet. <a href="/">Ask a question</a> and it will be kept here.</p>'
    return f"{search_form(ADDRESS, 'Search your questions', search)}{body}"


def _entry(summary: Summary) -> str:
    title, key = escape(summary.title), escape(summary.id)
    count = "1 question" if summary.questions == 1 else f"{summary.questions} questions"
    when = f'<time datetime="{summary.changed.isoformat()}Z">{summary.changed:%-d %B %Y}</time>'
    exports = " ".join(
        f'<a href="{ADDRESS}/{key}.{form}">{name}<span class="visually-hidden"> file of {title}</span></a>'
        for form, (name, _, _) in EXPORTS.items()
    )
    rename = post_form(
        f"{ADDRESS}/{key}/rename",
        f'<label for="title-{key}">New title</label><input id="title-{key}" name="title" value="{title}" '
        f'maxlength="{MAX_TITLE_CHARACTERS}" required><button type="submit">Rename</button>',
        name=f"Rename {summary.title}",
    )
    delete = post_form(
        f"{ADDRESS}/{key}/delete",
        f'<button type="submit" class="grave">Delete<span class="visually-hidden"> {title}</span> for good</button>',
    )
    return (
        f'<li><h2><a href="/?conversation={key}">{title}</a></h2><p class="facts">{count} · {when}</p>'
        f'<details><summary>Change or take along<span class="visually-hidden">: {title}</span></summary>'
        f'{rename}<p class="exports">Save as: {exports}</p>{delete}</details></li>'
    )
