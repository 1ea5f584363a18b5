"""`ihub doctor`: what is wrong and how to mend it."""

from __future__ import annotations

import typer

from ui.cli.failure import FAILURE
from ui.cli.start import read_settings


def doctor() -> None:
    """Check models, documents, state folder, index and versions; exit status 1 when something is wrong."""
    settings = read_settings()
    from assistant.diagnose import diagnose

    findings = diagnose(settings)
    for finding in findings:
        typer.echo(f"{'ok   ' if finding.well else 'WRONG'} {finding.name}: {finding.text}")
    if not all(finding.well for finding in findings):
        raise typer.Exit(FAILURE)
