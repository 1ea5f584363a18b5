"""The purge: what is older than its retention period is deleted, and what was deleted is reported and recorded."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

from assistant.settings import Settings
from corpus.errors import AssistantError
from ui.records.audit import Action, AuditLog
from ui.records.conversations import Conversations
from ui.records.database import Database
from ui.records.feedback import FeedbackStore
from ui.records.people import People
from ui.records.personal import PersonalData
from ui.records.questions import Questions
from ui.records.sessions import Sessions

PURGE_HOURS = 24
"""How often a running server purges; periods are in days."""

_log = logging.getLogger("ihub.retention")


def purge(settings: Settings, database: Database, audit: AuditLog, now: datetime | None = None) -> dict[str, int]:
    """Delete what is too old and return how many records of each kind that were.

    Raises:
        RecordsUnavailable: the database fails.
    """
    now = now or datetime.now(UTC)

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    personal = PersonalData(database, audit)
    people = People(database).unseen_since(before(settings.keep_people_days))
    for person_id in people:
        personal.forget(person_id)
    deleted = {
        "sessions": Sessions(database, settings.session_hours).forget_expired(),
        "conversations": Conversations(database).forget(before(settings.keep_conversations_days)),
        "questions": Questions(database).forget(before(settings.keep_questions_days)),
        "feedback": FeedbackStore(database).forget(before(settings.keep_questions_days)),
        "people": len(people),
        "audit": audit.shorten(before(settings.keep_audit_days)),
    }
    if any(deleted.values()):
        audit.record(Action.PURGED, actor="retention", details=deleted)
    return deleted


class Purger:
    """Purges now and then every day, in a thread of its own, until it is stopped."""

    def __init__(self, settings: Settings, database: Database, audit: AuditLog) -> None:
        self._settings, self._database, self._audit = settings, database, audit
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="purge", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, after the purge that is going on."""
        self._stopped.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                deleted = purge(self._settings, self._database, self._audit)
                _log.info("purged", extra={"deleted": deleted})
            except AssistantError as error:
                _log.error("the purge failed: %s", error)
            self._stopped.wait(PURGE_HOURS * 3600)
