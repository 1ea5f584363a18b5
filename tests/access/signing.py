"""An installation with accounts for the tests, and signing in to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import Response

from assistant.pipeline import Assistant
from assistant.settings import Settings
from corpus.document import Audience
from tests.ui.scripted import ScriptedAssistant, as_assistant, make_document
from ui.access.cookies import Cookies
from ui.access.passwords import hash_password
from ui.access.secret import signing_key
from ui.app import create_app
from ui.person import Role
from ui.records.audit import AuditLog
from ui.records.database import Database
from ui.records.people import People
from ui.records.sessions import Sessions

PASSWORD = "three random words"
ORIGIN = {"Origin": "http://testserver"}
HTML = {"Accept": "text/html"}
HELD = (
    make_document(),
    make_document(id="for-partners", title="Rents for partners", audience=Audience.PARTNER),
    make_document(id="for-staff", title="Wages for staff", audience=Audience.STAFF),
)


@dataclass
class Installation:
    """A running installation: its application, its database and its people."""

    app: FastAPI
    settings: Settings
    database: Database
    people: People
    audit: AuditLog

    def browser(self) -> TestClient:
        """Return a new browser that has opened the first page."""
        client = TestClient(self.app, follow_redirects=False)
        client.get("/sign-in", headers=HTML)
        return client

    def signed_in(self, name: str) -> TestClient:
        """Return a new browser in which this account has signed in."""
        client = self.browser()
        assert sign_in(client, name).status_code == 303
        return client

    def with_session(self, name: str) -> TestClient:
        """Return a new browser with a session of this account, without the form and its limits."""
        client = self.browser()
        response = Response()
        token = Sessions(self.database, 1).begin(str(self.people.named(name).person.id))
        Cookies(signing_key(self.settings)).set_token(response, token, 1)
        client.cookies.set("ihub_session", response.headers["set-cookie"].partition("=")[2].partition(";")[0])
        return client

    def add(self, name: str, audience: Audience = Audience.PUBLIC, role: Role = Role.READER) -> str:
        """Add an account and return its id."""
        return str(self.people.add_account(name, hash_password(PASSWORD), audience, role).id)


def install(home: Path, assistant: Assistant | None = None, **changes: Any) -> Installation:
    """Return an installation with accounts, over scripted documents unless an assistant is given."""
    values = {"sign_in": "accounts", "home": home, **changes}
    settings = Settings(_env_file=None, **values)
    database = Database.open("", home)
    app = create_app(assistant or as_assistant(ScriptedAssistant([], held=HELD)), settings, database=database)
    return Installation(app, settings, database, People(database), AuditLog(database, home))


def sign_in(client: TestClient, name: str, password: str = PASSWORD, **extra: str) -> Any:
    """Send the form of the sign-in page and return what came back."""
    fields = {"name": name, "password": password, "csrf": csrf(client), **extra}
    return client.post("/sign-in", data=fields, headers={**ORIGIN, **HTML})


def csrf(client: TestClient, path: str = "/sign-in") -> str:
    """Return the hidden field of the forms on a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', client.get(path, headers=HTML).text)
    assert found, path
    return found.group(1)
