"""`ihub ask`: one question, one answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corpus.document import Audience
from ui.cli.failure import ABSTAINED
from ui.cli.start import read_settings, ready_assistant

if TYPE_CHECKING:
    from assistant.answer import Response


def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotation marks.")],
    audience: Annotated[Audience, typer.Option(help="Whose documents may be used.")] = Audience.PUBLIC,
    as_json: Annotated[bool, typer.Option("--json", help="Print exactly one JSON object.")] = False,
) -> None:
    """Answer a question from the documents, or say that they do not hold the answer (exit status 3)."""
    from assistant.answer import Answer, Query
    from assistant.question import clean

    settings = read_settings()
    clean(question)
    assistant, _ = ready_assistant(settings)
    response = assistant.invoke(Query(question, audience=audience))
    typer.echo(json.dumps(as_object(response), ensure_ascii=False) if as_json else as_text(response))
    if not isinstance(response.reply, Answer):
        raise typer.Exit(ABSTAINED)


def as_object(response: Response) -> dict[str, Any]:
    """Return the JSON object of a response; the same for every interface that gives JSON."""
    from assistant.answer import Answer

    reply = response.reply
    answered = isinstance(reply, Answer)
    return {
        "question": response.question,
        "standalone_question": response.standalone_question,
        "answered": answered,
        "mode": reply.mode.value if isinstance(reply, Answer) else "quote",
        "text": reply.text,
        "reason": None if isinstance(reply, Answer) else reply.reason.value,
        "citations": [
            {
                "number": citation.number,
                "document_id": citation.document_id,
                "title": citation.title,
                "section": citation.section,
                "page": citation.page,
                "start": citation.start,
                "end": citation.end,
                "quotation": citation.quotation,
                "source": citation.source,
                "score": round(citation.score, 4),
            }
            for citation in (reply.citations if isinstance(reply, Answer) else ())
        ],
        "nearest": [
            {"document_id": near.document_id, "title": near.title, "source": near.source}
            for near in (() if isinstance(reply, Answer) else reply.nearest)
        ],
        "timings_ms": {step: round(took, 1) for step, took in response.timings_ms.items()},
    }


def as_text(response: Response) -> str:
    """Return a response as people read it in a terminal."""
    from assistant.answer import Answer

    reply = response.reply
    lines = [reply.text, ""]
    if isinstance(reply, Answer):
        for citation in reply.citations:
            where = ", ".join(
                part
                for part in (
                    citation.title,
                    citation.period,
                    citation.section,
                    f"page {citation.page}" if citation.page else "",
                )
                if part
            )
            lines.append(f"[{citation.number}] {where}")
            lines.append(f"    {citation.source or citation.document_id}")
    elif reply.nearest:
        lines.append("Nearest documents:")
        lines.extend(f"  {near.title} ({near.document_id})" for near in reply.nearest)
    return "\n".join(lines).rstrip()
