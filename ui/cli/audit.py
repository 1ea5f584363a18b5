"""`ihub audit`: who did what, and whether the log is whole; `ihub purge`: delete what is too old."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from ui.cli.failure import FAILURE
from ui.cli.records import open_records
from ui.cli.start import read_settings

app = typer.Typer(help="Who did what and when, and whether that log is whole.", no_args_is_help=True)


@app.command()
def verify() -> None:
    """Check that no entry was changed, moved or taken out; exit status 1 when one was."""
    _, log = open_records(read_settings())
    found = log.verify()
    for problem in found.problems:
        print(f"{problem[:1].upper()}{problem[1:]}.", file=sys.stderr)
    if found.problems:
        raise typer.Exit(FAILURE)
    typer.echo(f"{found.entries} entries, all whole. Last seal: {found.seal}")


@app.command()
def show(
    limit: Annotated[int, typer.Option(min=1, help="How many entries, the latest ones.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print exactly one JSON list.")] = False,
) -> None:
    """Print the latest entries, oldest first."""
    _, log = open_records(read_settings())
    entries = log.entries(limit)
    if as_json:
        typer.echo(json.dumps([asdict(entry) for entry in entries], ensure_ascii=False))
        return
    for entry in entries:
        who = entry.actor or "somebody"
        typer.echo(f"{entry.number} {entry.at[:19]} {who}: {entry.action} {entry.subject} {entry.details}")


def purge() -> None:
    """Delete what is older than its retention period; a running server does it every day."""
    settings = read_settings()
    database, log = open_records(settings)
    from ui.records.retention import purge as delete_old

    deleted = delete_old(settings, database, log)
    typer.echo(f"Deleted {', '.join(f'{number} {kind}' for kind, number in deleted.items())}.")
