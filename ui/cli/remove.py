"""`ihub remove`: take documents out of every answer."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ui.cli.failure import FAILURE
from ui.cli.start import known_documents, read_settings, synchronised


def remove(
    document_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids as `ihub documents` lists them.")],
) -> None:
    """Take documents out of every answer at once; files of your own folders stay where they are."""
    from corpus.intake import withdraw
    from index.embedding import MiniLMEmbeddings

    settings = read_settings()
    known = {document.id for document in known_documents(settings)}
    unknown = [key for key in document_ids if key not in known]
    if unknown:
        print(f"There is no document {unknown[0]}; `ihub documents` lists them.", file=sys.stderr)
        raise typer.Exit(FAILURE)
    for key in document_ids:
        withdraw(settings.intake, key)
    report = synchronised(settings, MiniLMEmbeddings(settings.embedding_model))
    for key in document_ids:
        typer.echo(f"Removed {key}." if key in report.removed else f"{key} was not in the index.")
