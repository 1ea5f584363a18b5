"""What is kept of a conversation holds no words of documents, and is shown again only as far as it may be."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Abstention, Answer, Mode, Statement
from corpus.document import Audience, Document
from tests.ui.scripted import (
    ScriptedAssistant,
    as_assistant,
    make_abstention,
    make_answer,
    make_document,
    make_pages,
)
from ui.access.readable import NO_LONGER
from ui.conversation import Talk, Turn
from ui.keeping import Keeper
from ui.kept import keep, keep_reply, read_kept, restore_turn
from ui.person import Person
from ui.records.conversations import Conversations
from ui.records.database import Database

HELD = {"overview": make_document(title='The "<overview>"')}


def again(reply: Answer | Abstention, held: dict[str, Document] = HELD) -> Answer | Abstention:
    restored = restore_turn("q?", keep_reply(reply), held.get).reply
    assert restored is not None
    return restored


def test_a_quoted_answer_comes_back_in_the_words_of_the_document() -> None:
    restored = again(make_answer())
    assert isinstance(restored, Answer)
    assert [statement.text for statement in restored.statements] == ["Cited words here."]
    (citation,) = restored.citations
    assert (citation.quotation, citation.title, citation.page) == ("Cited words here.", 'The "<overview>"', None)
    (citation,) = again(make_answer(), {"overview": make_document(pages=make_pages(0, 20))}).citations  # type: ignore[union-attr]
    assert citation.page == "p2"


def test_what_is_kept_holds_no_words_of_the_document() -> None:
    kept = keep((Turn("q?", make_answer(2)), Turn("r?", make_abstention()), Turn("s?")), "")
    assert "Cited" not in kept
    assert "how much" not in kept
    assert [turn.question for turn in read_kept(kept).turns] == ["q?", "r?", "s?"]


@pytest.mark.parametrize(
    "held",
    [
        {},
        {"overview": make_document(text="Other words altogether, and many more of them than before this day.")},
        {"overview": make_document(text="First words & more. Cited words HERE. " * 4)},
    ],
)
def test_an_answer_is_not_shown_once_its_document_is_closed_or_changed(held: dict[str, Document]) -> None:
    restored = again(make_answer(), held)
    assert isinstance(restored, Abstention)
    assert restored.text == NO_LONGER


def test_a_written_answer_keeps_its_text_and_goes_with_its_sources() -> None:
    written = dataclasses.replace(make_answer(), mode=Mode.COMPOSE, statements=(Statement("Written.", (1,)),))
    restored = again(written)
    assert isinstance(restored, Answer)
    assert restored.text == "Written. [1]"
    assert isinstance(again(written, {}), Abstention)


def test_an_abstention_names_only_documents_that_may_be_read() -> None:
    restored = again(make_abstention())
    assert isinstance(restored, Abstention)
    assert restored.nearest == ()
    assert "how much" not in restored.text


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_whatever_a_browser_brings_back_is_harmless(kept: str) -> None:
    assert isinstance(read_kept(kept).turns, tuple)


@pytest.mark.parametrize(
    "kept",
    [
        '{"turns":[{"question":"q","reply":{"statements":[{"text":"Forged.","citations":[]}]}}]}',
        '{"turns":[{"question":"q","reply":{"statements":[{"text":"Forged.","citations":[1]}]}}]}',
        '{"turns":[{"question":"q","reply":{"statements":[{"text":"F","citations":[1]}],"citations":[{"number":1,'
        '"document_id":"overview","start":0,"end":9,"digest":"forged"}]}}]}',
    ],
)
def test_a_forged_answer_is_not_shown(kept: str) -> None:
    keeper = Keeper(as_assistant(ScriptedAssistant([])), None)
    (turn,) = keeper.restore(Person.anonymous(), kept).turns
    assert isinstance(turn.reply, Abstention)


@pytest.fixture
def database(tmp_path: object) -> Database:
    return Database.open(f"sqlite:///{tmp_path}/records.sqlite", tmp_path)  # type: ignore[arg-type]


def test_a_signed_in_persons_conversation_outlives_the_server(database: Database) -> None:
    alice = Person("alice", "Alice", Audience.PUBLIC)
    keeper = Keeper(as_assistant(ScriptedAssistant([])), database)
    talk = keeper.ask(alice, Talk(), "first?")
    answered = dataclasses.replace(talk.turns[-1], reply=make_answer())
    keeper.finish(alice, answered)
    talk = keeper.ask(alice, talk.with_last(answered), "second?")
    anew = Keeper(as_assistant(ScriptedAssistant([])), database).restore(alice, keep((), talk.id))
    assert [turn.question for turn in anew.turns] == ["first?", "second?"]
    assert isinstance(anew.turns[0].reply, Answer)
    assert anew.pending
    assert keeper.restore(Person("bob", "Bob", Audience.STAFF), "", talk.id) == Talk()


def test_what_is_taken_back_is_not_kept(database: Database) -> None:
    alice = Person("alice", "Alice", Audience.PUBLIC)
    keeper = Keeper(as_assistant(ScriptedAssistant([])), database)
    assert keeper.take_back(alice, keeper.ask(alice, Talk(), "never mind")) == Talk()
    assert Conversations(database).list("alice") == ()


def test_a_conversation_is_checked_against_what_its_person_may_read_now(database: Database) -> None:
    staff = ScriptedAssistant([], held=(make_document(audience=Audience.STAFF),))
    keeper = Keeper(as_assistant(staff), database)
    alice = Person("alice", "Alice", Audience.STAFF)
    talk = keeper.ask(alice, Talk(), "secret?")
    keeper.finish(alice, dataclasses.replace(talk.turns[0], reply=make_answer()))
    assert isinstance(keeper.restore(alice, "", talk.id).turns[0].reply, Answer)
    demoted = dataclasses.replace(alice, audience=Audience.PUBLIC)
    assert isinstance(keeper.restore(demoted, "", talk.id).turns[0].reply, Abstention)


def test_two_tabs_of_one_conversation_lose_nothing(database: Database) -> None:
    alice = Person("alice", "Alice", Audience.PUBLIC)
    keeper = Keeper(as_assistant(ScriptedAssistant([])), database)
    talk = keeper.ask(alice, Talk(), "first?")
    keeper.ask(alice, talk, "from one tab?")
    keeper.ask(alice, talk, "from the other?")
    questions = [turn.question for turn in keeper.restore(alice, "", talk.id).turns]
    assert questions == ["first?", "from one tab?", "from the other?"]


def test_a_database_that_fails_stops_nobody_from_asking(database: Database) -> None:
    alice = Person("alice", "Alice", Audience.PUBLIC)
    with database.session() as session:
        session.connection().exec_driver_sql("DROP TABLE turns")
    talk = Keeper(as_assistant(ScriptedAssistant([])), database).ask(alice, Talk(), "still?")
    assert [turn.question for turn in talk.turns] == ["still?"]
