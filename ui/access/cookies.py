"""The two cookies: one names a session, the other a browser. Both are signed, and no script can read them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from itsdangerous import BadSignature, Signer
from starlette.requests import HTTPConnection
from starlette.responses import Response

_SESSION = "ihub_session"
_BROWSER = "ihub_browser"
_HOST_PREFIX = "__Host-"
"""Browsers take a cookie of this prefix over https only, and from this host only."""


@dataclass(frozen=True, slots=True)
class Cookies:
    """Reads and sets the cookies: `secure` where people come by https, `framed` where other sites show the pages."""

    key: str
    secure: bool = False
    framed: bool = False

    def token(self, request: HTTPConnection) -> str | None:
        """Return the token of the session that the request names, if its signature is right."""
        return self._read(request, _SESSION)

    def browser(self, request: HTTPConnection) -> str | None:
        """Return the random name of the browser, if its signature is right."""
        return self._read(request, _BROWSER)

    def set_token(self, response: Response, token: str, hours: int) -> None:
        """Give the browser a session."""
        response.headers.append("set-cookie", self._cookie(_SESSION, token, hours * 3600))

    def clear_token(self, response: Response) -> None:
        """Take the session from the browser."""
        response.headers.append("set-cookie", self._cookie(_SESSION, "", 0))

    def new_browser(self) -> tuple[str, str]:
        """Return a new random name and the header that gives it to a browser until that is closed."""
        name = secrets.token_urlsafe(24)
        return name, self._cookie(_BROWSER, name, None)

    def _name(self, name: str) -> str:
        return _HOST_PREFIX + name if self.secure else name

    def _signer(self, name: str) -> Signer:
        return Signer(self.key, salt=name)

    def _read(self, request: HTTPConnection, name: str) -> str | None:
        value = request.cookies.get(self._name(name), "")
        try:
            return self._signer(name).unsign(value).decode() or None
        except (BadSignature, UnicodeError):
            return None

    def _cookie(self, name: str, value: str, seconds: int | None) -> str:
        signed = self._signer(name).sign(value).decode() if value else ""
        same_site = "None; Partitioned" if self.framed and self.secure else "Lax"
        age = "" if seconds is None else f"; Max-Age={seconds}"
        secure = "; Secure" if self.secure else ""
        return f"{self._name(name)}={signed}; Path=/; HttpOnly; SameSite={same_site}{age}{secure}"
