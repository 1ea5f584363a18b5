"""The web application: the chat at /, the source reader, the library, the glossary and a health check."""

from __future__ import annotations

from html import escape
from pathlib import Path

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse

from assistant.pipeline import Assistant
from assistant.settings import Settings
from corpus.errors import AssistantError
from ui.access.access import Access
from ui.access.gate import Gate
from ui.access.protect import add_routes, protect
from ui.chat import ChatPage
from ui.insights.page import insights_router
from ui.library import library_router
from ui.page import HEAD_LINKS, ICON_ADDRESS, STYLE_ADDRESS, page
from ui.records.database import Database
from ui.sources import source_router
from ui.theme import CalmTheme

FOLDER = Path(__file__).parent


def create_app(
    assistant: Assistant, settings: Settings, *, gate: Gate | None = None, database: Database | None = None
) -> FastAPI:
    """Return the application that answers from `assistant`.

    `gate` says who asks; by default as the settings say. Without a `database` nothing is remembered and nobody can
    sign in.
    """
    gate = gate or Gate(settings.audience)
    access = Access.open(settings, database, gate) if database else None
    person_of = (access.gate if access else gate).person
    title = settings.title
    app = FastAPI(title=title, docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get(STYLE_ADDRESS)
    def style() -> FileResponse:
        return FileResponse(FOLDER / "style.css", media_type="text/css", headers={"Cache-Control": "no-cache"})

    @app.get(ICON_ADDRESS)
    def icon() -> FileResponse:
        return FileResponse(FOLDER / "icon.svg", media_type="image/svg+xml")

    @app.exception_handler(AssistantError)
    def unavailable(request: Request, error: AssistantError) -> HTMLResponse:
        return page("Not available", f"<h1>Not available now</h1><p>{escape(str(error))}</p>", title, status=503)

    app.include_router(library_router(assistant, person_of, site=title))
    app.include_router(source_router(assistant, person_of, site=title))
    if access:
        add_routes(app, access)
        app.include_router(insights_router(assistant, access))
    _mount_chat(app, ChatPage(assistant, settings, person_of).build())
    protect(app, settings, access)
    return app


def _mount_chat(app: FastAPI, chat: gr.Blocks) -> None:
    """Mount the chat at /, after every other route, with everything off that it does not need."""
    gr.mount_gradio_app(
        app,
        chat,
        path="/",
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        theme=CalmTheme(),
        head=HEAD_LINKS,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        show_error=False,
        max_file_size="1mb",
        mcp_server=False,
        pwa=False,
    )
