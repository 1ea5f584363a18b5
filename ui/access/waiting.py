"""The waiting room: a few questions are answered at once, a bounded number waits and is told for how long."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter, deque
from types import TracebackType

from assistant.access_settings import AccessSettings
from corpus.errors import AssistantError

FIRST_GUESS_SECONDS = 2.0
"""How long an answer takes, as long as none was timed: what one core needs for a quotation."""
REMEMBERED = 20
"""Answers whose mean says how long the next one will take."""


LOST_SECONDS = 30
"""A question that was not asked for its turn for so long has nobody waiting for it any more."""
STUCK_SECONDS = 600
"""A question that is answered for so long no longer keeps others out."""


class WaitingRoomFull(AssistantError):
    """As many questions wait as may; `seconds` says when it is worth trying again."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(seconds)

    def __str__(self) -> str:
        return f"Many people are asking just now. Please try again in about {_spoken(self.seconds)}."


class AlreadyAsking(AssistantError):
    """One person has as many questions open as they may."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(most)

    def __str__(self) -> str:
        return f"You have {self.most} questions open already. Please wait for an answer before you ask the next one."


class WaitingRoom:
    """Lets questions in by the order in which they came."""

    def __init__(self, settings: AccessSettings) -> None:
        self._at_once = settings.answering
        self._most_waiting = settings.waiting
        self._most_of_one = settings.answers_at_once
        self._changed = threading.Condition()
        self._line: deque[Ticket] = deque()
        self._inside: set[Ticket] = set()
        self._of_one: Counter[str] = Counter()
        self._took: deque[float] = deque(maxlen=REMEMBERED)

    def enter(self, who: str) -> Ticket:
        """Take a place; use the ticket in a `with` statement, so that the place is given back.

        Raises:
            WaitingRoomFull, AlreadyAsking: there is no place.
        """
        with self._changed:
            if self._of_one[who] >= self._most_of_one:
                raise AlreadyAsking(self._most_of_one)
            if len(self._line) >= self._most_waiting:
                raise WaitingRoomFull(self._seconds(len(self._line)))
            ticket = Ticket(self, who)
            self._line.append(ticket)
            self._of_one[who] += 1
            self._admit()
            return ticket

    def _admit(self) -> None:
        now = time.monotonic()
        for lost in [ticket for ticket in self._line if ticket.asked_for < now - LOST_SECONDS]:
            self._forget(lost)
        for stuck in [ticket for ticket in self._inside if ticket.begun < now - STUCK_SECONDS]:
            self._forget(stuck)
        while self._line and len(self._inside) < self._at_once:
            ticket = self._line.popleft()
            ticket.begun = time.monotonic()
            self._inside.add(ticket)
        self._changed.notify_all()

    def _forget(self, ticket: Ticket) -> None:
        if ticket in self._inside:
            self._inside.remove(ticket)
        elif ticket in self._line:
            self._line.remove(ticket)
        else:
            return
        self._of_one[ticket.who] -= 1
        if not self._of_one[ticket.who]:
            del self._of_one[ticket.who]

    def _seconds(self, before: int) -> int:
        mean = sum(self._took) / len(self._took) if self._took else FIRST_GUESS_SECONDS
        return max(1, math.ceil(mean * (before + 1) / self._at_once))


class Ticket:
    """One place in the waiting room."""

    def __init__(self, room: WaitingRoom, who: str) -> None:
        self._room = room
        self.who = who
        self.asked_for = time.monotonic()
        self.begun = 0.0

    def wait(self, seconds: float) -> bool:
        """Wait up to `seconds` and say whether it is this question's turn."""
        room = self._room
        with room._changed:
            self.asked_for = time.monotonic()
            room._admit()
            return room._changed.wait_for(lambda: self in room._inside, seconds)

    def notice(self) -> str:
        """Return the sentence that says how long this question will wait."""
        room = self._room
        with room._changed:
            before = room._line.index(self) if self in room._line else 0
            wait = _spoken(room._seconds(before))
        first = "You are next." if before == 0 else f"{before} questions are before yours."
        first = "1 question is before yours." if before == 1 else first
        return f"{first} It will take about {wait}."

    def leave(self) -> None:
        """Give the place back; more than once does no harm."""
        room = self._room
        with room._changed:
            if self in room._inside:
                room._took.append(time.monotonic() - self.begun)
            room._forget(self)
            room._admit()

    def __enter__(self) -> Ticket:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.leave()


def _spoken(seconds: int) -> str:
    """Return a time as people say it: seconds up to a minute, then minutes."""
    if seconds < 60:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    minutes = math.ceil(seconds / 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
