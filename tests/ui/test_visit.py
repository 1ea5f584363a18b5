"""Plain pages offer signing in to those who are not, lead back to where they were, and stay silent otherwise."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from assistant.settings import Settings
from corpus.document import Audience
from tests.access.signing import HTML, install, sign_in
from tests.ui.scripted import ScriptedAssistant, as_assistant
from ui.app import create_app

PAGES = (
    "/documents",
    "/documents/overview?start=0&end=9",
    "/documents/unknown",
    "/glossary",
    "/start",
    "/conversations",
)


def account_line(html: str) -> str:
    return html.partition('<p class="account">')[2].partition("</p>")[0]


@pytest.mark.parametrize("path", PAGES)
def test_somebody_who_is_not_signed_in_can_do_so_from_every_page_and_comes_back(tmp_path: Path, path: str) -> None:
    made = install(tmp_path)
    made.add("Partner", Audience.PARTNER)
    client = made.browser()
    line = account_line(client.get(path).text)
    assert line.endswith(">Sign in</a>")
    address = line.partition('href="')[2].partition('"')[0]
    assert parse_qs(urlsplit(address).query) == {"next": [path]}
    assert sign_in(client, "Partner", next=path).headers["location"] == path
    assert account_line(client.get(path).text) == '<a href="/account">Your account</a>'


def test_a_hostile_address_stays_within_its_link(tmp_path: Path) -> None:
    html = install(tmp_path).browser().get("/documents", params={"q": '"><script>x</script>'}).text
    assert account_line(html).count("<") == 2
    assert "%253Cscript" in account_line(html)


def test_the_sign_in_page_does_not_lead_to_itself(tmp_path: Path) -> None:
    assert account_line(install(tmp_path).browser().get("/sign-in", headers=HTML).text) == ""


def test_a_database_that_fails_is_said_and_closes_no_page_that_needs_none(tmp_path: Path) -> None:
    made = install(tmp_path)
    made.add("Staff", Audience.STAFF)
    client = made.signed_in("Staff")
    with made.database.session() as session:
        session.execute(text("DROP TABLE web_sessions"))
    for path, status in (("/documents", 503), ("/documents/overview", 503), ("/nowhere", 404), ("/accessibility", 200)):
        answer = client.get(path, headers=HTML)
        assert (answer.status_code, account_line(answer.text)) == (status, "")
    assert "The records cannot be used" in client.get("/documents").text


def test_where_nobody_signs_in_nothing_is_offered(tmp_path: Path) -> None:
    client = TestClient(create_app(as_assistant(ScriptedAssistant([])), Settings(_env_file=None, home=tmp_path)))
    assert account_line(client.get("/documents").text) == ""
    proxy = install(tmp_path, sign_in="proxy", proxy_addresses="10.0.0.1").browser()
    assert account_line(proxy.get("/documents").text) == ""
