"""Fetching: one address -> its content, within limits of time and size, as its robots.txt allows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx
from protego import Protego

from corpus.addresses.guard import STEP_SECONDS, AddressRefused, GuardedBackend

AGENT = "ihub-assistant"

TOTAL_SECONDS = 60.0
"""How long one address may take, redirects and slow servers included; a 50 MB report takes 20 at 20 Mbit/s."""

MAX_BYTES = 50_000_000
"""Largest content, counted after decompression: the largest reports of health bodies are about 30 MB."""

MAX_ROBOTS_BYTES = 500_000
"""How much of a robots.txt is read: RFC 9309 asks for at least 500 KiB; the rest is left out."""

MAX_REDIRECTS = 5
"""How often an address may point to another one; RFC 9309 asks for five, browsers allow twenty."""

MAX_WAIT_SECONDS = 10.0
"""Longest pause between two pages of a site that its robots.txt can ask for."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address holds: `address` is where it was found in the end; `content` is None where it has not changed."""

    address: str
    content: bytes | None
    content_type: str = ""
    charset: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass(slots=True)
class _Site:
    rules: Protego
    last: float = field(default=0.0)


class Fetcher:
    """Fetches documents; a context manager that closes its connections."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        backend: GuardedBackend | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._backend = backend or GuardedBackend(allow_private=allow_private, clock=clock)
        transport = httpx.HTTPTransport(trust_env=False)
        transport._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            network_backend=self._backend,
        )
        self._client = httpx.Client(
            transport=transport, trust_env=False, timeout=STEP_SECONDS, headers={"User-Agent": AGENT}
        )
        self._clock = clock
        self._sites: dict[str, _Site] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def fetch(self, address: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        """Return what `address` holds now; with `etag` or `last_modified` of an earlier answer, only if it changed.

        Raises:
            AddressRefused: it is not a web address or not public, its robots.txt does not allow it, it cannot be
                reached, it takes too long or is too large, or it answers with an error.
        """
        self._backend.deadline = self._clock() + TOTAL_SECONDS
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        here = checked(address)
        for _ in range(MAX_REDIRECTS + 1):
            self._obey_robots(here)
            found = self._get(here, headers)
            if isinstance(found, Fetched):
                return found
            here = checked(urljoin(here, found))
        raise AddressRefused(address, f"it points on to other addresses more than {MAX_REDIRECTS} times")

    def _get(self, address: str, headers: dict[str, str]) -> Fetched | str:
        """Return the content at exactly this address, or where it points on to."""
        try:
            with self._client.stream("GET", address, headers=headers) as response:
                if response.has_redirect_location:
                    return response.headers["Location"]
                if response.status_code == httpx.codes.NOT_MODIFIED and headers:
                    return Fetched(address, None)
                if response.status_code != httpx.codes.OK:
                    raise _StatusRefused(address, response.status_code)
                content = self._read(response, address)
        except httpx.TimeoutException as error:
            raise AddressRefused(address, "it did not answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise AddressRefused(address, f"it cannot be reached ({_plain(error)})") from error
        return Fetched(
            address,
            content,
            response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
            response.charset_encoding or "",
            response.headers.get("ETag", ""),
            response.headers.get("Last-Modified", ""),
        )

    def _read(self, response: httpx.Response, address: str) -> bytes:
        content = bytearray()
        for part in response.iter_bytes():
            content += part
            if len(content) > MAX_BYTES:
                raise AddressRefused(address, f"it is larger than {MAX_BYTES // 1_000_000} MB")
        return bytes(content)

    def _obey_robots(self, address: str) -> None:
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._sites:
            self._sites[origin] = _Site(Protego.parse(self._robots(origin)))
        site = self._sites[origin]
        if not site.rules.can_fetch(address, AGENT):
            raise AddressRefused(address, "the robots.txt of its site does not allow it")
        pause = min(float(site.rules.crawl_delay(AGENT) or 0), MAX_WAIT_SECONDS)
        if site.last and (wait := site.last + pause - self._clock()) > 0:
            time.sleep(wait)
        site.last = self._clock()

    def _robots(self, origin: str) -> str:
        """Return the rules of a site as RFC 9309 says: none where it has none, all closed where it is in trouble."""
        here = f"{origin}/robots.txt"
        try:
            for _ in range(MAX_REDIRECTS + 1):
                found = self._get(here, {})
                if isinstance(found, Fetched):
                    return (found.content or b"")[:MAX_ROBOTS_BYTES].decode("utf-8", "replace")
                here = checked(urljoin(here, found))
        except _StatusRefused as refusal:
            if refusal.status >= httpx.codes.INTERNAL_SERVER_ERROR:
                raise AddressRefused(
                    here, "the robots.txt of its site cannot be read now; try again later"
                ) from refusal
        return ""


class _StatusRefused(AddressRefused):
    def __init__(self, address: str, status: int) -> None:
        self.status = status
        super().__init__(address, f"its site answers with error {status}")


def checked(address: str) -> str:
    """Return an address that can be fetched, without its fragment.

    Raises:
        AddressRefused: it is not http or https, has no host, or holds a user name or password.
    """
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError as error:
        raise AddressRefused(address, "it is not a web address") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise AddressRefused(address, "it is not a web address; it must begin with https:// or http://")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(f"{parts.scheme}://{parts.hostname}", "its address holds a user name or a password")
    return parts._replace(fragment="").geturl()


def _plain(error: Exception) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__
