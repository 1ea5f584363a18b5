"""Sessions of people who signed in. Only a digest of the token is kept, so that the database opens no door."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from ui.records.database import Database, Record

TOKEN_BYTES = 32
"""Randomness of a token; 256 bits cannot be guessed."""


class SessionRecord(Record):
    """One session of one person, in one browser."""

    __tablename__ = "web_sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    started: Mapped[datetime] = mapped_column()
    expires: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Begun:
    """A session as its person may see it; times in UTC."""

    started: datetime
    expires: datetime


class Sessions:
    """Keeps sessions; every method raises RecordsUnavailable when the database fails."""

    def __init__(self, database: Database, hours: int) -> None:
        self._database = database
        self._length = timedelta(hours=hours)

    def begin(self, person_id: str) -> str:
        """Begin a session and return its token, which is kept nowhere else."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = _now()
        with self._database.session() as session:
            session.execute(delete(SessionRecord).where(SessionRecord.expires < now))
            row = SessionRecord(digest=_digest(token), person_id=person_id, started=now, expires=now + self._length)
            session.add(row)
        return token

    def person_id(self, token: str) -> str | None:
        """Return whose session this is; None where it is unknown, ended or expired."""
        with self._database.session() as session:
            row = session.get(SessionRecord, _digest(token))
            return row.person_id if row is not None and row.expires > _now() else None

    def end(self, token: str) -> None:
        """End one session."""
        with self._database.session() as session:
            session.execute(delete(SessionRecord).where(SessionRecord.digest == _digest(token)))

    def end_all(self, person_id: str) -> int:
        """End every session of a person, in every browser, and return how many there were."""
        with self._database.session() as session:
            of_person = SessionRecord.person_id == person_id
            number = len(session.scalars(select(SessionRecord.digest).where(of_person)).all())
            session.execute(delete(SessionRecord).where(of_person))
            return number

    def of(self, person_id: str) -> tuple[Begun, ...]:
        """Return the sessions of a person, oldest first."""
        query = select(SessionRecord).where(SessionRecord.person_id == person_id).order_by(SessionRecord.started)
        with self._database.session() as session:
            return tuple(Begun(row.started, row.expires) for row in session.scalars(query))

    def forget_expired(self) -> int:
        """Delete sessions that have expired and return how many there were."""
        now = _now()
        with self._database.session() as session:
            number = len(session.scalars(select(SessionRecord.digest).where(SessionRecord.expires < now)).all())
            session.execute(delete(SessionRecord).where(SessionRecord.expires < now))
            return number


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
