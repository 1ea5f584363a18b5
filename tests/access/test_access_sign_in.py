"""Accounts and sessions: who signs in reads what they may, and no forged, old or ended session opens anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.document import Audience
from tests.access.signing import HTML, ORIGIN, PASSWORD, Installation, csrf, install, sign_in
from ui.access.sign_in import WRONG, safe_path
from ui.person import Role
from ui.records.sessions import Sessions


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    made = install(tmp_path)
    made.add("Partner", Audience.PARTNER)
    made.add("Staff", Audience.STAFF, Role.ADMINISTRATOR)
    return made


def reads(client: TestClient) -> set[str]:
    """Return which documents a browser can open."""
    names = ("overview", "for-partners", "for-staff")
    return {name for name in names if client.get(f"/documents/{name}").status_code == 200}


def test_everybody_reads_what_their_audience_may(installation: Installation) -> None:
    assert reads(installation.browser()) == {"overview"}
    assert reads(installation.signed_in("Partner")) == {"overview", "for-partners"}
    assert reads(installation.signed_in("Staff")) == {"overview", "for-partners", "for-staff"}


def test_a_changed_audience_holds_from_the_next_request(installation: Installation) -> None:
    client = installation.signed_in("Partner")
    person_id = str(installation.people.named("Partner").person.id)
    installation.people.change(person_id, {"audience": "staff"})
    assert "for-staff" in reads(client)
    installation.people.change(person_id, {"audience": "public"})
    assert reads(client) == {"overview"}
    installation.people.remove(person_id)
    assert "Partner" not in client.get("/account", follow_redirects=True).text


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Partner", "wrong"),
        ("Nobody", PASSWORD),
        ("", ""),
        ("Partner", ""),
        ("partner", PASSWORD),
        ("' OR 1=1 --", "x"),
    ],
)
def test_a_wrong_name_or_password_is_refused_in_the_same_words(
    installation: Installation, name: str, password: str
) -> None:
    client = installation.browser()
    answer = sign_in(client, name, password)
    assert answer.status_code == 401
    assert WRONG in answer.text
    assert "ihub_session" not in answer.headers.get("set-cookie", "")
    assert reads(client) == {"overview"}


def test_the_session_cookie_is_signed_and_out_of_the_reach_of_scripts(installation: Installation) -> None:
    cookie = sign_in(installation.browser(), "Staff").headers["set-cookie"]
    assert cookie.startswith("ihub_session=")
    for attribute in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"):
        assert attribute in cookie


def test_over_https_cookies_are_bound_to_host_and_https(tmp_path: Path) -> None:
    made = install(tmp_path, public_address="https://ask.example.org")
    answer = TestClient(made.app, base_url="https://ask.example.org").get("/sign-in", headers=HTML)
    assert answer.headers["set-cookie"].startswith("__Host-ihub_browser=")
    assert "; Secure" in answer.headers["set-cookie"]
    assert "max-age=" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize("change", ["", "x", "{value}x", "x{value}", "{token}", "{token}.AAAA", "{other}"])
def test_a_forged_session_opens_nothing(installation: Installation, change: str) -> None:
    value = installation.signed_in("Staff").cookies["ihub_session"]
    token = value.rpartition(".")[0]
    forged = change.format(value=value, token=token, other=value.replace(token[:4], "AAAA", 1))
    client = installation.browser()
    client.cookies.set("ihub_session", forged)
    assert reads(client) == {"overview"}


def test_signing_in_always_begins_a_new_session(installation: Installation) -> None:
    client = installation.signed_in("Partner")
    first = client.cookies["ihub_session"]
    sign_in(client, "Partner")
    assert client.cookies["ihub_session"] != first
    replayed = installation.browser()
    replayed.cookies.set("ihub_session", first)
    assert reads(replayed) == {"overview"}


def test_a_session_ends_with_signing_out_and_a_replayed_one_opens_nothing(installation: Installation) -> None:
    client = installation.signed_in("Staff")
    value = client.cookies["ihub_session"]
    assert client.post("/sign-out", headers=ORIGIN).status_code == 303
    replayed = installation.browser()
    replayed.cookies.set("ihub_session", value)
    assert reads(client) == reads(replayed) == {"overview"}


def test_signing_out_everywhere_ends_the_sessions_of_every_browser(installation: Installation) -> None:
    first, second, other = (installation.signed_in(name) for name in ("Staff", "Staff", "Partner"))
    first.post("/sign-out-everywhere", headers=ORIGIN)
    assert reads(second) == {"overview"}
    assert reads(other) == {"overview", "for-partners"}


def test_a_session_expires(installation: Installation) -> None:
    expired = Sessions(installation.database, hours=-1)
    person_id = str(installation.people.named("Staff").person.id)
    assert expired.person_id(expired.begin(person_id)) is None
    assert expired.forget_expired() == 1


def test_a_session_outlives_a_restart_but_not_another_key(installation: Installation, tmp_path: Path) -> None:
    value = installation.signed_in("Staff").cookies["ihub_session"]
    for changes, expected in (({}, {"overview", "for-partners", "for-staff"}), ({"secret": "another"}, {"overview"})):
        client = install(tmp_path, **changes).browser()
        client.cookies.set("ihub_session", value)
        assert reads(client) == expected


def test_accounts_open_nothing_once_people_sign_in_elsewhere(installation: Installation, tmp_path: Path) -> None:
    value = installation.signed_in("Staff").cookies["ihub_session"]
    client = TestClient(install(tmp_path, sign_in="off").app)
    client.cookies.set("ihub_session", value)
    assert reads(client) == {"overview"}


def test_the_form_is_refused_without_its_token(installation: Installation) -> None:
    client, other = installation.browser(), installation.browser()
    for token in ("", "x", csrf(other)):
        answer = client.post(
            "/sign-in", data={"name": "Staff", "password": PASSWORD, "csrf": token}, headers={**ORIGIN, **HTML}
        )
        assert answer.status_code == 401
    assert reads(client) == {"overview"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"},
        {"Origin": "http://testserver.evil.example"},
        {},
    ],
)
def test_what_another_site_sends_is_refused(installation: Installation, headers: dict[str, str]) -> None:
    client = installation.signed_in("Staff")
    for path in ("/sign-in", "/sign-out-everywhere", "/account/forget", "/gradio_api/run/predict"):
        assert client.post(path, headers=headers).status_code == 403, path
    assert "for-staff" in reads(client)


@pytest.mark.parametrize(
    "path", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "", "/\t/x"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(installation: Installation, path: str) -> None:
    assert safe_path(path) == "/"
    assert sign_in(installation.browser(), "Staff", next=path).headers["location"] == "/"


def test_guessing_passwords_is_stopped(installation: Installation) -> None:
    client = installation.browser()
    answers = [sign_in(client, "Staff", f"guess {n}") for n in range(7)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
    refused = answers[-1]
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit"].startswith('"tries to sign in";r=0;t=')
    assert "Please wait" in refused.text


def test_a_person_gets_everything_about_them_and_can_delete_it(installation: Installation) -> None:
    client = installation.signed_in("Staff")
    page = client.get("/account")
    assert "all documents" in page.text
    assert page.headers["cache-control"] == "no-store"
    data = client.get("/account/data.json").json()
    assert data["person"]["name"] == "Staff"
    assert len(data["sessions"]) == 1
    assert "password" not in str(data)
    unsure = client.post("/account/forget", data={"csrf": csrf(client, "/account")}, headers=ORIGIN)
    assert unsure.status_code == 400
    sure = client.post("/account/forget", data={"csrf": csrf(client, "/account"), "sure": "yes"}, headers=ORIGIN)
    assert "Everything about you is deleted" in sure.text
    assert reads(client) == {"overview"}
    assert sign_in(installation.browser(), "Staff").status_code == 401
    assert installation.audit.verify().problems == ()


def test_who_is_not_signed_in_has_no_account_page(installation: Installation) -> None:
    for path in ("/account", "/account/data.json"):
        assert installation.browser().get(path).headers["location"] == "/sign-in?next=/account"


def test_sign_ins_are_recorded_without_names(installation: Installation) -> None:
    client = installation.signed_in("Partner")
    sign_in(installation.browser(), "Partner", "wrong")
    client.post("/sign-out", headers=ORIGIN)
    person_id = str(installation.people.named("Partner").person.id)
    found = [(str(entry.action), person_id in (entry.actor, entry.subject)) for entry in installation.audit.entries()]
    assert found == [("signed_in", True), ("sign_in_refused", True), ("signed_out", True)]
    assert "Partner" not in str(installation.audit.entries())
