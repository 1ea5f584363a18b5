"""Kept conversations: each person's own, to find, rename, take along and delete."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from corpus.document import Audience
from tests.ui.scripted import ScriptedAssistant, as_assistant, make_answer
from ui.conversation import Talk
from ui.conversations import conversations_router
from ui.keeping import Keeper
from ui.person import Person
from ui.records.conversations import Conversations
from ui.records.database import Database

ASSISTANT = as_assistant(ScriptedAssistant([]))


def person_of(request: Request) -> Person:
    name = request.headers.get("x-person")
    return Person(name, name.title(), Audience.PUBLIC) if name else Person.anonymous()


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database.open("", tmp_path)


@pytest.fixture
def client(database: Database) -> TestClient:
    app = FastAPI()
    app.include_router(conversations_router(ASSISTANT, person_of, database, site="Site"))
    return TestClient(app, headers={"x-person": "alice"}, follow_redirects=True)


def keep_one(database: Database, question: str, person: str = "alice") -> str:
    keeper, asking = Keeper(ASSISTANT, database), Person(person, person, Audience.PUBLIC)
    talk = keeper.ask(asking, Talk(), question)
    keeper.finish(asking, dataclasses.replace(talk.turns[0], reply=make_answer()))
    return talk.id


def test_conversations_are_listed_by_title_latest_first(client: TestClient, database: Database) -> None:
    keep_one(database, "What is <b>frailty</b>?")
    latest = keep_one(database, "Who pays?")
    html = client.get("/conversations").text
    assert html.index("Who pays?") < html.index("What is &lt;b&gt;frailty&lt;/b&gt;?")
    assert f'href="/?conversation={latest}"' in html


def test_a_search_looks_at_titles_and_questions(client: TestClient, database: Database) -> None:
    key = keep_one(database, "What is frailty?")
    Conversations(database).ask("alice", key, "And 100% of falls?")
    keep_one(database, "Who pays?")
    for search in ("FRAIL", "falls", "100%"):
        html = client.get("/conversations", params={"q": search}).text
        assert "What is frailty?" in html
        assert "Who pays?" not in html
    assert "No conversation has “zebra”" in client.get("/conversations?q=zebra").text


def test_a_conversation_can_be_renamed(client: TestClient, database: Database) -> None:
    key = keep_one(database, "What is frailty?")
    html = client.post(f"/conversations/{key}/rename", data={"title": "  My <i>notes</i> "}).text
    assert "My &lt;i&gt;notes&lt;/i&gt;" in html
    client.post(f"/conversations/{key}/rename", data={"title": " "})
    assert Conversations(database).title("alice", key) == "My <i>notes</i>"


def test_a_deleted_conversation_is_gone(client: TestClient, database: Database) -> None:
    key = keep_one(database, "What is frailty?")
    assert "What is frailty?" not in client.post(f"/conversations/{key}/delete").text
    assert client.get(f"/conversations/{key}.md").status_code == 404


def test_all_can_be_deleted_at_once_and_only_ones_own(client: TestClient, database: Database) -> None:
    keep_one(database, "Mine?")
    keep_one(database, "Hers?", "bob")
    client.post("/conversations/delete-all")
    assert Conversations(database).list("alice") == ()
    assert len(Conversations(database).list("bob")) == 1


@pytest.mark.parametrize("form", ["md", "txt", "html"])
def test_a_conversation_can_be_taken_along(client: TestClient, database: Database, form: str) -> None:
    key = keep_one(database, "What is frailty?")
    response = client.get(f"/conversations/{key}.{form}")
    assert "Cited words here" in response.text
    assert response.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("person", ["bob", ""])
def test_nobody_reaches_another_persons_conversation(client: TestClient, database: Database, person: str) -> None:
    key = keep_one(database, "What is frailty?")
    other = {"x-person": person}
    assert "frailty" not in client.get("/conversations", headers=other).text
    for answer in (
        client.get(f"/conversations/{key}.md", headers=other),
        client.post(f"/conversations/{key}/rename", data={"title": "x"}, headers=other),
        client.post(f"/conversations/{key}/delete", headers=other),
    ):
        assert answer.status_code == 404
    assert Conversations(database).title("alice", key) == "What is frailty?"


def test_somebody_who_is_not_signed_in_is_told_where_their_conversation_is(client: TestClient) -> None:
    assert "kept in this browser tab only" in client.get("/conversations", headers={"x-person": ""}).text


def test_old_conversations_are_forgotten(database: Database) -> None:
    keep_one(database, "Old?")
    store = Conversations(database)
    assert store.forget(datetime.now(UTC) - timedelta(days=1)) == 0
    assert store.forget(datetime.now(UTC) + timedelta(seconds=1)) == 1
    assert store.list("alice") == ()
