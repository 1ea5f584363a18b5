"""The person who asks: who they are, what they may read, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corpus.document import Audience


class Role(StrEnum):
    """What a person may do: read; add and withdraw documents; manage people. Each includes those before."""

    READER = "reader"
    CONTENT_OWNER = "content_owner"
    ADMINISTRATOR = "administrator"

    def includes(self, role: Role) -> bool:
        """Say whether a person of this role may do what `role` may."""
        order = tuple(Role)
        return order.index(self) >= order.index(role)


@dataclass(frozen=True, slots=True)
class Person:
    """One person at one request; `id` is None for somebody who is not signed in, whose work is not kept.

    Audience and role are read anew at each request, so a change holds from the next question on.
    """

    id: str | None
    name: str
    audience: Audience
    role: Role = Role.READER

    @classmethod
    def anonymous(cls, audience: Audience = Audience.PUBLIC) -> Person:
        """Return somebody who is not signed in."""
        return cls(None, "", audience)

    @property
    def owns_content(self) -> bool:
        """Say whether this person may see the insights, and change the documents if they may read all of them."""
        return self.role.includes(Role.CONTENT_OWNER)

    @property
    def keeps_documents(self) -> bool:
        """Say whether this person may add, change and withdraw documents.

        Who cannot read all of them could find out, by the names that are taken, which others there are.
        """
        return self.owns_content and self.audience is Audience.STAFF

    @property
    def administers(self) -> bool:
        """Say whether this person may manage people."""
        return self.role.includes(Role.ADMINISTRATOR)
