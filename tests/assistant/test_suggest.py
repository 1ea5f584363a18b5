"""Suggestions: questions made from headings, kept only where the documents answer them, for those who may read them."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Abstention, Answer, Query, Reason
from assistant.factory import open_assistant
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.suggest import FOLLOW_UPS, Suggestions, question_from, title_of, topic_of
from corpus.document import Audience
from index.embedding import MiniLMEmbeddings
from index.sync import sync
from tests.corpus.making import write_files

GARDEN = """\
# The Harbour Garden Programme

The Harbour Garden Programme is a programme of the council that grows food with people who live near the harbour.

## Aims

The aims of the Harbour Garden Programme are to grow food for the town and to bring neighbours together.

## Origins

The Harbour Garden Programme began in May 2016, when the old library gave its yard to twelve volunteers.

## Principles

The principles of the Harbour Garden Programme are that all are welcome and that nothing is sprayed.

## Sources

https://example.org/garden, read in March 2019.
"""
PAY = """\
# The Warden Pay Programme

The Warden Pay Programme is a programme of the council that sets the pay of the wardens of the Harbour Garden.

## Aims

The aims of the Warden Pay Programme are to pay each warden £14.75 an hour.

## Origins

The Warden Pay Programme began in June 2017, when the wardens of the Harbour Garden asked for it.
"""
CATALOGUE = '[[document]]\nfile = "pay.md"\naudience = "staff"\n'
ABOUT = "What is the Harbour Garden Programme?"


@pytest.fixture(scope="module")
def gardens(tmp_path_factory: pytest.TempPathFactory, embeddings: MiniLMEmbeddings) -> Assistant:
    """An assistant over a public and a staff document, which answers whatever it can."""
    files = {"catalogue.toml": CATALOGUE, "garden.md": GARDEN, "pay.md": PAY}
    corpus, home = write_files(tmp_path_factory.mktemp("gardens"), files), tmp_path_factory.mktemp("gardens-home")
    sync([corpus], home, embeddings)
    return open_assistant(
        Settings(_env_file=None, corpus=(corpus,), home=home, reader="baseline", answer_threshold=0.0), embeddings
    )


@pytest.mark.parametrize(
    ("heading", "title", "question"),
    [
        ("Aims", "Hospital at Home, 2017", "What are the aims of Hospital at Home?"),
        ("Aims and scope", "Strategic Planning Portfolio", "What are the aims of the Strategic Planning Portfolio?"),
        ("Origins", "The Hub", "How did the Hub begin?"),
        ("How the Collaborative began", "Any", "How did the Collaborative begin?"),
        ("What QI covers", "Any", "What does QI cover?"),
        ("What the programme is", "Focus on Dementia: a brief", "Focus on Dementia: what is the programme?"),
        ("How common pressure ulcers are", "Pressure ulcers", "Pressure ulcers: how common are pressure ulcers?"),
        ("Why falls matter", "Falls", "Falls: why do falls matter?"),
        ("Why safety matters", "Care", "Care: why does safety matter?"),
        ("The partner boards", "Frailty", "Frailty: what are the partner boards?"),
        ("Results in 2018", "SPSP", "What results did SPSP have?"),
        ("Support for teams", "Frailty", "Frailty: what is said about support for teams?"),
    ],
)
def test_a_heading_becomes_the_question_that_it_answers(heading: str, title: str, question: str) -> None:
    assert question_from(heading, title) == question


@pytest.mark.parametrize("heading", ["", "Sources", "References", "What is not known", "Annex B", "Something else"])
def test_a_heading_that_fits_no_question_makes_none(heading: str) -> None:
    assert question_from(heading, "Frailty") == ""


@given(heading=st.text(max_size=80), title=st.text(max_size=80))
def test_whatever_a_heading_holds_the_question_is_one_or_nothing(heading: str, title: str) -> None:
    question = question_from(heading, title)
    assert question == "" or question.endswith("?")


def test_a_title_is_named_as_it_stands_in_a_sentence() -> None:
    assert title_of("Value Management: a summary") == "Value Management"
    assert title_of("Neighbourhood care, 2017") == "Neighbourhood care"
    assert title_of("Frailty, falls and more") == "Frailty, falls and more"
    assert topic_of("The Improvement Hub") == "the Improvement Hub"
    assert topic_of("Strategic Planning Portfolio") == "the Strategic Planning Portfolio"


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.STAFF])
def test_follow_ups_are_answered_for_the_person_who_gets_them(gardens: Assistant, audience: Audience) -> None:
    reply = gardens.invoke(Query(ABOUT, (), audience)).reply
    found = Suggestions(gardens).follow_ups(ABOUT, reply, [ABOUT], audience)
    assert 0 < len(found) <= FOLLOW_UPS
    assert len(set(found)) == len(found)
    for question in found:
        assert isinstance(gardens.invoke(Query(question, (), audience)).reply, Answer), question
        assert audience is Audience.STAFF or "Pay" not in question


def test_nothing_is_offered_that_was_asked_already(gardens: Assistant) -> None:
    reply = gardens.invoke(Query(ABOUT)).reply
    first = Suggestions(gardens).follow_ups(ABOUT, reply, [ABOUT], Audience.PUBLIC)
    asked = [ABOUT, first[0].upper().replace(" ", "  ")]
    assert first[0] not in Suggestions(gardens).follow_ups(ABOUT, reply, asked, Audience.PUBLIC)


def test_after_an_abstention_a_year_that_hides_the_answer_is_left_out(gardens: Assistant) -> None:
    declined = Abstention(Reason.NOT_THIS_DETAIL, "The documents do not say this.")
    found = Suggestions(gardens).follow_ups(
        "What are the aims of the Harbour Garden Programme in 1987?", declined, [], Audience.PUBLIC
    )
    assert "What are the aims of the Harbour Garden Programme?" in found


def test_each_document_is_learned_once_with_the_questions_that_it_answers(gardens: Assistant) -> None:
    suggestions = Suggestions(gardens)
    library = gardens.library(Audience.STAFF)
    garden = next(d for d in library.documents() if d.file == "garden.md")
    assert suggestions.known_questions(garden) == ()
    suggestions.learn(Audience.STAFF)
    known = suggestions.known_questions(garden)
    assert "What are the aims of the Harbour Garden Programme?" in known
    for question in known:
        reply = gardens.invoke(Query(question, (), Audience.PUBLIC)).reply
        assert isinstance(reply, Answer)
        assert any(citation.document_id == garden.id for citation in reply.citations)


def test_closing_ends_the_search_and_waits_for_no_more(gardens: Assistant) -> None:
    suggestions = Suggestions(gardens)
    closing = threading.Thread(target=suggestions.close)
    closing.start()
    closing.join(timeout=60)
    assert not closing.is_alive()
    reply = gardens.invoke(Query(ABOUT)).reply
    assert suggestions.follow_ups(ABOUT, reply, [ABOUT], Audience.PUBLIC) == ()
    suggestions.learn(Audience.PUBLIC)
    assert all(suggestions.known_questions(d) == () for d in gardens.library(Audience.PUBLIC).documents())
