"""The administrator's page: people are changed, switched off and signed out; nobody else finds it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from corpus.document import Audience
from tests.access.signing import HTML, ORIGIN, Installation, csrf, install, sign_in
from ui.person import Role
from ui.records.audit import AuditRecord
from ui.records.people import Provider


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Installation]:
    made = install(tmp_path)
    made.add("Ada", Audience.STAFF, Role.ADMINISTRATOR)
    made.add("Owner", Audience.STAFF, Role.CONTENT_OWNER)
    made.add("Pat <b>", Audience.PARTNER)
    yield made
    made.database.close()


def send(client: TestClient, made: Installation, name: str, act: str, **fields: str) -> Any:
    """Send one form of the page about the person called `name`."""
    known = next((known for known in made.people.everybody() if known.person.name == name), None)
    key = str(known.person.id) if known else name
    form = {"csrf": csrf(client, "/account"), "act": act, "person": key, **fields}
    return client.post("/people", data=form, headers={**ORIGIN, **HTML})


def last(made: Installation) -> tuple[str, dict[str, Any]]:
    entry = made.audit.entries()[-1]
    assert entry.actor == made.people.named("Ada").person.id
    return str(entry.action), json.loads(entry.details)


def test_a_changed_audience_and_role_hold_from_the_next_click(made: Installation) -> None:
    ada, pat = made.signed_in("Ada"), made.signed_in("Pat <b>")
    assert pat.get("/documents/for-staff").status_code == 404
    assert send(ada, made, "Pat <b>", "change", audience="staff", role="content_owner").status_code == 303
    assert last(made) == ("person_changed", {"audience": "staff", "role": "content_owner"})
    assert pat.get("/documents/for-staff").status_code == 200
    assert pat.get("/upload").status_code == 200
    send(ada, made, "Pat <b>", "change", audience="public", role="reader")
    assert pat.get("/documents/for-partners").status_code == 404
    assert pat.get("/upload").status_code == 403


def test_who_is_switched_off_is_nobody_at_once_and_cannot_sign_in(made: Installation) -> None:
    ada, pat = made.signed_in("Ada"), made.signed_in("Pat <b>")
    assert pat.get("/documents/for-partners").status_code == 200
    send(ada, made, "Pat <b>", "disable")
    assert last(made) == ("person_changed", {"disabled": True})
    assert pat.get("/documents/for-partners").status_code == 404
    wrong = sign_in(made.browser(), "Pat <b>")
    assert (wrong.status_code, "do not belong together" in wrong.text) == (401, True)
    assert "Switched off" in ada.get("/people").text
    send(ada, made, "Pat <b>", "enable")
    assert pat.get("/documents/for-partners").status_code == 404
    assert made.signed_in("Pat <b>").get("/documents/for-partners").status_code == 200


def test_people_from_elsewhere_can_be_switched_off_too_and_be_forgotten(made: Installation) -> None:
    known = made.people.arrive(Provider.PROXY, "pat", "Pat", Audience.STAFF, Role.READER)
    assert known is not None
    made.people.disable(str(known.id))
    assert made.people.arrive(Provider.PROXY, "pat", "Pat", Audience.STAFF, Role.READER) is None
    assert made.people.remove(str(known.id))
    assert made.people.arrive(Provider.PROXY, "pat", "Pat", Audience.STAFF, Role.READER) is not None


def test_somebody_is_signed_out_in_every_browser(made: Installation) -> None:
    ada, browsers = made.signed_in("Ada"), [made.with_session("Pat <b>") for _ in range(2)]
    send(ada, made, "Pat <b>", "sign_out")
    assert last(made)[0] == "signed_out_everywhere"
    assert [client.get("/documents/for-partners").status_code for client in browsers] == [404, 404]


def test_what_does_not_fit_changes_nothing(made: Installation) -> None:
    ada = made.signed_in("Ada")
    before = (made.people.everybody(), len(made.audit.entries()))
    assert send(ada, made, "Pat <b>", "disable", csrf="forged").status_code == 400
    assert send(ada, made, "Ada", "disable").status_code == 400
    assert send(ada, made, "Ada", "change", audience="public", role="reader").status_code == 400
    assert send(ada, made, "Ada", "disable", person="Ada").status_code == 400
    assert send(ada, made, "nobody", "disable").status_code == 400
    for fields in ({"audience": "all", "role": "reader"}, {"audience": "staff", "role": "king"}):
        send(ada, made, "Pat <b>", "change", **fields)
    send(ada, made, "Pat <b>", "rename")
    assert (made.people.everybody(), len(made.audit.entries())) == before


def test_for_everybody_else_there_is_no_such_page(made: Installation) -> None:
    before = made.people.everybody()
    for client in (made.browser(), made.signed_in("Owner"), made.signed_in("Pat <b>")):
        assert client.get("/people").status_code == 404
        form = {"csrf": csrf(client), "act": "disable", "person": str(made.people.named("Ada").person.id)}
        assert client.post("/people", data=form, headers=ORIGIN).status_code == 404
        assert "Ada" not in client.get("/people").text
    assert [(known.person, known.disabled) for known in made.people.everybody()] == [
        (known.person, known.disabled) for known in before
    ]


def test_the_page_says_whether_the_log_is_whole_and_escapes_names(made: Installation) -> None:
    ada = made.signed_in("Ada")
    html = ada.get("/people").text
    assert "1 entry, whole" in html
    assert "<b>" not in html
    assert "argon2" not in html
    with made.database.session() as session:
        session.execute(update(AuditRecord).values(subject="x"))
    assert "entry 1 was changed" in ada.get("/people").text
