"""`ihub insights`: what the content owner can learn from the questions."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from corpus.document import Audience
from ui.cli.records import COMMAND_LINE, open_records
from ui.cli.start import read_settings, ready_assistant


def insights(
    audience: Annotated[Audience, typer.Option(help="Whose questions and documents are counted.")] = Audience.STAFF,
    as_json: Annotated[bool, typer.Option("--json", help="Print exactly one JSON object.")] = False,
) -> None:
    """Questions without an answer by topic, answers that did not help, documents that are cited and that never are."""
    settings = read_settings()
    database, audit = open_records(settings)
    assistant, _ = ready_assistant(settings)
    from ui.insights.report import report
    from ui.records.audit import Action
    from ui.records.feedback import FeedbackStore
    from ui.records.questions import Questions

    questions = Questions(database)
    found = report(
        questions.latest(),
        questions.settled(audience),
        FeedbackStore(database).latest(),
        assistant.library(audience),
        assistant.embeddings,
        audience,
    )
    audit.record(Action.EXPORTED, actor=COMMAND_LINE, subject="insights", details={"audience": str(audience)})
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(found), ensure_ascii=False, default=str))
        return
    typer.echo(f"{found.asked} questions, {found.answered} with an answer.")
    for group in found.unanswered:
        typer.echo(f"{group.asked:5} without an answer: {group.questions[0]}")
    for name, counts in (("cited", found.most_cited), ("acronym not explained", found.unknown_acronyms)):
        for count in counts:
            typer.echo(f"{count.number:5} {name}: {count.name}")
    for title in found.never_cited:
        typer.echo(f"      never cited: {title}")
