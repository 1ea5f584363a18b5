"""The command line, `ihub`: one module per group of verbs; heavy imports happen inside the verbs."""

from __future__ import annotations

import typer

from ui.cli import add, ask, audit, doctor, documents, evaluate, insights, remove, serve, sync, users
from ui.cli.failure import AssistantGroup

app = typer.Typer(
    cls=AssistantGroup,
    help="Answers questions about the work of the ihub from its documents, with citations to the exact words.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serve.serve)
app.command()(ask.ask)
app.command()(add.add)
app.command()(remove.remove)
app.command()(sync.sync)
app.add_typer(documents.app, name="documents")
app.command()(evaluate.evaluate)
app.add_typer(users.app, name="users")
app.add_typer(audit.app, name="audit")
app.command()(audit.purge)
app.command()(insights.insights)
app.command()(doctor.doctor)


def main() -> None:
    """Run the command line."""
    app()
