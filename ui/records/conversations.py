"""Conversations of people who are signed in: questions, and where the replies stand in the documents.

A reply is kept as `ui.kept` writes it, by document and offsets; what may be shown is decided anew at each display.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ForeignKey, String, Text, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from ui.records.database import Database, Record

MAX_TITLE_CHARACTERS = 120
MOST_LISTED = 200
"""Conversations listed at once; older ones are found by searching."""


class ConversationRecord(Record):
    """One conversation of one person."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(255), index=True)
    title: Mapped[str] = mapped_column(String(MAX_TITLE_CHARACTERS))
    changed: Mapped[datetime] = mapped_column(index=True)
    turns: Mapped[list[TurnRecord]] = relationship(cascade="all, delete-orphan", order_by="TurnRecord.id")


class TurnRecord(Record):
    """One question and its reply, which is empty while the answer is being found."""

    __tablename__ = "turns"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(Text)
    reply: Mapped[str] = mapped_column(Text, default="")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question was kept."""

    conversation_id: str
    turn_id: int


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """One kept question and its reply as `ui.kept` wrote it; empty while the answer is being found."""

    id: int
    question: str
    reply: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation as it is listed; `changed` is in UTC."""

    id: str
    title: str
    changed: datetime
    questions: int


class Conversations:
    """Keeps the conversations of each person apart; every method raises RecordsUnavailable when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, person_id: str, conversation_id: str, question: str) -> Place:
        """Keep a question at the end of a conversation, or of a new one where there is none of that id."""
        with self._database.session() as session:
            conversation = _owned(session, person_id, conversation_id)
            if conversation is None:
                title = " ".join(question.split())[:MAX_TITLE_CHARACTERS]
                conversation = ConversationRecord(id=uuid.uuid4().hex, person_id=person_id, title=title, turns=[])
                session.add(conversation)
            conversation.changed = _now()
            turn = TurnRecord(question=question, reply="")
            conversation.turns.append(turn)
            session.flush()
            return Place(conversation.id, turn.id)

    def reply(self, person_id: str, turn_id: int, reply: str) -> None:
        """Keep the reply to a question; nothing happens where the question was deleted meanwhile."""
        with self._database.session() as session:
            turn = session.get(TurnRecord, turn_id)
            if turn is not None and _owned(session, person_id, turn.conversation_id) is not None:
                turn.reply = reply

    def take_back(self, person_id: str, turn_id: int) -> None:
        """Remove a question, and its conversation where it was the only one."""
        with self._database.session() as session:
            turn = session.get(TurnRecord, turn_id)
            conversation = _owned(session, person_id, turn.conversation_id) if turn is not None else None
            if turn is None or conversation is None:
                return
            conversation.turns.remove(turn)
            if not conversation.turns:
                session.delete(conversation)

    def list(self, person_id: str, search: str = "") -> tuple[Summary, ...]:
        """Return a person's conversations, latest first; with `search`, those whose title or questions hold it."""
        counted = select(TurnRecord.conversation_id, func.count().label("questions"))
        counts = counted.group_by(TurnRecord.conversation_id).subquery()
        query = (
            select(ConversationRecord, counts.c.questions)
            .join(counts, counts.c.conversation_id == ConversationRecord.id)
            .where(ConversationRecord.person_id == person_id)
            .order_by(ConversationRecord.changed.desc())
            .limit(MOST_LISTED)
        )
        if search.strip():
            held = select(TurnRecord.conversation_id).where(
                TurnRecord.question.icontains(search.strip(), autoescape=True)
            )
            named = ConversationRecord.title.icontains(search.strip(), autoescape=True)
            query = query.where(or_(named, ConversationRecord.id.in_(held)))
        with self._database.session() as session:
            return tuple(Summary(c.id, c.title, c.changed, number) for c, number in session.execute(query))

    def turns(self, person_id: str, conversation_id: str) -> tuple[StoredTurn, ...] | None:
        """Return the questions of a conversation, oldest first; None where it is unknown or another person's."""
        with self._database.session() as session:
            found = _owned(session, person_id, conversation_id)
            return tuple(StoredTurn(t.id, t.question, t.reply) for t in found.turns) if found else None

    def title(self, person_id: str, conversation_id: str) -> str | None:
        """Return the title of a conversation; None where it is unknown or another person's."""
        with self._database.session() as session:
            found = _owned(session, person_id, conversation_id)
            return found.title if found else None

    def rename(self, person_id: str, conversation_id: str, title: str) -> bool:
        """Give a conversation another title, cut to `MAX_TITLE_CHARACTERS`; an empty one changes nothing."""
        name = " ".join(title.split())[:MAX_TITLE_CHARACTERS]
        with self._database.session() as session:
            found = _owned(session, person_id, conversation_id)
            if found is None or not name:
                return False
            found.title = name
            return True

    def delete(self, person_id: str, conversation_id: str) -> bool:
        """Delete a conversation for good."""
        with self._database.session() as session:
            found = _owned(session, person_id, conversation_id)
            if found is not None:
                session.delete(found)
            return found is not None

    def delete_all(self, person_id: str) -> int:
        """Delete everything kept for a person and return how many conversations that were."""
        with self._database.session() as session:
            found = session.scalars(select(ConversationRecord).where(ConversationRecord.person_id == person_id)).all()
            for conversation in found:
                session.delete(conversation)
            return len(found)

    def forget(self, before: datetime) -> int:
        """Delete conversations that nobody asked anything in since `before` (UTC); return how many."""
        old = select(ConversationRecord.id).where(ConversationRecord.changed < before.replace(tzinfo=None))
        with self._database.session() as session:
            keys = session.scalars(old).all()
            session.execute(delete(TurnRecord).where(TurnRecord.conversation_id.in_(keys)))
            session.execute(delete(ConversationRecord).where(ConversationRecord.id.in_(keys)))
            return len(keys)


def _owned(session: Session, person_id: str, conversation_id: str) -> ConversationRecord | None:
    found = session.get(ConversationRecord, conversation_id) if conversation_id else None
    return found if found is not None and found.person_id == person_id else None


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
