"""Every question that a new person is offered is answered from the documents that ship; what they lack is declined."""

from __future__ import annotations

import pytest

from assistant.answer import Abstention, Answer, Query
from assistant.pipeline import Assistant
from ui.start_here import NEWCOMERS, PARTNERS, PATH, STAFF

OFFERED = sorted({*NEWCOMERS, *(question for step in (*PATH, PARTNERS, STAFF) for question in step.questions)})


@pytest.mark.parametrize("question", OFFERED)
def test_what_is_offered_is_answered(shipped: Assistant, question: str) -> None:
    assert isinstance(shipped.invoke(Query(question)).reply, Answer)


@pytest.mark.parametrize(
    "question",
    [
        "How much money did the ihub spend?",
        "How much money did the ihub get from the Scottish Government?",
        "How many staff work in the ihub?",
        "Who wrote the neighbourhood care report?",
        "What is the ihub's phone number?",
    ],
)
def test_what_the_documents_lack_is_declined(shipped: Assistant, question: str) -> None:
    assert isinstance(shipped.invoke(Query(question)).reply, Abstention)


def test_a_passage_is_found_that_shares_no_word_with_the_question_but_was_asked_about(shipped: Assistant) -> None:
    asked = "How many health authorities piloted the fresh approach to watching psychiatric inpatients?"
    _, found = shipped.find(Query(asked))
    assert any("Six boards tested new ways of working" in one.passage.text for one in found[:4])


def test_the_main_question_is_answered_by_the_very_sentence(shipped: Assistant) -> None:
    reply = shipped.invoke(Query("How many organisations did the ihub work in partnership with in 2017-18?")).reply
    assert isinstance(reply, Answer)
    assert "117 separate organisations" in reply.citations[0].quotation


def test_two_things_compared_are_both_quoted(shipped: Assistant) -> None:
    reply = shipped.invoke(Query("What is the difference between an IJB and an HSCP?")).reply
    assert isinstance(reply, Answer)
    one, other = (citation.quotation for citation in reply.citations)
    assert "Integration Joint Board" in one
    assert "Health and Social Care Partnership" in other
