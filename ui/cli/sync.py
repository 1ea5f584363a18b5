"""`ihub sync`: bring the index up to date."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from ui.cli.start import read_settings, synchronised


def sync(
    as_json: Annotated[bool, typer.Option("--json", help="Print exactly one JSON object.")] = False,
) -> None:
    """Bring the index in step with the document folders; only what changed is read and embedded again."""
    settings = read_settings()
    from index.embedding import MiniLMEmbeddings

    report = synchronised(settings, MiniLMEmbeddings(settings.embedding_model))
    lists = {name: list(getattr(report, name)) for name in ("added", "changed", "removed", "unchanged")}
    if as_json:
        rejected = [{"file": item.file, "reason": item.reason} for item in report.rejected]
        found = {"generation": report.generation, **lists, "rejected": rejected, "passages": report.passages}
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    typer.echo(", ".join(f"{len(documents)} {name}" for name, documents in lists.items()) + ".")
    for item in report.rejected:
        typer.echo(str(item))
    if not report.published:
        typer.echo("The index was already up to date.")
