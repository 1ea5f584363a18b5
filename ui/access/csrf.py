"""Forms carry a token that only pages of this server can know: the browser's name, signed once more."""

from __future__ import annotations

from html import escape

from itsdangerous import BadSignature, Signer
from starlette.requests import HTTPConnection

from ui.access.cookies import Cookies

FIELD = "csrf"


class Forms:
    """Makes and checks the hidden field of forms."""

    def __init__(self, cookies: Cookies) -> None:
        self._cookies = cookies
        self._signer = Signer(cookies.key, salt="form")

    def field(self, request: HTTPConnection) -> str:
        """Return the hidden field for a form on a page that answers `request`."""
        token = self._signer.sign(request.state.browser).decode()
        return f'<input type="hidden" name="{FIELD}" value="{escape(token)}">'

    def valid(self, request: HTTPConnection, value: object) -> bool:
        """Say whether `value` is what `field` gave to this browser."""
        browser = self._cookies.browser(request)
        try:
            return browser is not None and self._signer.unsign(str(value)).decode() == browser
        except (BadSignature, UnicodeError):
            return False
