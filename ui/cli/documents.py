"""`ihub documents`: what the assistant knows."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from corpus.document import Audience, Document
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
    """List the documents: what they are, their pages and passages, when they were indexed, and warnings."""
    if context.invoked_subcommand is not None:
        return
    assistant, _ = ready_assistant(read_settings())
    library = assistant.library(audience)
    counts = library.passage_counts()
    indexed = library.indexed_at()
    found = library.documents()
    if as_json:
        rows = [
            {**_as_object(document), "passages": counts[document.id], "indexed": indexed[document.id]}
            for document in found
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table("Id", "Title", "Period", "Programme", "Audience", "Pages", "Passages", "Indexed", "Notes")
    for document in found:
        facts = (_marked(document, "title"), _marked(document, "period"), document.programme, document.audience)
        numbers = (
            str(len(document.pages) or ""),
            str(counts[document.id]),
            indexed[document.id][:16].replace("T", " "),
        )
        table.add_row(document.id, *map(Text, (*facts, *numbers, _notes(document))))
    Console().print(table)
    if any(document.guessed for document in found):
        typer.echo("? marks what was guessed from the file; a catalogue can say it.")


def _as_object(document: Document) -> dict[str, Any]:
    texts = ("id", "title", "file", "period", "programme", "kind", "audience", "source")
    more = ("date", "language", "superseded_by", "fetched")
    lists = {"guessed": list(document.guessed), "warnings": list(document.warnings)}
    return {**{name: str(getattr(document, name)) for name in (*texts, *more)}, "pages": len(document.pages), **lists}


def _marked(document: Document, name: str) -> str:
    value = str(getattr(document, name))
    return f"{value} ?" if name in document.guessed else value


def _notes(document: Document) -> str:
    superseded = [f"superseded by {document.superseded_by}"] if document.superseded_by else []
    return "; ".join([*superseded, *document.warnings])


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
