"""Everything that decides about people, made once from the settings and the database of records."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from assistant.settings import Settings
from ui.access.cookies import Cookies
from ui.access.csrf import Forms
from ui.access.gate import Gate, Identify
from ui.access.groups import audience_of, role_of
from ui.access.limits import Limits
from ui.access.secret import signing_key
from ui.access.turnstile import Turnstile
from ui.person import Person
from ui.records.audit import AuditLog
from ui.records.database import Database
from ui.records.people import People, Provider
from ui.records.questions import Questions
from ui.records.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Access:
    """What the pages and routes about people work with."""

    settings: Settings
    database: Database
    gate: Gate
    cookies: Cookies
    forms: Forms
    people: People
    sessions: Sessions
    audit: AuditLog
    turnstile: Turnstile

    @classmethod
    def open(cls, settings: Settings, database: Database, gate: Gate) -> Access:
        """Make it; whom the chosen way of signing in does not recognise is left to `gate`."""
        framed = settings.frame_ancestors not in ("'self'", "'none'")
        cookies = Cookies(signing_key(settings), settings.public_address.startswith("https://"), framed)
        people, sessions = People(database), Sessions(database, settings.session_hours)
        ways: dict[str, Identify] = {
            "accounts": by_session(cookies, sessions, people, Provider.ACCOUNT),
            "openid": by_session(cookies, sessions, people, Provider.OPENID),
            "proxy": by_proxy(settings, people),
        }
        way = ways.get(settings.sign_in)
        return cls(
            settings=settings,
            database=database,
            gate=gate.after(way) if way else gate,
            cookies=cookies,
            forms=Forms(cookies),
            people=people,
            sessions=sessions,
            audit=AuditLog(database, settings.home),
            turnstile=Turnstile.open(settings, Questions(database)),
        )

    @property
    def limits(self) -> Limits:
        """Return the limits on what one person may do."""
        return self.turnstile.limits


def by_session(cookies: Cookies, sessions: Sessions, people: People, provider: Provider) -> Identify:
    """Return the way to recognise a person by the session that their cookie names."""

    def identify(request: Request) -> Person | None:
        token = cookies.token(request)
        person_id = sessions.person_id(token) if token else None
        return people.person(person_id, provider) if person_id else None

    return identify


def by_proxy(settings: Settings, people: People) -> Identify:
    """Return the way to recognise a person by the headers of a known proxy."""

    def identify(request: Request) -> Person | None:
        name = request.headers.get(settings.proxy_user_header, "").strip()
        if not name or not getattr(request.state, "through_proxy", False):
            return None
        groups = [group.strip() for group in request.headers.get(settings.proxy_groups_header, "").split(",")]
        audience, role = audience_of(groups, settings), role_of(groups, settings)
        return people.arrive(Provider.PROXY, name, name, audience, role)

    return identify
