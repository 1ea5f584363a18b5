"""Replies as escaped HTML: pure functions from values to markup.

Every title, sentence, question and address is untrusted and passes through `html.escape` on its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.answer import Abstention, Answer, Mode, NearDocument, Reason, Stage, Statement
from corpus.glossary import Glossary
from ui.actions import render_actions
from ui.address import NEW_TAB, document_address
from ui.conversation import Turn
from ui.evidence import Cited, cited_in, render_button
from ui.glossary import Words
from ui.period import last_year

_ABSTENTION_HEADINGS = {
    Reason.NOTHING_FOUND: "No answer found",
    Reason.NOT_THIS_DETAIL: "No answer found",
    Reason.CLINICAL_ADVICE: "No advice about care or treatment",
    Reason.NOT_A_QUESTION: "No question found",
}
_STAGES = {Stage.WRITING: "Writing…", Stage.CHECKING: "Checking what was written…"}
LOOKING = "Looking in the documents…"


def render_conversation(
    turns: Sequence[Turn], *, words: Glossary | None = None, kept: str = "", stage: Stage | None = None
) -> str:
    """Return all turns as HTML.

    `words` are explained where they stand; `kept` is what the browser keeps; `stage` says how far the last answer is.
    """
    glossary, cited = words or Glossary(), cited_in(turns)
    parts = []
    for number, turn in enumerate(turns, start=1):
        last = number == len(turns)
        parts.append(
            f'<article class="turn" id="turn-{number}" aria-labelledby="question-{number}">'
            f'<h2 class="question" id="question-{number}"><span class="visually-hidden">You asked: </span>'
            f"{escape(turn.question)}</h2>{_reply(turn, number, glossary, cited, stage if last else None)}</article>"
        )
    return f'{"".join(parts)}<div id="kept" hidden data-kept="{escape(kept)}"></div>'


def _reply(turn: Turn, number: int, glossary: Glossary, cited: Cited, stage: Stage | None) -> str:
    if turn.reply is None:
        return f'<p class="pending">{LOOKING}</p>'
    words = Words(glossary, str(number))
    if isinstance(turn.reply, Abstention):
        return f"{render_abstention(turn.reply, words, cited)}{render_actions(turn, number)}"
    answer = render_answer(turn.reply, number, words, cited, finished=stage is None)
    if stage is not None:
        return f'{answer}<p class="pending">{_STAGES[stage]}</p>'
    return f"{answer}{render_actions(turn, number)}"


def render_answer(answer: Answer, turn: int, words: Words, cited: Cited, *, finished: bool = True) -> str:
    """Return the statements of an answer, each followed by the numbers of its sources.

    `cited` is what the whole conversation cites.
    """
    linked: set[int] = set()
    statements = "".join(_statement(statement, turn, answer, linked, words, cited) for statement in answer.statements)
    origin = f'<p class="made-by">{escape(origin_of(answer))}</p>' if finished else ""
    return f'<div class="answer">{statements}{origin}</div>'


def render_abstention(abstention: Abstention, words: Words, cited: Cited) -> str:
    """Return an abstention: what it is, why, and links to the nearest documents."""
    near = "".join(f"<li>{_near_document(document, cited)}</li>" for document in abstention.nearest)
    listed = f"<p>These documents come nearest:</p><ul>{near}</ul>" if near else ""
    return (
        f'<div class="abstention"><p class="verdict">{_ABSTENTION_HEADINGS[abstention.reason]}</p>'
        f"<p>{words.mark(abstention.text)}</p>{listed}</div>"
    )


def origin_of(answer: Answer) -> str:
    """Return how an answer was made, from which documents and until when, in plain words."""
    titles = list(dict.fromkeys(citation.title for citation in answer.citations))
    named = f"“{titles[0]}”" if len(titles) == 1 else f"{len(titles)} documents"
    year = last_year([citation.period for citation in answer.citations])
    until = f", about work up to {year}" if year else ""
    made = "Quoted word for word from" if answer.mode is Mode.QUOTE else "Written by a computer and checked against"
    return f"{made} {named}{until}."


def announce(reply: Answer | Abstention) -> str:
    """Return the one sentence or two that a screen reader speaks when a reply is complete (plain text)."""
    if isinstance(reply, Abstention):
        return f"{_ABSTENTION_HEADINGS[reply.reason]}. {reply.text}"
    count = len(reply.citations)
    said = " ".join(statement.text for statement in reply.statements)
    return f"Answer from {count} {'source' if count == 1 else 'sources'}: {said}"


def _statement(statement: Statement, turn: int, answer: Answer, linked: set[int], words: Words, cited: Cited) -> str:
    numbered = {citation.number: citation for citation in answer.citations}
    buttons = []
    for number in statement.citations:
        if number in numbered:
            identity = "" if number in linked else f' id="citation-{turn}-{number}"'
            linked.add(number)
            buttons.append(render_button(numbered[number], turn, identity, cited))
    before, space, last_word = statement.text.rpartition(" ")
    ending = f"{words.mark(last_word)}&nbsp;{'&nbsp;'.join(buttons)}"
    return f'<p class="statement">{words.mark(before + space)}<span class="ending">{ending}</span></p>'


def _near_document(document: NearDocument, cited: Cited) -> str:
    period = f", {escape(document.period)}" if document.period else ""
    address = escape(document_address(document.document_id, also=cited.get(document.document_id, ())))
    return f'<a href="{address}" target="_blank">{escape(document.title)}{NEW_TAB}</a>{period}'
