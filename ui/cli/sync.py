"""`ihub sync`: bring the index up to date, once or whenever a folder changes."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from corpus.errors import AssistantError
from ui.cli.start import read_settings, synchronised

if TYPE_CHECKING:
    from assistant.settings import Settings
    from index.embedding import MiniLMEmbeddings
    from index.sync import SyncReport

LISTS = ("added", "changed", "removed", "renamed", "unchanged")

QUIET_MS = 500
"""How long a folder must be quiet before it is read, since a file that is being copied changes many times."""

LOOK_MS = 1000
"""How long after watching begins the folders are read once more: what changed just before would else go unseen."""


def sync(
    as_json: Annotated[bool, typer.Option("--json", help="Print exactly one JSON object.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on until Ctrl-C, and sync whenever a file changes.")
    ] = False,
    again: Annotated[bool, typer.Option("--all", help="Read and embed every document again.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask web addresses whether they changed.")] = False,
) -> None:
    """Bring the index in step with the document folders; only what changed is read and embedded again."""
    settings = read_settings()
    from index.embedding import MiniLMEmbeddings

    embeddings = MiniLMEmbeddings(settings.embedding_model)
    problems: list[str] = []

    def ask_addresses(progress: Callable[[int, int], None]) -> None:
        from corpus.addresses.fetch import Fetcher
        from corpus.addresses.keeping import look_again

        if not offline and settings.intake.is_dir():
            with Fetcher(allow_private=settings.private_addresses) as fetcher:
                problems.extend(seen.problem for seen in look_again(settings.intake, fetcher, progress) if seen.problem)

    started = time.monotonic()
    report = synchronised(settings, embeddings, again=again, before=ask_addresses)
    _say(report, problems, time.monotonic() - started, as_json=as_json)
    if watch:
        _watch(settings, embeddings, as_json=as_json)


def _watch(settings: Settings, embeddings: MiniLMEmbeddings, *, as_json: bool) -> None:
    """Sync whenever a file of a document folder changes; a failure is said, and the old index goes on answering."""
    from watchfiles import DefaultFilter, watch

    from corpus.intake import prepare

    prepare(settings.intake)
    folders = [Path(folder) for folder in settings.folders]
    print(f"Watching {', '.join(map(str, folders))} (stop with Ctrl-C)", file=sys.stderr, flush=True)
    looked = False
    changes = watch(
        *folders, watch_filter=DefaultFilter(), debounce=QUIET_MS, rust_timeout=LOOK_MS, yield_on_timeout=True
    )
    for changed in changes:
        if looked and not changed:
            continue
        looked = True
        started = time.monotonic()
        try:
            report = synchronised(settings, embeddings)
        except AssistantError as error:
            print(error, file=sys.stderr, flush=True)
            continue
        if report.published or (changed and report.rejected):
            _say(report, [], time.monotonic() - started, as_json=as_json)


def _say(report: SyncReport, problems: list[str], seconds: float, *, as_json: bool) -> None:
    lists = {name: list(getattr(report, name)) for name in LISTS}
    if as_json:
        rejected = [{"file": item.file, "reason": item.reason} for item in report.rejected]
        found = {
            "generation": report.generation,
            **lists,
            "rejected": rejected,
            "passages": report.passages,
            "embedded": report.embedded,
            "addresses": problems,
        }
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    typer.echo(", ".join(f"{len(documents)} {name}" for name, documents in lists.items()) + f" in {seconds:.1f} s.")
    if report.published:
        typer.echo(f"{report.passages} passages, {report.embedded} of them embedded.")
        table = Table("What", "Documents")
        for name in LISTS[:-1]:
            if lists[name]:
                table.add_row(name, Text(_some(lists[name])))
        Console(file=sys.stdout).print(table)
    else:
        typer.echo("The index was already up to date.")
    for item in report.rejected:
        typer.echo(str(item))
    for problem in problems:
        typer.echo(problem)


def _some(names: list[str], most: int = 20) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
