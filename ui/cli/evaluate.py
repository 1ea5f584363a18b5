"""`ihub evaluate`: measure the assistant on a question set."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from corpus.document import Audience
from ui.cli.start import read_settings, ready_assistant


def evaluate(
    questions: Annotated[
        Path, typer.Argument(help="File with one JSON object a line; docs/evaluation.md has the form.")
    ],
    audience: Annotated[Audience, typer.Option(help="Whose documents may be used.")] = Audience.PUBLIC,
    as_json: Annotated[bool, typer.Option("--json", help="Print exactly one JSON object.")] = False,
    failures: Annotated[bool, typer.Option("--failures", help="Also list the questions that went wrong.")] = False,
) -> None:
    """Ask every question of a set and print how often the evidence was cited and how often it was right to abstain."""
    from assistant.evaluate import evaluate as ask_all
    from assistant.evaluate import read_questions, summarise

    expected = read_questions(questions)
    assistant, _ = ready_assistant(read_settings())
    steps = iter(track(range(len(expected)), "Asking", console=Console(stderr=True), transient=True))

    def show(done: int, total: int) -> None:
        next(steps, None)

    outcomes = ask_all(assistant, expected, audience=audience, progress=show)
    summary = summarise(outcomes)
    wrong = [outcome for outcome in outcomes if not outcome.right] if failures else []
    if as_json:
        listed: dict[str, Any] = {"failures": [_failure(outcome) for outcome in wrong]} if failures else {}
        typer.echo(json.dumps({**summary, **listed}, ensure_ascii=False))
        return
    _print(summary, [_failure(outcome) for outcome in wrong])


def _failure(outcome: Any) -> dict[str, Any]:
    what = "answered" if outcome.answered else "abstained"
    return {
        "id": outcome.expected.id,
        "kind": outcome.expected.kind,
        "question": outcome.expected.question,
        "answerable": outcome.expected.answerable,
        "went": what,
        "retrieved_10": outcome.retrieved_10,
    }


def _print(summary: dict[str, Any], wrong: list[dict[str, Any]]) -> None:
    from assistant.evaluate import compared

    for name, value in compared(summary):
        typer.echo(f"{name:28} {value}")
    table = Table("Kind", "Questions", "Accuracy", "Evidence any", "Evidence first", "Abstained", title="Per kind")
    for kind, rates in summary["kinds"].items():
        abstained = rates["abstained_on_unanswerable"] if rates["unanswerable"] else rates["wrongly_abstained"]
        shares = (rates["accuracy"], rates["evidence_any"], rates["evidence_first"], abstained)
        table.add_row(kind, str(rates["questions"]), *("" if share is None else f"{share:.1%}" for share in shares))
    Console(file=sys.stdout).print(table)
    for failure in wrong:
        typer.echo(f"{failure['id']} {failure['kind']} ({failure['went']}): {failure['question']}")
