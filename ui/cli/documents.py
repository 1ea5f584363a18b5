"""`ihub documents`: what the assistant knows."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from corpus.document import Audience
from ui.cli.failure import FAILURE
from ui.cli.start import read_settings, ready_assistant

app = typer.Typer(help="What the assistant knows.", invoke_without_command=True, no_args_is_help=False)

ReadAs = Annotated[Audience, typer.Option("--audience", help="Whose documents are listed.")]


@app.callback()
def documents(
    context: typer.Context,
    audience: ReadAs = Audience.STAFF,
    as_json: Annotated[bool, typer.Option("--json", help="Print exactly one JSON list.")] = False,
) -> None:
    """List the documents: id, title, period, programme, audience, passages."""
    if context.invoked_subcommand is not None:
        return
    assistant, _ = ready_assistant(read_settings())
    library = assistant.library(audience)
    counts = library.passage_counts()
    found = library.documents()
    if as_json:
        fields = ("id", "title", "file", "period", "programme", "kind", "audience", "source")
        rows = [
            {**{name: str(getattr(document, name)) for name in fields}, "passages": counts[document.id]}
            for document in found
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table("Id", "Title", "Period", "Programme", "Audience", "Passages")
    for document in found:
        cells = (document.id, document.title, document.period, document.programme, document.audience)
        table.add_row(*(Text(cell) for cell in cells), str(counts[document.id]))
    Console().print(table)


@app.command()
def show(
    document_id: Annotated[str, typer.Argument(metavar="ID", help="The document's id.")],
    audience: ReadAs = Audience.STAFF,
) -> None:
    """Print a document's text as indexed, so that offsets can be checked."""
    assistant, _ = ready_assistant(read_settings())
    document = assistant.library(audience).document(document_id)
    if document is None:
        print(f"There is no document {document_id}; `ihub documents` lists them.", file=sys.stderr)
        raise typer.Exit(FAILURE)
    sys.stdout.buffer.write(document.text.encode())
