"""The web application: the chat at /, the source reader, the library, the glossary and a health check."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.routing import Mount

from assistant.factory import synchronise
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.suggest import Suggestions
from corpus.errors import AssistantError
from corpus.originals import Originals
from index.embedding import MiniLMEmbeddings
from index.sync import SyncReport
from ui.access.access import Access
from ui.access.door import Door
from ui.access.gate import Gate
from ui.access.protect import add_routes, protect
from ui.access.turnstile import Turnstile
from ui.accessibility import accessibility_router
from ui.brand import brand_router
from ui.change import change_address, change_router
from ui.chat import ChatPage
from ui.conversations import conversations_router
from ui.insights.page import insights_router
from ui.library import library_router
from ui.original import PagePictures, original_router
from ui.page import CHAT_HEAD, page
from ui.records.database import Database
from ui.sources import source_router
from ui.start_here import start_router
from ui.theme import CalmTheme
from ui.upload import upload_router
from ui.visit import Visits


def create_app(
    assistant: Assistant, settings: Settings, *, gate: Gate | None = None, database: Database | None = None
) -> FastAPI:
    """Return the application that answers from `assistant`.

    `gate` says who asks; by default as the settings say. Without a `database` nothing is remembered and nobody can
    sign in. `app.state.suggestions` can `learn` which questions each document answers.
    """
    gate = gate or Gate(settings.audience)
    access = Access.open(settings, database, gate) if database else None
    person_of = (access.gate if access else gate).person
    title = settings.title
    app = FastAPI(title=title, docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.exception_handler(AssistantError)
    def unavailable(request: Request, error: AssistantError) -> HTMLResponse:
        return page("Not available", f"<h1>Not available now</h1><p>{escape(str(error))}</p>", title, status=503)

    app.state.suggestions = suggestions = Suggestions(assistant)
    app.include_router(brand_router(settings))
    app.include_router(start_router(person_of, site=title))
    app.include_router(accessibility_router(settings))
    app.include_router(
        conversations_router(assistant, person_of, database, site=title, audit=access.audit if access else None)
    )
    update = _updating(assistant, settings)
    app.include_router(upload_router(assistant, settings, person_of, update, site=title, access=access))
    app.include_router(library_router(assistant, person_of, site=title, questions=suggestions.known_questions))
    pictures = PagePictures(Originals(lambda: settings.folders))
    app.include_router(original_router(assistant, person_of, pictures))
    change = change_address if access else None
    app.include_router(source_router(assistant, person_of, site=title, pictures=pictures, change=change))
    if access:
        add_routes(app, access)
        app.include_router(change_router(assistant, access, settings.intake, update, site=title))
        app.include_router(insights_router(assistant, access))
    turnstile = access.turnstile if access else Turnstile.open(settings)
    _mount_chat(app, ChatPage(assistant, settings, person_of, turnstile, database, suggestions).build(), title)
    app.add_middleware(Visits, person_of=person_of, sign_in=settings.sign_in)
    protect(
        app,
        settings,
        turnstile.limits,
        gate=access.gate if access else gate,
        cookies=access.cookies if access else None,
    )
    return app


def _updating(assistant: Assistant, settings: Settings) -> Callable[[], SyncReport]:
    """Return what brings the index up to date after an upload, with the model that is loaded already."""

    def update() -> SyncReport:
        embeddings = assistant.embeddings
        own = embeddings if isinstance(embeddings, MiniLMEmbeddings) else MiniLMEmbeddings(settings.embedding_model)
        return synchronise(settings, own, lambda stage, done, total: None)

    return update


def _mount_chat(app: FastAPI, chat: gr.Blocks, site: str) -> None:
    """Mount the chat at / behind its door, after every other route, with everything off that it does not need."""
    gr.mount_gradio_app(
        app,
        chat,
        path="/",
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        theme=CalmTheme(),
        head=CHAT_HEAD,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        show_error=False,
        max_file_size="1mb",
        mcp_server=False,
        pwa=False,
    )
    mounted = app.router.routes[-1]
    if not isinstance(mounted, Mount):
        raise TypeError("Gradio is not mounted where it was expected")
    mounted.app = Door(mounted.app, site)
