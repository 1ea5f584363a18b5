"""Replies as they are kept, in the browser or in the database, and as they may be shown again.

A kept reply names documents and offsets and holds none of their words, save what a chat model wrote. At each display
the words are read anew from the documents that the person may read then: an answer that rests on what was withdrawn,
changed or closed to them is not shown. What comes back from a browser is untrusted; the same check makes it harmless.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.abstain import TEXTS
from assistant.answer import Abstention, Answer, Citation, Mode, NearDocument, Reason, Statement
from assistant.question import MAX_QUESTION_CHARACTERS
from corpus.document import Document, Section
from index.passage import Passage, Sentence
from ui.access.readable import NO_LONGER
from ui.conversation import Turn, Turns

MOST_TURNS = 100
"""Turns that a browser may bring back; a longer conversation keeps its latest ones."""

Find = Callable[[str], Document | None]
"""Gives a document that the person may read now, or None."""


class KeptCitation(BaseModel):
    """Where the words stand, and the digest of them."""

    number: int = Field(ge=1, le=10_000)
    document_id: str = Field(max_length=200)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    digest: str = Field(max_length=64)


class KeptStatement(BaseModel):
    """The citations of a statement; its text only where a chat model wrote it."""

    citations: tuple[int, ...] = Field(max_length=50)
    text: str = Field(default="", max_length=5_000)


class KeptReply(BaseModel):
    """An answer, or an abstention where `reason` is set."""

    model_config = ConfigDict(frozen=True)

    reason: Reason | None = None
    nearest: tuple[str, ...] = Field(default=(), max_length=10)
    mode: Mode = Mode.QUOTE
    statements: tuple[KeptStatement, ...] = Field(default=(), max_length=200)
    citations: tuple[KeptCitation, ...] = Field(default=(), max_length=200)


class KeptTurn(BaseModel):
    """One question and its reply; None while the answer is being found."""

    question: str = Field(max_length=MAX_QUESTION_CHARACTERS)
    reply: KeptReply | None = None


class KeptConversation(BaseModel):
    """What a browser keeps: the id of a conversation in the database, or the turns themselves."""

    id: str = Field(default="", max_length=32)
    turns: tuple[KeptTurn, ...] = ()


def keep_reply(reply: Answer | Abstention) -> KeptReply:
    """Return what is kept of a reply."""
    if isinstance(reply, Abstention):
        return KeptReply(reason=reply.reason, nearest=tuple(near.document_id for near in reply.nearest))
    written = reply.mode is Mode.COMPOSE
    return KeptReply(
        mode=reply.mode,
        statements=tuple(
            KeptStatement(citations=s.citations, text=s.text if written else "") for s in reply.statements
        ),
        citations=tuple(
            KeptCitation(
                number=c.number, document_id=c.document_id, start=c.start, end=c.end, digest=digest(c.quotation)
            )
            for c in reply.citations
        ),
    )


def keep(turns: Sequence[Turn], conversation_id: str) -> str:
    """Return as JSON what the browser keeps of a conversation."""
    kept = [
        KeptTurn(question=turn.question[:MAX_QUESTION_CHARACTERS], reply=keep_reply(turn.reply) if turn.reply else None)
        for turn in turns[-MOST_TURNS:]
    ]
    conversation = KeptConversation(id=conversation_id, turns=() if conversation_id else tuple(kept))
    return conversation.model_dump_json(exclude_defaults=True)


def read_kept(kept: str) -> KeptConversation:
    """Return what a browser brought back; anything that does not fit is an empty conversation."""
    try:
        conversation = KeptConversation.model_validate_json(kept or "{}")
    except ValidationError:
        return KeptConversation()
    return conversation.model_copy(update={"turns": conversation.turns[-MOST_TURNS:]})


def read_reply(kept: str) -> KeptReply | None:
    """Return a reply from the database; None where it is empty or of another version."""
    try:
        return KeptReply.model_validate_json(kept) if kept else None
    except ValidationError:
        return None


def restore(turns: Sequence[KeptTurn], find: Find) -> Turns:
    """Return kept turns as they may be shown now."""
    return tuple(restore_turn(turn.question, turn.reply, find) for turn in turns)


def restore_turn(question: str, kept: KeptReply | None, find: Find, turn_id: int | None = None) -> Turn:
    """Return one kept turn as it may be shown now: an answer whole or not at all."""
    if kept is None:
        return Turn(question, None, turn_id)
    if kept.reason is not None:
        return Turn(question, _abstention(kept.reason, kept.nearest, find), turn_id)
    citations = {found.number: found for c in kept.citations if (found := _citation(c, find)) is not None}
    cited = {number for statement in kept.statements for number in statement.citations}
    sound = all(s.citations for s in kept.statements) and bool(kept.statements)
    if not sound or not cited <= set(citations) or len(citations) < len(kept.citations):
        return Turn(question, Abstention(Reason.NOTHING_FOUND, NO_LONGER), turn_id)
    written = kept.mode is Mode.COMPOSE
    statements = tuple(Statement(s.text if written else _words(s, citations), s.citations) for s in kept.statements)
    return Turn(question, Answer(statements, tuple(citations.values()), kept.mode), turn_id)


def digest(words: str) -> str:
    """Return a short digest that changes with the words."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _abstention(reason: Reason, nearest: Sequence[str], find: Find) -> Abstention:
    documents = [document for key in nearest if (document := find(key)) is not None]
    near = tuple(NearDocument(d.id, d.title, d.period, d.source) for d in documents)
    return Abstention(reason, TEXTS[reason], near)


def _words(statement: KeptStatement, citations: dict[int, Citation]) -> str:
    return " ".join(" ".join(citations[number].quotation.split()) for number in statement.citations)


def _citation(kept: KeptCitation, find: Find) -> Citation | None:
    document = find(kept.document_id)
    if document is None or digest(document.text[kept.start : kept.end]) != kept.digest:
        return None
    quotation = document.text[kept.start : kept.end]
    section = section_at(document, kept.start)
    page = document.page_at(kept.start)
    sentence = Sentence(kept.start, kept.end, quotation)
    name = section.name if section else ""
    number = page.number if page else None
    passage = Passage("", document.id, document.title, name, number, kept.start, kept.end, (sentence,))
    return Citation(
        number=kept.number,
        document_id=document.id,
        title=document.title,
        period=document.period,
        section=name,
        page=page.label if page else None,
        start=kept.start,
        end=kept.end,
        quotation=quotation,
        source=document.source,
        score=0.0,
        passage=passage,
    )


def section_at(document: Document, offset: int) -> Section | None:
    """Return the section that holds the character at `offset`."""
    return next((section for section in document.sections if section.start <= offset < section.end), None)
