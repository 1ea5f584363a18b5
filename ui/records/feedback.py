"""Feedback on replies, and questions that people told the team about; nothing says who it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import String, Text, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from ui.records.database import Database, Record

MAX_COMMENT_CHARACTERS = 2_000


class Verdict(StrEnum):
    """What somebody said of a reply."""

    HELPFUL = "helpful"
    NOT_HELPFUL = "not_helpful"
    TELL_TEAM = "tell_team"


class FeedbackRecord(Record):
    """One remark on one reply."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(index=True)
    verdict: Mapped[str] = mapped_column(String(20), index=True)
    audience: Mapped[str] = mapped_column(String(20))
    question: Mapped[str] = mapped_column(Text)
    reply: Mapped[str] = mapped_column(Text)
    reasons: Mapped[str] = mapped_column(String(200))
    comment: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Feedback:
    """A remark: `reply` is what was answered as `ui.kept` writes it; `reasons` are names from a fixed list."""

    verdict: Verdict
    question: str
    reply: str
    audience: str
    reasons: tuple[str, ...] = ()
    comment: str = ""
    at: datetime | None = None


class FeedbackStore:
    """Keeps feedback for the content owner; every method raises RecordsUnavailable when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, feedback: Feedback) -> None:
        """Keep one remark, with the time it came; a comment is cut to `MAX_COMMENT_CHARACTERS`."""
        with self._database.session() as session:
            session.add(
                FeedbackRecord(
                    at=datetime.now(UTC).replace(tzinfo=None),
                    verdict=feedback.verdict,
                    audience=feedback.audience,
                    question=feedback.question,
                    reply=feedback.reply,
                    reasons=",".join(feedback.reasons),
                    comment=feedback.comment.strip()[:MAX_COMMENT_CHARACTERS],
                )
            )

    def latest(self, verdicts: Sequence[Verdict] = tuple(Verdict), limit: int = 500) -> tuple[Feedback, ...]:
        """Return the latest remarks of these kinds, latest first; `at` is in UTC."""
        query = select(FeedbackRecord).where(FeedbackRecord.verdict.in_(verdicts))
        with self._database.session() as session:
            found = session.scalars(query.order_by(FeedbackRecord.id.desc()).limit(limit)).all()
            return tuple(
                Feedback(
                    verdict=Verdict(row.verdict),
                    question=row.question,
                    reply=row.reply,
                    audience=row.audience,
                    reasons=tuple(filter(None, row.reasons.split(","))),
                    comment=row.comment,
                    at=row.at,
                )
                for row in found
            )

    def forget(self, before: datetime) -> int:
        """Delete what came before a moment (UTC) and return how many remarks that were."""
        with self._database.session() as session:
            keys = session.scalars(select(FeedbackRecord.id).where(FeedbackRecord.at < before.replace(tzinfo=None)))
            old = keys.all()
            session.execute(delete(FeedbackRecord).where(FeedbackRecord.id.in_(old)))
            return len(old)
