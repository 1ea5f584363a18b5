"""The turnstile before every answer: limits, the waiting room, and the record of what was asked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from starlette.requests import Request

from assistant.access_settings import AccessSettings
from assistant.answer import Response
from ui.access.limits import Limits, who
from ui.access.waiting import WaitingRoom
from ui.person import Person
from ui.records.database import RecordsUnavailable
from ui.records.questions import Questions

LOOK_AGAIN_SECONDS = 1.0
"""How often somebody who waits is told for how long."""

Event = TypeVar("Event")

_log = logging.getLogger("ihub.access")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that waits for its turn, and the sentence that says for how long."""

    text: str


@dataclass(frozen=True, slots=True)
class Turnstile:
    """Lets questions through, in order and no more than may be."""

    limits: Limits
    waiting: WaitingRoom
    questions: Questions | None = None

    @classmethod
    def open(cls, settings: AccessSettings, questions: Questions | None = None) -> Turnstile:
        """Make it as the settings say; without `questions` nothing is recorded."""
        return cls(Limits(settings), WaitingRoom(settings), questions)

    def through(
        self, person: Person, request: Request | None, answer: Callable[[], Iterator[Event]]
    ) -> Iterator[Event | Waiting]:
        """Yield `Waiting` until it is this question's turn, then what `answer` yields.

        Raises:
            TooMany, WaitingRoomFull, AlreadyAsking: the question is not let in; each says why.
        """
        if request is not None:
            self.limits.question(person, request)
        with self.waiting.enter(who(person, request) if request is not None else "") as ticket:
            while not ticket.wait(LOOK_AGAIN_SECONDS):
                yield Waiting(ticket.notice())
            yield from answer()

    def note(self, response: Response, person: Person) -> None:
        """Keep the question for the insights; an answer is never lost because that failed."""
        if self.questions is None:
            return
        try:
            self.questions.record(response, person.audience)
        except RecordsUnavailable:
            _log.exception("a question could not be recorded")
