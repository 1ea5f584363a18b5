"""What the verbs about people and records start with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.settings import Settings
    from ui.records.audit import AuditLog
    from ui.records.database import Database

COMMAND_LINE = "command line"
"""Who acts in the audit log, where somebody uses these verbs."""


def open_records(settings: Settings) -> tuple[Database, AuditLog]:
    """Return the database of records with all its tables, and the audit log.

    Raises:
        RecordsUnavailable: the database cannot be opened.
    """
    from ui.records import conversations, feedback, people, questions, sessions  # noqa: F401
    from ui.records.audit import AuditLog
    from ui.records.database import Database

    database = Database.open(settings.records, settings.home)
    return database, AuditLog(database, settings.home)
