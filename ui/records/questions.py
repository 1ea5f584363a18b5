"""Questions that were asked and what became of them, without anything about who asked, for the content owner."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Date, String, Text, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from assistant.answer import Answer, Response
from corpus.document import Audience
from ui.records.database import Database, Record
from ui.records.mask import masked

MOST_READ = 5_000
"""Questions that are read for one report, the latest ones; clustering them takes seconds."""

ANSWERED = "answered"


class QuestionRecord(Record):
    """One question on one day; the day alone, so that it cannot be matched with anybody's visit."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    question: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(40), index=True)
    cited: Mapped[str] = mapped_column(Text)
    dropped: Mapped[str] = mapped_column(Text)


class DocumentAddedRecord(Record):
    """A question that a content owner marked as answered by a new document, and how it went since.

    `audience` is whose documents it was asked of: what answers it may be closed to other content owners.
    """

    __tablename__ = "questions_asked_again"

    question: Mapped[str] = mapped_column(String(2_000), primary_key=True)
    audience: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    outcome: Mapped[str] = mapped_column(String(40))


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: `outcome` is "answered" or the reason why not; `cited` are ids of documents."""

    day: date
    question: str
    audience: Audience
    outcome: str
    cited: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Say whether there was an answer."""
        return self.outcome == ANSWERED


class Questions:
    """Keeps questions; every method raises RecordsUnavailable when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, response: Response, audience: Audience) -> None:
        """Keep the question as it was understood, what became of it, and nothing else."""
        reply = response.reply
        cited, outcome = [], ANSWERED
        if isinstance(reply, Answer):
            cited = sorted({citation.document_id for citation in reply.citations})
        else:
            outcome = str(reply.reason)
        dropped = [str(item.text) for item in getattr(response, "dropped", ())]
        with self._database.session() as session:
            session.add(
                QuestionRecord(
                    day=datetime.now(UTC).date(),
                    question=masked(response.standalone_question)[:2_000],
                    audience=audience,
                    outcome=outcome,
                    cited=json.dumps(cited),
                    dropped=json.dumps(dropped, ensure_ascii=False),
                )
            )

    def latest(self, limit: int = MOST_READ) -> tuple[Asked, ...]:
        """Return the latest questions, latest first."""
        with self._database.session() as session:
            rows = session.scalars(select(QuestionRecord).order_by(QuestionRecord.id.desc()).limit(limit))
            return tuple(
                Asked(
                    row.day,
                    row.question,
                    Audience(row.audience),
                    row.outcome,
                    tuple(json.loads(row.cited)),
                    tuple(json.loads(row.dropped)),
                )
                for row in rows
            )

    def settle(self, outcomes: Iterable[tuple[str, str]], audience: Audience) -> None:
        """Mark questions as seen to, each with the outcome of asking it again of the documents of `audience`."""
        today = datetime.now(UTC).date()
        with self._database.session() as session:
            for question, outcome in outcomes:
                row = {"question": question[:2_000], "audience": str(audience), "day": today, "outcome": outcome}
                session.merge(DocumentAddedRecord(**row))

    def settled(self, audience: Audience) -> dict[str, tuple[date, str]]:
        """Return the questions that somebody of `audience` marked, each with the day and the outcome of then."""
        query = select(DocumentAddedRecord).where(DocumentAddedRecord.audience == audience)
        with self._database.session() as session:
            return {row.question: (row.day, row.outcome) for row in session.scalars(query)}

    def forget(self, before: datetime) -> int:
        """Delete the questions from before a moment (UTC) and return how many there were."""
        with self._database.session() as session:
            old = QuestionRecord.day < before.date()
            number = session.scalar(select(func.count()).select_from(QuestionRecord).where(old)) or 0
            session.execute(delete(QuestionRecord).where(old))
            session.execute(delete(DocumentAddedRecord).where(DocumentAddedRecord.day < before.date()))
            return number
