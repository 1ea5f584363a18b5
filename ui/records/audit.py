"""The audit log: who did what and when, each entry sealed by the hash of itself and of the one before.

An entry that is changed, moved or taken out breaks the chain; one that is cut off at the end is missed by the mark that
is kept beside the database. Entries name people by their random ids, which mean nothing once a person is forgotten.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from ui.records.database import Database, Record, RecordsUnavailable

BEGINNING = "0" * 64
"""What the first entry of all follows."""

MARK_FILE = "audit-mark.json"

_TRIES = 20
"""How often an entry is tried again while other processes write theirs; one write takes a few milliseconds."""


class Action(StrEnum):
    """What is recorded."""

    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    PERSON_ADDED = "person_added"
    PERSON_CHANGED = "person_changed"
    PERSON_EXPORTED = "person_exported"
    PERSON_FORGOTTEN = "person_forgotten"
    DOCUMENT_ADDED = "document_added"
    DOCUMENT_CHANGED = "document_changed"
    DOCUMENT_REMOVED = "document_removed"
    AUDIENCE_CHANGED = "audience_changed"
    EXPORTED = "exported"
    PURGED = "purged"
    AUDIT_SHORTENED = "audit_shortened"


class AuditRecord(Record):
    """One entry; `number` counts from 1 without gaps."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(64), index=True)
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(300))
    details: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class Event:
    """Something to be recorded; details must not hold questions or anything of a document's text."""

    action: Action
    actor: str = ""
    subject: str = ""
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `actor` is a person's id, "command line" or empty; `subject` a person's or document's id."""

    number: int
    at: str
    actor: str
    action: Action
    subject: str
    details: str
    previous: str
    seal: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking the log found: how many entries there are, and what is wrong, empty where all is well."""

    entries: int
    seal: str
    problems: tuple[str, ...]


class AuditLog:
    """Appends and checks; every method raises RecordsUnavailable when the database fails."""

    def __init__(self, database: Database, home: Path) -> None:
        self._database = database
        self._mark = home / MARK_FILE
        self._lock = threading.Lock()

    def record(
        self, action: Action, *, actor: str = "", subject: str = "", details: Mapping[str, object] | None = None
    ) -> None:
        """Append one entry."""
        self.record_all([Event(action, actor, subject, details or {})])

    def record_all(self, events: Sequence[Event]) -> None:
        """Append one entry for each event, all of them or none."""
        if not events:
            return
        with self._lock:
            for attempt in range(_TRIES):
                try:
                    last = self._append(events)
                    break
                except RecordsUnavailable:
                    if attempt == _TRIES - 1:
                        raise
            self._set_mark(*last)

    def entries(self, limit: int | None = None) -> tuple[Entry, ...]:
        """Return the entries, oldest first; with `limit`, the latest ones."""
        query = select(AuditRecord).order_by(AuditRecord.number.desc()).limit(limit)
        with self._database.session() as session:
            return tuple(reversed([_entry(row) for row in session.scalars(query)]))

    def about(self, person_id: str) -> tuple[Entry, ...]:
        """Return the entries in which a person acts or is acted on, oldest first."""
        query = select(AuditRecord).where((AuditRecord.actor == person_id) | (AuditRecord.subject == person_id))
        with self._database.session() as session:
            return tuple(_entry(row) for row in session.scalars(query.order_by(AuditRecord.number)))

    def verify(self) -> Verified:
        """Check every entry against its seal and against the one before, and the last one against the mark."""
        entries = self.entries()
        problems = [*_broken(entries), *self._cut_off(entries)]
        return Verified(len(entries), entries[-1].seal if entries else BEGINNING, tuple(problems))

    def shorten(self, before: datetime) -> int:
        """Take out the entries from before a moment (UTC), record that, and return how many there were."""
        moment = before.astimezone(UTC).isoformat(timespec="microseconds")
        old = [entry for entry in self.entries() if entry.at < moment]
        if not old:
            return 0
        last = old[-1]
        told = {"entries": len(old), "upto": last.number, "seal": last.seal}
        self.record(Action.AUDIT_SHORTENED, actor="retention", details=told)
        with self._database.session() as session:
            session.execute(delete(AuditRecord).where(AuditRecord.number <= last.number))
        return len(old)

    def _append(self, events: Sequence[Event]) -> tuple[int, str]:
        with self._database.session() as session:
            last = _last(session)
            number, previous = (last.number, last.seal) if last else (0, BEGINNING)
            for event in events:
                number += 1
                at = datetime.now(UTC).isoformat(timespec="microseconds")
                details = json.dumps(event.details, ensure_ascii=False, sort_keys=True)
                values = (number, at, event.actor, str(event.action), event.subject[:300], details, previous)
                previous = seal_of(values)
                session.add(AuditRecord(**dict(zip(_SEALED, values, strict=True)), seal=previous))
            return number, previous

    def _set_mark(self, number: int, seal: str) -> None:
        try:
            self._mark.parent.mkdir(parents=True, exist_ok=True)
            pending = self._mark.with_suffix(f".{threading.get_ident()}.new")
            pending.write_text(json.dumps({"number": number, "seal": seal}), "utf-8")
            pending.replace(self._mark)
        except OSError as error:
            raise RecordsUnavailable(f"{self._mark.name}: {error.strerror}") from error

    def _cut_off(self, entries: tuple[Entry, ...]) -> Iterator[str]:
        try:
            mark = json.loads(self._mark.read_text("utf-8"))
        except (OSError, ValueError):
            if entries:
                yield f"the mark {MARK_FILE} in the home folder is missing, so the end of the log cannot be checked"
            return
        seals = {entry.number: entry.seal for entry in entries}
        if seals.get(mark.get("number")) != mark.get("seal"):
            yield f"entry {mark.get('number')}, the last one that was written, is missing or another one"


_SEALED = ("number", "at", "actor", "action", "subject", "details", "previous")


def seal_of(values: tuple[object, ...]) -> str:
    """Return the seal of an entry from its values, in the order of its columns."""
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()


def _broken(entries: tuple[Entry, ...]) -> Iterator[str]:
    """Yield what is wrong within the chain; a shortened log may begin where its own entry says."""
    shortened = {json.loads(entry.details).get("seal") for entry in entries if entry.action is Action.AUDIT_SHORTENED}
    expected = (1, BEGINNING)
    for position, entry in enumerate(entries):
        values = tuple(getattr(entry, name) for name in _SEALED)
        if seal_of((*values[:3], str(entry.action), *values[4:])) != entry.seal:
            yield f"entry {entry.number} was changed"
        if position == 0 and entry.previous in shortened:
            expected = (entry.number, entry.previous)
        if (entry.number, entry.previous) != expected:
            yield f"entry {entry.number} does not follow the one before it"
        expected = (entry.number + 1, entry.seal)


def _last(session: Session) -> AuditRecord | None:
    return session.scalars(select(AuditRecord).order_by(AuditRecord.number.desc()).limit(1)).first()


def _entry(row: AuditRecord) -> Entry:
    return Entry(row.number, row.at, row.actor, Action(row.action), row.subject, row.details, row.previous, row.seal)
