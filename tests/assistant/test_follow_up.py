"""Follow-ups on the documents that ship: answered with the question before, not by what was just said, nor dragged."""

from __future__ import annotations

import pytest

from assistant.answer import Abstention, Answer, Exchange, Query
from assistant.pipeline import Assistant

LEARNED = Exchange(
    "What is neighbourhood care?",
    "The learning report covering 2018-19 found that neighbourhood care mostly took the form of local teams of health "
    "and social care staff.",
)
MANAGED = Exchange(
    "How many more patients did Hospital at Home manage?",
    "The number of patients managed by Hospital at Home rose by 68% between 2021 and 2022, says the ihub page of about "
    "2023.",
)


def test_what_rewriting_leaves_open_is_answered_with_the_question_before(shipped: Assistant) -> None:
    response = shipped.invoke(Query("What went wrong?", (LEARNED,)))
    assert isinstance(response.reply, Answer)
    assert "Problems reported in neighbourhood care" in response.reply.citations[0].quotation
    assert response.standalone_question == "What went wrong (What is neighbourhood care)?"


def test_what_was_just_said_does_not_answer_a_further_question(shipped: Assistant) -> None:
    assert isinstance(shipped.invoke(Query("How old were they on average?", (MANAGED,))).reply, Abstention)


def test_what_was_just_said_is_said_again_to_who_asks_for_it_again(shipped: Assistant) -> None:
    reply = shipped.invoke(Query(MANAGED.question, (MANAGED,))).reply
    assert isinstance(reply, Answer)
    assert MANAGED.answer in [citation.quotation for citation in reply.citations]


@pytest.mark.parametrize(
    "question",
    ["Who won the football on Saturday?", "How much does a new hip cost?", "Which wards were painted green?"],
)
def test_a_new_topic_that_the_documents_lack_is_declined_whatever_was_asked_before(
    shipped: Assistant, question: str
) -> None:
    for before in (LEARNED, MANAGED):
        response = shipped.invoke(Query(question, (before,)))
        assert isinstance(response.reply, Abstention)
        assert response.standalone_question == question
