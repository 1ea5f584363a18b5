"""The key that signs cookies and forms: from the settings, or made once and kept in the home folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from assistant.settings import Settings
from index.errors import StateUnavailable

KEY_FILE = "secret"
KEY_BYTES = 32
LEAST_CHARACTERS = 16
"""Shorter keys could be guessed."""


def signing_key(settings: Settings) -> str:
    """Return the key.

    Raises:
        StateUnavailable: the home folder cannot be read or written.
    """
    given = settings.secret.get_secret_value()
    return given or _kept(settings.home / KEY_FILE)


def _kept(path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            key = path.read_text("utf-8").strip()
            if len(key) >= LEAST_CHARACTERS:
                return key
            descriptor = os.open(path, os.O_WRONLY | os.O_TRUNC, 0o600)
        key = secrets.token_urlsafe(KEY_BYTES)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(key)
    except OSError as error:
        raise StateUnavailable(str(path.parent), f"cannot be used ({error.strerror})") from error
    return key
