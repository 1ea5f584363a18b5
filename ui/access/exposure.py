"""What a server may show, by where it can be reached from."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant.settings import Settings
from corpus.document import Audience
from ui.person import Role

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Exposure:
    """What people read and do who are not signed in, the names the server answers to, and a warning to its starter."""

    audience: Audience
    role: Role
    hosts: tuple[str, ...]
    warning: str


def exposure(settings: Settings, address: str) -> Exposure:
    """Return what a server that listens on `address` may show.

    On loopback it may be called by the names of this machine only, so that no web page can reach it under a name of its
    own (DNS rebinding). Elsewhere, without sign-in, everybody on the network is anybody: public documents only.
    """
    own = urlsplit(settings.public_address).hostname
    if ipaddress.ip_address(address).is_loopback:
        return Exposure(settings.audience, Role(settings.role), (*LOOPBACK_HOSTS, *((own,) if own else ())), "")
    hosts = (own, *LOOPBACK_HOSTS) if own else ("*",)
    if settings.sign_in != "off":
        return Exposure(settings.audience, Role.READER, hosts, "")
    told = "Anybody who can reach this machine can use the assistant, since nobody has to sign in (IHUB_SIGN_IN)."
    cut = "" if settings.audience is Audience.PUBLIC else f" IHUB_AUDIENCE={settings.audience} is not followed here."
    return Exposure(Audience.PUBLIC, Role.READER, hosts, f"{told} It answers from public documents only.{cut}")
