"""Content owners change who may read a document and withdraw it: in effect at once, for everything, and recorded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.factory import open_assistant
from assistant.settings import Settings
from corpus.document import Audience
from index.embedding import MiniLMEmbeddings
from tests.access.events import OpenPage
from tests.access.signing import HTML, ORIGIN, Installation, csrf, install
from tests.corpus.making import write_files
from ui.person import Role
from ui.records.audit import Action

LAMPS = b"# The lamps\n\nThe lamp keeper lights 41 lamps every evening.\n\n## Oil\n\nThe lamps burn whale oil.\n"
QUESTION = "How many lamps does the lamp keeper light every evening?"
TOLD = "41 lamps"


@pytest.fixture
def made(tmp_path: Path, small_corpus: Path, small_home: Path, embeddings: MiniLMEmbeddings) -> Iterator[Installation]:
    corpus, home = tmp_path / "corpus", tmp_path / "home"
    shutil.copytree(small_corpus, corpus)
    shutil.copytree(small_home, home)
    values: dict[str, Any] = {"corpus": (corpus,), "home": home, "reader": "baseline", "answer_threshold": 0.0}
    assistant = open_assistant(Settings(_env_file=None, **values), embeddings)
    made = install(assistant=assistant, **values)
    made.add("Owner", Audience.STAFF, Role.CONTENT_OWNER)
    made.add("Half owner", Audience.PARTNER, Role.CONTENT_OWNER)
    made.add("Staff", Audience.STAFF)
    made.add("Pat", Audience.PARTNER)
    yield made
    made.database.close()


@pytest.fixture
def owner(made: Installation) -> TestClient:
    """The content owner's browser, after they added the lamps for partners."""
    client = made.with_session("Owner")
    files = {"files": ("Lamps.md", LAMPS)}
    answer = client.post("/upload", data={"audience": "partner"}, files=files, headers={**ORIGIN, **HTML})
    assert "<strong>Added:</strong>" in answer.text, answer.text
    return client


def change(client: TestClient, document_id: str, **fields: str) -> Any:
    """Send one of the two forms of the page that changes a document, ticked unless told otherwise."""
    form = {"csrf": csrf(client, "/account"), "sure": "yes", **fields}
    return client.post(f"/change/{document_id}", data=form, headers={**ORIGIN, **HTML})


def recorded(made: Installation) -> list[tuple[Action, str, str, dict[str, Any]]]:
    """Return what the audit log says of documents: action, document, who acted, details."""
    entries = made.audit.entries()
    assert made.audit.verify().problems == ()
    return [(e.action, e.subject, e.actor, json.loads(e.details)) for e in entries]


def everything(client: TestClient, page: OpenPage) -> str:
    """Return all that a person can be shown of the lamps, without asking anew."""
    listed = client.get("/conversations").text
    conversation = listed.partition("/conversations/")[2].partition("/")[0].partition(".")[0]
    came = page.fire(page.event("_suggest"), [None]) + OpenPage(client).arrive(conversation=conversation)
    for path in (f"/conversations/{conversation}.txt", "/documents", "/documents/lamps", "/documents?q=whale"):
        came += client.get(path).text
    return came


def test_a_document_that_is_closed_is_gone_at_the_next_question_and_back_when_it_is_opened(
    made: Installation, owner: TestClient
) -> None:
    with made.with_session("Pat") as pat:
        page = OpenPage(pat)
        assert TOLD in page.ask(QUESTION)
        assert TOLD in everything(pat, page)
        assert change(owner, "lamps", act="move", audience="staff").status_code == 200
        assert TOLD not in page.ask("And who lights them?") + page.ask(QUESTION)
        hidden = everything(pat, page)
        assert "whale" not in hidden.replace("q=whale", "").replace('value="whale"', "").replace("“whale”", "")
        assert TOLD not in hidden
        change(owner, "lamps", act="move", audience="public")
        assert TOLD in page.ask(QUESTION)
        assert TOLD in everything(pat, page)
    with made.browser() as anybody:
        assert TOLD in OpenPage(anybody).ask(QUESTION)
    person_id = str(made.people.named("Owner").person.id)
    assert [entry for entry in recorded(made) if entry[0] is Action.AUDIENCE_CHANGED] == [
        (Action.AUDIENCE_CHANGED, "lamps", person_id, {"from": "partner", "to": "staff"}),
        (Action.AUDIENCE_CHANGED, "lamps", person_id, {"from": "staff", "to": "public"}),
    ]


