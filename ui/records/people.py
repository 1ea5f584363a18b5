"""People who sign in: what they may read and do, and for accounts the hash of their password."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from corpus.document import Audience
from corpus.errors import AssistantError
from ui.person import Person, Role
from ui.records.database import Database, Record

MAX_NAME_CHARACTERS = 120


class Provider(StrEnum):
    """Who vouches for a person: this installation, an OpenID Connect provider, or a reverse proxy."""

    ACCOUNT = "account"
    OPENID = "openid"
    PROXY = "proxy"


class PersonRecord(Record):
    """One person; `id` is random and says nothing of them, so that the audit log can outlive this row."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("provider", "subject"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(MAX_NAME_CHARACTERS))
    password: Mapped[str] = mapped_column(String(255), default="")
    audience: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(20))
    created: Mapped[datetime] = mapped_column()
    seen: Mapped[datetime] = mapped_column(index=True)


class DisabledRecord(Record):
    """Somebody who is switched off; a table of its own, so that databases made before it need no change."""

    __tablename__ = "people_disabled"

    person_id: Mapped[str] = mapped_column(String(32), ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime] = mapped_column()


@dataclass(frozen=True, slots=True)
class Known:
    """A person as the administrator sees them; times in UTC. Who is `disabled` cannot sign in."""

    person: Person
    provider: Provider
    subject: str
    created: datetime
    seen: datetime
    disabled: bool = False


class PersonUnknown(AssistantError):
    """There is nobody of that name."""

    def __str__(self) -> str:
        return f"There is nobody called {self.args[0]}; `ihub users list` shows everybody."


class PersonExists(AssistantError):
    """The name of a new account is taken."""

    def __str__(self) -> str:
        return f"There is an account called {self.args[0]} already; `ihub users set` changes it."


class NameUnusable(AssistantError):
    """The name of a new account cannot be used."""

    def __str__(self) -> str:
        return f"A name has 1 to {MAX_NAME_CHARACTERS} characters, without spaces at its ends or control characters."


class People:
    """Keeps people; every method raises RecordsUnavailable when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_account(self, name: str, password_hash: str, audience: Audience, role: Role) -> Person:
        """Add an account that signs in with a password.

        Raises:
            NameUnusable, PersonExists: the name is empty, too long or taken.
        """
        if not name.isprintable() or name != name.strip() or not 1 <= len(name) <= MAX_NAME_CHARACTERS:
            raise NameUnusable(name)
        with self._database.session() as session:
            if _find(session, Provider.ACCOUNT, name) is not None:
                raise PersonExists(name)
            row = _new(Provider.ACCOUNT, name, name)
            row.password, row.audience, row.role = password_hash, audience, role
            session.add(row)
            return _person(row)

    def arrive(self, provider: Provider, subject: str, name: str, audience: Audience, role: Role) -> Person | None:
        """Return the person whom somebody else vouches for, added or brought up to date; None if they are disabled."""
        with self._database.session() as session:
            row = _find(session, provider, subject)
            if row is None:
                row = _new(provider, subject, name)
                session.add(row)
            now = _now()
            values = {"name": name[:MAX_NAME_CHARACTERS], "audience": str(audience), "role": str(role)}
            if any(getattr(row, key, None) != value for key, value in values.items()) or row.seen.date() != now.date():
                row.seen = now
                for key, value in values.items():
                    setattr(row, key, value)
            return None if _disabled(session, row) else _person(row)

    def account(self, name: str) -> tuple[Person, str] | None:
        """Return an account and the hash of its password; None where there is none, or it is disabled."""
        with self._database.session() as session:
            row = _find(session, Provider.ACCOUNT, name)
            return None if row is None or _disabled(session, row) else (_person(row), row.password)

    def person(self, person_id: str, provider: Provider) -> Person | None:
        """Return a person as of now; None where nobody of that id came by that way, or they are disabled."""
        with self._database.session() as session:
            row = session.get(PersonRecord, person_id)
            return None if row is None or row.provider != provider or _disabled(session, row) else _person(row)

    def named(self, name: str) -> Known:
        """Return the person with this account name, or with this subject elsewhere, or with this id.

        Raises:
            PersonUnknown: there is none.
        """
        with self._database.session() as session:
            row = _find(session, Provider.ACCOUNT, name) or session.get(PersonRecord, name)
            row = row or session.scalars(select(PersonRecord).where(PersonRecord.subject == name)).first()
            if row is None:
                raise PersonUnknown(name)
            return _known(row, disabled=_disabled(session, row))

    def everybody(self) -> tuple[Known, ...]:
        """Return all people by name."""
        with self._database.session() as session:
            off = frozenset(session.scalars(select(DisabledRecord.person_id)))
            rows = session.scalars(select(PersonRecord).order_by(PersonRecord.name))
            return tuple(_known(row, disabled=row.id in off) for row in rows)

    def change(self, person_id: str, values: Mapping[str, str]) -> None:
        """Set `audience`, `role` or `password` of a person."""
        with self._database.session() as session:
            row = session.get(PersonRecord, person_id)
            if row is None:
                raise PersonUnknown(person_id)
            for name, value in values.items():
                setattr(row, name, value)

    def disable(self, person_id: str, *, disabled: bool = True) -> None:
        """Switch a person off, or on again; raises as `change` does."""
        with self._database.session() as session:
            row = session.get(PersonRecord, person_id)
            if row is None:
                raise PersonUnknown(person_id)
            off = session.get(DisabledRecord, person_id)
            if disabled and off is None:
                session.add(DisabledRecord(person_id=person_id, since=_now()))
            elif not disabled and off is not None:
                session.delete(off)

    def visited(self, person_id: str) -> None:
        """Remember that somebody signed in now."""
        with self._database.session() as session:
            row = session.get(PersonRecord, person_id)
            if row is not None:
                row.seen = _now()

    def remove(self, person_id: str) -> bool:
        """Remove a person and say whether there was one."""
        with self._database.session() as session:
            row = session.get(PersonRecord, person_id)
            if row is not None:
                off = session.get(DisabledRecord, person_id)
                if off is not None:
                    session.delete(off)
                    session.flush()
                session.delete(row)
            return row is not None

    def unseen_since(self, moment: datetime) -> tuple[str, ...]:
        """Return the ids of people who sign in elsewhere and were last seen before a moment (UTC)."""
        query = select(PersonRecord.id).where(
            PersonRecord.provider != Provider.ACCOUNT, PersonRecord.seen < moment.replace(tzinfo=None)
        )
        with self._database.session() as session:
            return tuple(session.scalars(query))


def _find(session: Session, provider: Provider, subject: str) -> PersonRecord | None:
    query = select(PersonRecord).where(PersonRecord.provider == provider, PersonRecord.subject == subject)
    return session.scalars(query).first()


def _new(provider: Provider, subject: str, name: str) -> PersonRecord:
    now = _now()
    key = uuid.uuid4().hex
    return PersonRecord(
        id=key, provider=provider, subject=subject, name=name[:MAX_NAME_CHARACTERS], created=now, seen=now
    )


def _person(row: PersonRecord) -> Person:
    return Person(row.id, row.name, Audience(row.audience), Role(row.role))


def _known(row: PersonRecord, *, disabled: bool) -> Known:
    return Known(_person(row), Provider(row.provider), row.subject, row.created, row.seen, disabled)


def _disabled(session: Session, row: PersonRecord) -> bool:
    return session.get(DisabledRecord, row.id) is not None


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
