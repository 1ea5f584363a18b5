"""The guard: which machines may be asked for documents. An address is checked where the connection is made.

A name is looked up once, every answer is checked, and the connection goes to an answer that was checked; so neither a
redirect nor a name that changes its answer between two look-ups leads anywhere else.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import httpcore

from corpus.errors import AssistantError

Resolve = Callable[[str, int], Sequence[str]]
"""Host name and port -> the numeric addresses of the machine."""

STEP_SECONDS = 15.0
"""How long a connection, or a silence within an answer, may last."""

_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_PROTOCOL = ipaddress.IPv4Network("192.0.0.0/24")
_COMPATIBLE = ipaddress.IPv6Network("::/96")


class AddressRefused(AssistantError):
    """An address that is not fetched; `reason` says why."""

    def __init__(self, address: str, reason: str) -> None:
        self.address = address
        self.reason = reason
        super().__init__(address, reason)

    def __str__(self) -> str:
        return f"{self.address} was not fetched: {self.reason}."


def resolve(host: str, port: int) -> list[str]:
    """Look a host name up; errors as for `socket.getaddrinfo`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Say whether a numeric address belongs to the public internet, also as what it wraps (IPv4 in IPv6, tunnels)."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return _is_public(found.ipv4_mapped)
    return all(_is_public(each) for each in (found, *_wrapped(found)))


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    odd = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    return address.is_global and not odd and not address.is_link_local and address not in _PROTOCOL


def _wrapped(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    if isinstance(address, ipaddress.IPv4Address):
        return
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if any(address in network for network in (*_NAT64, _COMPATIBLE)):
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


class _TimedStream(httpcore.NetworkStream):
    """A connection that ends at the deadline, however slowly the other side sends its bytes."""

    def __init__(self, stream: httpcore.NetworkStream, left: Callable[[], float]) -> None:
        self._stream = stream
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, min(timeout or STEP_SECONDS, self._left()))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, min(timeout or STEP_SECONDS, self._left()))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limit = min(timeout or STEP_SECONDS, self._left())
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, limit), self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Connects only to machines on the public internet, unless private ones are allowed."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        resolve: Resolve = resolve,
        network: httpcore.NetworkBackend | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allow_private = allow_private
        self._resolve = resolve
        self._network = network or httpcore.SyncBackend()
        self._clock = clock
        self.deadline = float("inf")
        """Until when, by the clock, connections may send and receive."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Look `host` up, check every answer, and connect to one of them.

        Raises:
            AddressRefused: an answer is not on the public internet.
            httpcore.ConnectError: the name is unknown, or the machine does not answer.
        """
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} is not known") from error
        if not self._allow_private and not all(map(is_public, addresses)):
            raise AddressRefused(host, "it belongs to a private network; IHUB_PRIVATE_ADDRESSES allows such addresses")
        failure: Exception = httpcore.ConnectError(f"the name {host} has no address")
        for address in addresses:
            try:
                stream = self._network.connect_tcp(address, port, timeout, local_address, socket_options)
                return _TimedStream(stream, self.left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def left(self) -> float:
        """Return the seconds until the deadline.

        Raises:
            httpcore.ReadTimeout: there are none.
        """
        if (seconds := self.deadline - self._clock()) <= 0:
            raise httpcore.ReadTimeout("it took too long")
        return seconds

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Refuse: documents are not fetched from sockets of this machine.

        Raises:
            AddressRefused: always.
        """
        raise AddressRefused(path, "it is a socket of this machine")

    def sleep(self, seconds: float) -> None:
        """Wait between two attempts."""
        self._network.sleep(seconds)
