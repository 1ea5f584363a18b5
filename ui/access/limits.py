"""Limits on how much one person and one network address may ask and upload, with the headers that say so."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from assistant.access_settings import AccessSettings
from corpus.errors import AssistantError
from ui.person import Person

SIGN_INS_PER_MINUTE = 10
"""Tries to sign in from one address; more is guessing."""
SIGN_INS_PER_NAME = 5
"""Tries to sign in under one name in a minute, from anywhere."""
EVENTS_PER_QUESTION = 12
"""Events of the page for one question (typing it, answering, going to sources), with room for impatient clicks."""


class TooMany(AssistantError):
    """A limit was reached; `seconds` says after how long it is worth trying again."""

    def __init__(self, what: str, limit: int, seconds: int) -> None:
        self.what = what
        self.limit = limit
        self.seconds = seconds
        super().__init__(what, limit, seconds)

    def __str__(self) -> str:
        wait = "1 second" if self.seconds == 1 else f"{self.seconds} seconds"
        return f"That was a lot of {self.what} in a short time. Please wait {wait} and try again."

    @property
    def headers(self) -> dict[str, str]:
        """Return the standard headers: Retry-After (RFC 9110) and RateLimit (IETF draft httpapi-ratelimit-headers)."""
        return {
            "Retry-After": str(self.seconds),
            "RateLimit-Policy": f'"{self.what}";q={self.limit}',
            "RateLimit": f'"{self.what}";r=0;t={self.seconds}',
        }


@dataclass(frozen=True, slots=True)
class _Rule:
    what: str
    item: RateLimitItem


class Limits:
    """Counts in the memory of this process, over moving windows."""

    def __init__(self, settings: AccessSettings) -> None:
        person, address = settings.questions_per_minute, settings.address_questions_per_minute
        self._counter = MovingWindowRateLimiter(MemoryStorage())
        self._person = _Rule("questions", RateLimitItemPerMinute(person))
        self._address = _Rule("questions", RateLimitItemPerMinute(address))
        self._events = _Rule("requests", RateLimitItemPerMinute(address * EVENTS_PER_QUESTION))
        self._uploads = _Rule("uploads", RateLimitItemPerHour(settings.uploads_per_hour))
        self._sign_ins = _Rule("tries to sign in", RateLimitItemPerMinute(SIGN_INS_PER_MINUTE))
        self._names = _Rule("tries to sign in", RateLimitItemPerMinute(SIGN_INS_PER_NAME))

    def question(self, person: Person, request: Request) -> None:
        """Count one question.

        Raises:
            TooMany: this person or their address asked as many as they may.
        """
        self._count(self._person, "question", who(person, request))
        self._count(self._address, "question-from", address_of(request))

    def event(self, request: Request) -> None:
        """Count one event of the page; raises as `question` does."""
        self._count(self._events, "event", address_of(request))

    def upload(self, person: Person, request: Request) -> None:
        """Count one uploaded file; raises as `question` does."""
        self._count(self._uploads, "upload", who(person, request))

    def sign_in(self, name: str, request: Request) -> None:
        """Count one try to sign in; raises as `question` does."""
        self._count(self._sign_ins, "sign-in", address_of(request))
        self._count(self._names, "sign-in-as", name.casefold())

    def _count(self, rule: _Rule, kind: str, key: str) -> None:
        if not self._counter.hit(rule.item, kind, key):
            reset = self._counter.get_window_stats(rule.item, kind, key).reset_time
            raise TooMany(rule.what, rule.item.amount, max(1, math.ceil(reset - time.time())))


def address_of(request: Request) -> str:
    """Return the network address a request came from; a proxy's word for it counts where the proxy is known."""
    return request.client.host if request.client else ""


def who(person: Person, request: Request) -> str:
    """Return what one person is counted by: their id, else their browser's name, else their address."""
    return person.id or getattr(request.state, "known_browser", None) or address_of(request)
