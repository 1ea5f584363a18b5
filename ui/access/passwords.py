"""Passwords, kept as argon2id hashes."""

from __future__ import annotations

import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from corpus.errors import AssistantError

LEAST_CHARACTERS = 12
"""Length matters more than kinds of characters: NCSC's advice on three random words."""
MOST_CHARACTERS = 200
"""Longer ones only cost time."""

_hasher = PasswordHasher()


class PasswordUnusable(AssistantError):
    """A new password is too short or too long."""

    def __str__(self) -> str:
        return f"A password has {LEAST_CHARACTERS} to {MOST_CHARACTERS} characters; three random words are a good one."


def hash_password(password: str) -> str:
    """Return the hash of a new password.

    Raises:
        PasswordUnusable: it is too short or too long.
    """
    if not LEAST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
        raise PasswordUnusable
    return _hasher.hash(password)


def matches(password: str, hashed: str | None) -> bool:
    """Say whether a password is the right one; takes as long where there is no account (None)."""
    try:
        return _hasher.verify(hashed or _nobodys(), password[: MOST_CHARACTERS + 1]) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe())
