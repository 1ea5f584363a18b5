"""Answers and conversations to take along: plain text, Markdown, and HTML that Word opens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from assistant.answer import Abstention, Answer, Citation, Mode
from ui.address import public_address
from ui.conversation import Turn

MADE_BY = {
    Mode.QUOTE: "Sentences quoted word for word from the documents named.",
    Mode.COMPOSE: "Written by a computer and checked against the documents named.",
}
NO_ADVICE = "Not for clinical advice."


def reference(citation: Citation) -> str:
    """Return one citation as a line of references: title, period, page, section and public address."""
    page = f"page {citation.page}" if citation.page is not None else ""
    section = f"section “{citation.section}”" if citation.section else ""
    facts = [citation.title, citation.period, page, section, public_address(citation.source) or ""]
    return ", ".join(fact for fact in facts if fact)


def as_text(turn: Turn) -> str:
    """Return question, reply and references as plain text."""
    reply = turn.reply
    if reply is None or isinstance(reply, Abstention):
        return f"{turn.question}\n\n{reply.text if reply else ''}\n"
    sources = "\n".join(f"[{c.number}] {reference(c)}" for c in reply.citations)
    return f"{turn.question}\n\n{reply.text}\n\nSources\n{sources}\n\n{MADE_BY[reply.mode]} {NO_ADVICE}\n"


def as_markdown(turn: Turn) -> str:
    """Return question, reply and references as Markdown in which nothing of them acts as markup."""
    reply = turn.reply
    question = f"**{_plain(turn.question)}**"
    if reply is None or isinstance(reply, Abstention):
        return f"{question}\n\n{_plain(reply.text) if reply else ''}\n"
    body = " ".join(
        _plain(statement.text) + "".join(f" \\[{number}\\]" for number in statement.citations)
        for statement in reply.statements
    )
    sources = "\n".join(f"{c.number}. {_plain(reference(c))}" for c in reply.citations)
    return f"{question}\n\n{body}\n\n{sources}\n\n*{MADE_BY[reply.mode]} {NO_ADVICE}*\n"


def as_html(turn: Turn) -> str:
    """Return question, reply and references as HTML without styles, which Word and mail programs keep in form."""
    reply = turn.reply
    question = f"<p><strong>{escape(turn.question)}</strong></p>"
    if reply is None or isinstance(reply, Abstention):
        return f"{question}<p>{escape(reply.text) if reply else ''}</p>"
    body = " ".join(
        escape(statement.text) + "".join(f" <sup>[{number}]</sup>" for number in statement.citations)
        for statement in reply.statements
    )
    sources = "".join(f"<p>[{c.number}] {escape(reference(c))}</p>" for c in reply.citations)
    return f"{question}<p>{body}</p>{sources}<p><em>{MADE_BY[reply.mode]} {NO_ADVICE}</em></p>"


def conversation_as_markdown(title: str, turns: Sequence[Turn]) -> str:
    """Return a whole conversation as Markdown."""
    return f"# {_plain(title)}\n\n" + "\n---\n\n".join(as_markdown(turn) for turn in turns)


def conversation_as_text(title: str, turns: Sequence[Turn]) -> str:
    """Return a whole conversation as plain text."""
    line = "-" * 40
    return f"{title}\n{line}\n\n" + f"\n{line}\n\n".join(as_text(turn) for turn in turns)


def conversation_as_html(title: str, turns: Sequence[Turn]) -> str:
    """Return a whole conversation as an HTML page that Word opens."""
    body = "<hr>".join(as_html(turn) for turn in turns)
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
        f"<body><h1>{escape(title)}</h1>{body}</body></html>"
    )


def has_answer(turn: Turn) -> bool:
    """Say whether a turn has an answer to take along."""
    return isinstance(turn.reply, Answer) and bool(turn.reply.statements)


def _plain(text: str) -> str:
    """Return text on one line with every character escaped that Markdown could act on."""
    return re.sub(r"([\\`*_{}\[\]<>()#+\-.!|~$&])", r"\\\1", " ".join(text.split()))