def test_a_withdrawn_document_is_never_cited_again(made: Installation, owner: TestClient) -> None:
    with made.with_session("Pat") as pat:
        page = OpenPage(pat)
        assert TOLD in page.ask(QUESTION)
        assert "No answer uses it any more" in change(owner, "lamps", act="withdraw").text
        assert TOLD not in page.ask(QUESTION) + everything(pat, page)
    assert list(made.settings.intake.glob("*.md")) == []
    garden = made.settings.corpus[0] / "garden.md"
    change(owner, "garden", act="withdraw")
    assert garden.exists()
    assert owner.get("/documents/garden").status_code == 404
    person_id = str(made.people.named("Owner").person.id)
    assert [entry for entry in recorded(made) if entry[0] is Action.DOCUMENT_REMOVED] == [
        (Action.DOCUMENT_REMOVED, "lamps", person_id, {"audience": "partner"}),
        (Action.DOCUMENT_REMOVED, "garden", person_id, {"audience": "public"}),
    ]


def test_nothing_changes_without_the_tick_the_token_or_a_known_audience(made: Installation, owner: TestClient) -> None:
    before = recorded(made)
    for fields in (
        {"act": "move", "audience": "public", "sure": ""},
        {"act": "withdraw", "sure": ""},
        {"act": "withdraw", "csrf": "forged"},
        {"act": "withdraw", "csrf": csrf(made.with_session("Owner"), "/account")},
    ):
        assert change(owner, "lamps", **fields).status_code == 400
    for fields in ({"act": "move", "audience": "everyone"}, {"audience": "public"}):
        assert "Saved" not in change(owner, "lamps", **fields).text
    assert "Saved" in change(owner, "lamps", act="move", audience="partner").text
    assert 'value="partner" selected' in owner.get("/change/lamps", headers=HTML).text
    assert recorded(made) == before


def test_for_everybody_else_there_is_nothing_to_change(made: Installation, owner: TestClient) -> None:
    before = recorded(made)
    for client in (made.browser(), *map(made.with_session, ("Staff", "Pat", "Half owner"))):
        for key in ("lamps", "wages", "unknown"):
            told = client.get(f"/change/{key}").text.replace(f"%2F{key}", "%2Funknown")  # the way back after signing in
            assert told == client.get("/change/unknown").text
            assert client.get(f"/change/{key}").status_code == 404
            form = {"csrf": csrf(client), "sure": "yes", "act": "withdraw"}
            assert client.post(f"/change/{key}", data=form, headers=ORIGIN).status_code == 404
        assert client.post("/upload", files={"files": ("wages.md", b"# x")}, headers=ORIGIN).status_code == 403
        assert "/change/" not in client.get("/documents/garden").text
    assert recorded(made) == before


def test_content_owners_find_the_page_where_they_read_the_document(owner: TestClient) -> None:
    assert 'href="/change/lamps"' in owner.get("/documents/lamps").text
    assert "Change “The lamps”" in owner.get("/change/lamps", headers=HTML).text


def test_uploads_replacements_and_what_came_along_in_a_folder_are_recorded(
    made: Installation, owner: TestClient
) -> None:
    person_id = str(made.people.named("Owner").person.id)
    assert recorded(made) == [(Action.DOCUMENT_ADDED, "lamps", person_id, {"audience": "partner"})]
    write_files(made.settings.corpus[0], {"boats.md": "# Boats\n\nThere are 12 boats.\n"})
    files = {"files": ("Lamps.md", LAMPS + b"\nNobody buys oil.\n")}
    form = {"audience": "staff", "replace": "true"}
    assert "Added" in owner.post("/upload", data=form, files=files, headers={**ORIGIN, **HTML}).text
    assert recorded(made)[1:] == [
        (Action.DOCUMENT_CHANGED, "lamps", person_id, {"audience": "staff"}),
        (Action.AUDIENCE_CHANGED, "lamps", person_id, {"from": "partner", "to": "staff"}),
        (Action.DOCUMENT_ADDED, "boats", "a folder", {"audience": "public"}),
    ]


def test_conversations_that_are_taken_along_are_recorded(made: Installation, owner: TestClient) -> None:
    with made.with_session("Pat") as pat:
        OpenPage(pat).ask(QUESTION)
        listed = pat.get("/conversations").text
        conversation = listed.partition("/conversations/")[2].partition("/")[0].partition(".")[0]
        assert TOLD in pat.get(f"/conversations/{conversation}.md").text
        assert made.with_session("Staff").get(f"/conversations/{conversation}.md").status_code == 404
        pat.get("/account/data.json")
    person_id = str(made.people.named("Pat").person.id)
    assert recorded(made)[-2:] == [
        (Action.EXPORTED, conversation, person_id, {"form": "md"}),
        (Action.PERSON_EXPORTED, person_id, person_id, {}),
    ]
