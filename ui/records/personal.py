"""Everything that is kept about one person: to be handed to them, and to be deleted."""

from __future__ import annotations

import json
from typing import Any

from ui.records.audit import AuditLog
from ui.records.conversations import Conversations
from ui.records.database import Database
from ui.records.people import Known, People
from ui.records.sessions import Sessions


class PersonalData:
    """Hands out and deletes; every method raises RecordsUnavailable when the database fails.

    Questions are a person's own; of replies only their kind is told, since the documents behind them are not theirs and
    may be closed to them by now.
    """

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._people = People(database)
        self._sessions = Sessions(database, hours=1)
        self._conversations = Conversations(database)
        self._audit = audit

    def export(self, known: Known) -> dict[str, Any]:
        """Return everything about a person as plain values for JSON; times in UTC."""
        person_id = str(known.person.id)
        return {
            "person": _person(known),
            "sessions": [
                {"started": begun.started.isoformat(), "expires": begun.expires.isoformat()}
                for begun in self._sessions.of(person_id)
            ],
            "conversations": [
                {
                    "id": summary.id,
                    "title": summary.title,
                    "changed": summary.changed.isoformat(),
                    "turns": [
                        {"question": turn.question, "reply": _outcome(turn.reply)}
                        for turn in self._conversations.turns(person_id, summary.id) or ()
                    ],
                }
                for summary in self._conversations.list(person_id)
            ],
            "audit": [
                {"at": entry.at, "action": str(entry.action), "acted": entry.actor == person_id}
                for entry in self._audit.about(person_id)
            ],
        }

    def forget(self, person_id: str) -> dict[str, int]:
        """Delete everything about a person and return how much that was.

        Entries of the audit log stay: they name a random id, which leads to nobody once this is done.
        """
        return {
            "sessions": self._sessions.end_all(person_id),
            "conversations": self._conversations.delete_all(person_id),
            "people": int(self._people.remove(person_id)),
        }


def _person(known: Known) -> dict[str, Any]:
    return {
        "id": str(known.person.id),
        "name": known.person.name,
        "signs_in_by": str(known.provider),
        "known_there_as": known.subject,
        "audience": str(known.person.audience),
        "role": str(known.person.role),
        "created": known.created.isoformat(),
        "last_seen": known.seen.isoformat(),
        "switched_off": known.disabled,
    }


def _outcome(reply: str) -> str:
    """Return what became of a question: "answered", the reason why not, or "none" where no reply was kept."""
    kept: Any = json.loads(reply) if reply else None
    return str(kept.get("reason") or "answered") if isinstance(kept, dict) else "none"
