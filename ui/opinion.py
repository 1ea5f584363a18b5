"""What people say of a reply, taken down for the content owner without their name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ui.actions import REASONS, THANKS
from ui.conversation import Turn
from ui.kept import keep_reply
from ui.person import Person
from ui.records.database import Database, RecordsUnavailable
from ui.records.feedback import MAX_COMMENT_CHARACTERS, Feedback, FeedbackStore, Verdict
from ui.records.mask import masked

NOT_TAKEN = "Sorry, what you said could not be kept just now. Please try again later."


class Opinions:
    """Takes opinions down in the database."""

    def __init__(self, database: Database | None) -> None:
        self._store = FeedbackStore(database) if database else None

    def record(self, person: Person, turn: Turn, said: Mapping[str, object]) -> Turn | None:
        """Take down what a browser sent about a turn; None where it is no opinion or was given before.

        Raises:
            RecordsUnavailable: it could not be kept, or there is no database.
        """
        action, comment, reasons = said.get("action"), said.get("comment"), said.get("reasons")
        if action not in tuple(Verdict) or turn.reply is None or turn.verdict is not None:
            return None
        feedback = Feedback(
            verdict=Verdict(str(action)),
            question=masked(turn.question),
            reply=keep_reply(turn.reply).model_dump_json(exclude_defaults=True),
            audience=person.audience,
            reasons=tuple(name for name in REASONS if isinstance(reasons, list) and name in reasons),
            comment=masked(comment[:MAX_COMMENT_CHARACTERS]) if isinstance(comment, str) else "",
        )
        if self._store is None:
            raise RecordsUnavailable("no database")
        self._store.record(feedback)
        return replace(turn, verdict=feedback.verdict)

    def thanks(self, turn: Turn) -> str:
        """Return the sentence that thanks for an opinion."""
        return THANKS[turn.verdict] if turn.verdict else ""
