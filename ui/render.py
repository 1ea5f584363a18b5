"""Replies as escaped HTML: pure functions from values to markup.

Every title, sentence, question and address is untrusted and passes through `html.escape` here. Ids follow one pattern,
so that an answer and its sources can point at each other: `citation-TURN-NUMBER` in the answer and
`source-TURN-NUMBER` in the sources panel.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.answer import Abstention, Answer, Citation, Mode, NearDocument, Reason, Statement
from index.passage import Passage
from ui.address import NEW_TAB, document_address, public_address
from ui.conversation import Turn

_ABSTENTION_HEADINGS = {
    Reason.NOTHING_FOUND: "No answer found",
    Reason.NOT_THIS_DETAIL: "No answer found",
    Reason.CLINICAL_ADVICE: "No advice about care or treatment",
    Reason.NOT_A_QUESTION: "No question found",
}
_MADE_BY = {
    Mode.QUOTE: "Quoted word for word. The numbers lead to the sources.",
    Mode.COMPOSE: "Written by a computer and checked against the sources. The numbers lead to them.",
}


def render_conversation(turns: Sequence[Turn], *, shown: int | None = None) -> str:
    """Return all turns as HTML; of the last answer, only the first `shown` statements where that is given."""
    parts = []
    for number, turn in enumerate(turns, start=1):
        limit = shown if number == len(turns) else None
        parts.append(
            f'<article class="turn" id="turn-{number}" aria-labelledby="question-{number}">'
            f'<h2 class="question" id="question-{number}"><span class="visually-hidden">You asked: </span>'
            f"{escape(turn.question)}</h2>{render_reply(turn.reply, number, shown=limit)}</article>"
        )
    return "".join(parts)


def render_reply(reply: Answer | Abstention | None, turn: int, *, shown: int | None = None) -> str:
    """Return one reply as HTML; None is an answer that is still being found."""
    if reply is None:
        return '<p class="pending">Looking in the documents…</p>'
    if isinstance(reply, Abstention):
        return render_abstention(reply)
    return render_answer(reply, turn, shown=shown)


def render_answer(answer: Answer, turn: int, *, shown: int | None = None) -> str:
    """Return the statements of an answer, each followed by links to its sources."""
    titles = {citation.number: citation.title for citation in answer.citations}
    linked: set[int] = set()
    statements = "".join(_statement(statement, turn, titles, linked) for statement in answer.statements[:shown])
    return f'<div class="answer">{statements}<p class="made-by">{_MADE_BY[answer.mode]}</p></div>'


def render_abstention(abstention: Abstention) -> str:
    """Return an abstention: what it is, why, and links to the nearest documents."""
    near = "".join(f"<li>{_near_document(document)}</li>" for document in abstention.nearest)
    listed = f"<p>These documents come nearest:</p><ul>{near}</ul>" if near else ""
    return (
        f'<div class="abstention"><p class="verdict">{_ABSTENTION_HEADINGS[abstention.reason]}</p>'
        f"<p>{escape(abstention.text)}</p>{listed}</div>"
    )


def render_sources(turns: Sequence[Turn]) -> str:
    """Return the sources panel: the sources of every answer, the latest answer first."""
    groups = [
        f'<section class="source-group" aria-labelledby="sources-{number}"><h3 id="sources-{number}">'
        f"For “{escape(shorten(turn.question))}”</h3>"
        f'<ol class="source-list">{"".join(render_source(source, number) for source in turn.reply.citations)}</ol>'
        "</section>"
        for number, turn in reversed(list(enumerate(turns, start=1)))
        if isinstance(turn.reply, Answer)
    ]
    empty = "<p>The documents behind each answer will be shown here, with the words quoted from them.</p>"
    return (
        '<section class="sources" aria-labelledby="sources-heading"><h2 id="sources-heading">Sources</h2>'
        f"{''.join(groups) or empty}</section>"
    )


def render_source(citation: Citation, turn: int) -> str:
    """Return one citation as an entry of the sources panel."""
    facts = [("Period", citation.period), ("Section", citation.section)]
    if citation.page is not None:
        facts.append(("Page", str(citation.page)))
    listed = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts if value)
    place = document_address(citation.document_id, citation.start, citation.end)
    links = [f'<a class="open" href="{escape(place)}" target="_blank">Open in the document{NEW_TAB}</a>']
    public = public_address(citation.source)
    if public:
        links.append(_external(public, "Public source"))
    links.append(f'<a href="#citation-{turn}-{citation.number}">Back to answer</a>')
    return (
        f'<li class="source" id="source-{turn}-{citation.number}" tabindex="-1">'
        f'<h4><span class="number">{citation.number}</span> {escape(citation.title)}</h4><dl>{listed}</dl>'
        f"<blockquote>{mark_passage(citation.passage, citation.start, citation.end)}</blockquote>"
        f'<p class="links">{" ".join(links)}</p></li>'
    )


def mark_passage(passage: Passage, start: int, end: int) -> str:
    """Return the sentences of a passage with the characters `start` to `end` of the document in `<mark>`."""
    parts = []
    for sentence in passage.sentences:
        low = min(max(start - sentence.start, 0), len(sentence.text))
        high = min(max(end - sentence.start, low), len(sentence.text))
        parts.append(mark_range(sentence.text, low, high))
    return " ".join(parts)


def mark_range(text: str, start: int, end: int) -> str:
    """Return escaped `text` with the characters `start` to `end` in `<mark>`; an empty range marks nothing."""
    if start >= end:
        return escape(text)
    return f"{escape(text[:start])}<mark>{escape(text[start:end])}</mark>{escape(text[end:])}"


def announce(reply: Answer | Abstention) -> str:
    """Return the one sentence or two that a screen reader speaks when a reply is complete (plain text)."""
    if isinstance(reply, Abstention):
        return f"{_ABSTENTION_HEADINGS[reply.reason]}. {reply.text}"
    count = len(reply.citations)
    said = " ".join(statement.text for statement in reply.statements)
    return f"Answer from {count} {'source' if count == 1 else 'sources'}: {said}"


def shorten(text: str, limit: int = 90) -> str:
    """Return `text` on one line, cut at a word with an ellipsis where it is longer than `limit` characters."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return (line[:limit].rsplit(" ", 1)[0] or line[:limit]) + "…"


def _statement(statement: Statement, turn: int, titles: dict[int, str], linked: set[int]) -> str:
    links = []
    for number in statement.citations:
        identity = "" if number in linked else f' id="citation-{turn}-{number}"'
        linked.add(number)
        name = escape(f"Source {number}: {titles.get(number, '')}")
        links.append(
            f'<a class="citation"{identity} href="#source-{turn}-{number}" aria-label="{name}" title="{name}">'
            f"{number}</a>"
        )
    before, space, last_word = statement.text.rpartition(" ")
    ending = f"{escape(last_word)}&nbsp;{'&nbsp;'.join(links)}"
    return f'<p class="statement">{escape(before + space)}<span class="ending">{ending}</span></p>'


def _near_document(document: NearDocument) -> str:
    period = f", {escape(document.period)}" if document.period else ""
    address = escape(document_address(document.document_id))
    return f'<a href="{address}" target="_blank">{escape(document.title)}{NEW_TAB}</a>{period}'


def _external(address: str, name: str) -> str:
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{name}{NEW_TAB}</a>'
