"""The gate: the one place that says who sends a request. Every page, event and route asks it, at every request."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.requests import Request

from corpus.document import Audience
from ui.person import Person, Role

PersonOf = Callable[[Request], Person]
"""What every router and page is given: the person behind a request."""

Identify = Callable[[Request], Person | None]
"""One way to recognise a person; None where it finds nobody."""


class Gate:
    """Says who sends a request: the first way of recognising somebody that finds one, otherwise nobody in particular.

    Nothing is remembered between two requests, so that a lowered audience holds from the next one on.
    """

    def __init__(
        self, anonymous: Audience = Audience.PUBLIC, role: Role = Role.READER, ways: Sequence[Identify] = ()
    ) -> None:
        self._anonymous = Person(None, "", anonymous, role)
        self._ways = tuple(ways)

    def after(self, way: Identify) -> Gate:
        """Return a gate that tries `way` first."""
        return Gate(self._anonymous.audience, self._anonymous.role, (way, *self._ways))

    def person(self, request: Request) -> Person:
        """Return the person who sends `request`; somebody who is not signed in is nobody in particular."""
        for identify in self._ways:
            person = identify(request)
            if person is not None:
                return person
        return self._anonymous
