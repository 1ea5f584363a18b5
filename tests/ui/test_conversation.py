"""A conversation keeps every question, whatever becomes of it."""

from __future__ import annotations

import logging

import pytest

from corpus.document import Audience
from corpus.errors import AssistantError
from tests.ui.scripted import ScriptedAssistant, as_assistant, make_abstention, make_answer
from ui.conversation import FAILED, NO_QUESTION, STILL_ANSWERING, Failure, Turn, Turns, answer_last, refusal
from ui.person import Person


def last_event(scripted: ScriptedAssistant, turns: Turns, person: Person) -> object:
    return list(answer_last(as_assistant(scripted), turns, person))[-1]


@pytest.mark.parametrize("question", ["", "   ", "\n\t "])
def test_an_empty_question_gets_a_plain_sentence(question: str) -> None:
    assert refusal(question, ()) == NO_QUESTION


def test_a_second_question_waits_for_the_first() -> None:
    assert refusal("next?", (Turn("first?"),)) == STILL_ANSWERING
    assert refusal("next?", (Turn("first?", make_answer()),)) == ""


def test_a_pasted_page_is_refused_before_anything_is_asked() -> None:
    assert "2,000" in refusal("word " * 3_000, ())


def test_a_follow_up_carries_the_earlier_exchanges_and_the_audience() -> None:
    scripted = ScriptedAssistant([make_answer()])
    turns = (Turn("a?", make_answer()), Turn("b?", make_abstention()), Turn("c?"))
    answered = last_event(scripted, turns, Person.anonymous(Audience.PARTNER))
    assert answered == Turn("c?", make_answer())
    (query,) = scripted.queries
    assert (query.question, query.audience) == ("c?", Audience.PARTNER)
    assert [(e.question, e.answer) for e in query.history] == [
        ("a?", make_answer().text),
        ("b?", make_abstention().text),
    ]


def test_an_expected_error_is_shown_in_its_own_words() -> None:
    answered = last_event(ScriptedAssistant([AssistantError("Too long.")]), (Turn("q"),), Person.anonymous())
    assert answered == Failure("Too long.")


def test_an_unexpected_error_is_logged_and_told_in_one_sentence(caplog: pytest.LogCaptureFixture) -> None:
    scripted = ScriptedAssistant([RuntimeError("secret detail")])
    with caplog.at_level(logging.ERROR):
        assert last_event(scripted, (Turn("q"),), Person.anonymous()) == Failure(FAILED)
    assert "secret detail" in caplog.text
