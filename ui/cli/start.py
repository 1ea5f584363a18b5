"""What every verb starts with: settings, quiet logs, an up-to-date index."""

from __future__ import annotations

import logging
import os
import sqlite3
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from assistant.pipeline import Assistant
    from assistant.settings import Settings
    from corpus.document import Document
    from index.embedding import MiniLMEmbeddings
    from index.sync import SyncReport


def read_settings() -> Settings:
    """Read the settings and set up logging by them; errors as for `assistant.settings.load_settings`."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    from assistant.settings import load_settings

    settings = load_settings()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("ihub").setLevel(settings.log_level.upper())
    return settings


def synchronised(
    settings: Settings,
    embeddings: MiniLMEmbeddings,
    *,
    again: bool = False,
    before: Callable[[Callable[[int, int], None]], None] | None = None,
) -> SyncReport:
    """Bring the index up to date with a progress bar on standard error; errors as for `index.sync.sync`.

    `before` runs first and is given a function to which it tells what it has done of how much.
    """
    from assistant.factory import synchronise

    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    names = {
        "waiting": "Waiting for another sync",
        "addresses": "Asking web addresses again",
        "reading": "Reading documents",
        "embedding": "Indexing passages",
    }
    tasks = {stage: bar.add_task(name, total=None, visible=False) for stage, name in names.items()}

    def show(stage: str, done: int, total: int) -> None:
        bar.update(tasks[stage], completed=done, total=total or None, visible=stage == "waiting" or total > 0)
        if stage != "waiting":
            bar.update(tasks["waiting"], visible=False)

    with bar:
        if before is not None:
            before(partial(show, "addresses"))
        earlier = known_documents(settings)
        report = synchronise(settings, embeddings, show, again=again)
    _record(settings, report, earlier)
    return report


def known_documents(settings: Settings) -> tuple[Document, ...]:
    """Return all indexed documents without their texts, none where nothing is indexed yet."""
    from corpus.document import Audience
    from index.document_store import DocumentStore
    from index.generation import Generations, documents_file

    folder = Generations(settings.home).current_folder()
    if folder is None or not documents_file(folder).is_file():
        return ()
    store = DocumentStore(documents_file(folder))
    try:
        return tuple(store.documents(Audience.STAFF))
    except (sqlite3.Error, ValueError):  # an index of another version, or a damaged one, is built anew
        return ()
    finally:
        store.close()


def _record(settings: Settings, report: SyncReport, earlier: tuple[Document, ...]) -> None:
    """Write what became of documents into the audit log; without changes no database is opened."""
    if report.published:
        from ui.cli.records import COMMAND_LINE, open_records
        from ui.records.document_log import DocumentLog, standing

        database, audit = open_records(settings)
        before, after = standing(earlier), standing(known_documents(settings))
        DocumentLog(audit).synced(report, before, after, actor=COMMAND_LINE)
        database.close()


def ready_assistant(settings: Settings) -> tuple[Assistant, SyncReport]:
    """Return the assistant over an index that is up to date."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    from assistant.factory import open_assistant
    from index.embedding import MiniLMEmbeddings

    embeddings = MiniLMEmbeddings(settings.embedding_model)
    report = synchronised(settings, embeddings)
    for rejected in report.rejected:
        print(rejected, file=sys.stderr)
    return open_assistant(settings, embeddings), report
