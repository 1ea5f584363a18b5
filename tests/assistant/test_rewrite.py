"""A follow-up becomes a question that stands alone; a new topic stays as it was typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpus.documents
from assistant.acronyms import expand
from assistant.answer import Exchange
from assistant.rewrite import standalone
from corpus.glossary import Glossary, Term, read_glossary

PARTNERS = Exchange(
    "How many organisations did the ihub work in partnership with in 2017-18?",
    "A recent count of organisations we actively worked in partnership with highlighted 117 separate organisations.",
)
LEAD = Exchange(
    "Who leads the Strategic Planning Portfolio?", "Ada Byron is named as lead of the Strategic Planning Portfolio."
)
SPSP = Exchange("What is SPSP?", "The Scottish Patient Safety Programme is a national safety programme.")
DEMENTIA = Exchange("What did the ihub do about dementia in Fife?", "")
HAD = Exchange("How many people had dementia in 2017?", "")
DAY = Exchange("When was the second What matters to you? day?", "")
THE_PARTNERS = "the organisations the ihub worked in partnership with in 2017-18"

texts = st.text(max_size=80) | st.sampled_from(
    ["why?", "and in 2018?", "what about it?", "tell me more", "Who leads IT?", "How many?", "there", "ones?", "And?"]
)
exchanges = st.builds(Exchange, question=texts, answer=st.text(max_size=40))
glossary = Glossary(
    (
        Term("IJB", "A board.", "Integration Joint Board"),
        Term("HSCP", "A partnership.", "Health and Social Care Partnership"),
        Term("H@H", "Care at home.", "Hospital at Home"),
        Term("LIST", "Analysts.", "Local Intelligence Support Team"),
        Term("NEWS", "A score.", "National Early Warning Score"),
        Term("WHO", "A body.", "World Health Organisation"),
        Term("CO", "An officer.", "Chief Officer"),
        Term("SPSP", "A programme.", "Scottish Patient Safety Programme"),
        Term("SPSP-MH", "A part of it.", "SPSP for Mental Health"),
        Term("GMS", "A contract.", "General Medical Services (Contract)"),
        Term("WMTY", "A day.", "What matters to you?"),
        Term("GP cluster", "A group of practices."),
    )
)


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (PARTNERS, "and how many of them were new?", f"How many of {THE_PARTNERS} were new?"),
        (PARTNERS, "And which were new?", f"Which of {THE_PARTNERS} were new?"),
        (PARTNERS, "who are they?", f"Who are {THE_PARTNERS}?"),
        (LEAD, "what are its aims?", "What are the Strategic Planning Portfolio’s aims?"),
        (LEAD, "What's her phone number?", "What's Ada Byron’s phone number?"),
        (SPSP, "who leads it?", "Who leads SPSP?"),
        (SPSP, "what does that stand for?", "What does SPSP stand for?"),
        (SPSP, "How did they get these results?", "How did SPSP get these results?"),
        (SPSP, "How many boards take part in this programme?", "How many boards take part in SPSP?"),
        (SPSP, "What is the aim of the programme?", "What is the aim of SPSP?"),
        (DEMENTIA, "what were the outcomes there?", "What were the outcomes in Fife?"),
        (HAD, "How many of them were under 65?", "How many of the people that had dementia in 2017 were under 65?"),
        (HAD, "Is that going up?", "Is dementia going up?"),
        (
            Exchange("What is From Observation to Intervention?", ""),
            "How many strands does it have?",
            "How many strands does From Observation to Intervention have?",
        ),
        (Exchange("Who set the goal of 200 days?", ""), "Was it met?", "Was the goal of 200 days met?"),
        (Exchange("What were the aims of SPSP?", ""), "were they reached?", "Were the aims of SPSP reached?"),
        (DAY, "What did it focus on?", "What did the second What matters to you? day focus on?"),
        (
            Exchange("How many joined What matters to you?", ""),
            "how much did it cost?",
            "How much did What matters to you cost?",
        ),
    ],
)
def test_a_pronoun_gets_what_it_stands_for(before: Exchange, question: str, expected: str) -> None:
    assert standalone(question, [before]) == expected


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (LEAD, "what about housing?", "Who leads the housing Portfolio?"),
        (LEAD, "and SPSP?", "Who leads SPSP?"),
        (SPSP, "what about hospital at home?", "What is hospital at home?"),
        (DEMENTIA, "and in Moray?", "What did the ihub do about dementia in Moray?"),
        (DEMENTIA, "what about housing?", "What did the ihub do about housing in Fife?"),
        (
            PARTNERS,
            "and in 2016-17?",
            "How many organisations did the ihub work in partnership with in 2016-17?",
        ),
        (Exchange("When was phase one of the work?", ""), "And phase two?", "When was phase two of the work?"),
        (
            Exchange("When did the first phase of SPSP run?", ""),
            "and the second?",
            "When did the second phase of SPSP run?",
        ),
        (PARTNERS, "What about the IJBs?", "How many IJBs did the ihub work in partnership with in 2017-18?"),
        (PARTNERS, "And the NHS?", f"What about the NHS among {THE_PARTNERS}?"),
        (
            Exchange("How much does treating HAI cost in Scotland?", ""),
            "And what was it in 2014?",
            "How much does treating HAI cost in Scotland in 2014?",
        ),
    ],
)
def test_what_about_asks_again_with_the_matching_part_replaced(before: Exchange, question: str, expected: str) -> None:
    assert standalone(question, [before]) == expected


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (PARTNERS, "why?", "Why did the ihub work in partnership with these organisations in 2017-18?"),
        (PARTNERS, "which ones?", "Which organisations did the ihub work in partnership with in 2017-18?"),
        (PARTNERS, "tell me more", f"Tell me more about {THE_PARTNERS}."),
        (SPSP, "tell me more about it", "Tell me more about SPSP."),
        (SPSP, "and what were the results?", "What were the results of SPSP?"),
        (SPSP, "how many patients?", "How many patients are there in SPSP?"),
        (LEAD, "why?", "Why is it that Ada Byron leads the Strategic Planning Portfolio?"),
        (Exchange("When was the ihub set up?", ""), "why?", "Why was the ihub set up?"),
    ],
)
def test_what_was_left_out_is_put_back(before: Exchange, question: str, expected: str) -> None:
    assert standalone(question, [before]) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What does SPSP stand for?",
        "Who leads LWiC?",
        "What is the ihub?",
        "How do HSCPs plan their services?",
        "Which boards shared their data?",
        "Is it true that deaths fell?",
        "Which boards are in the network that shares data?",
        "Who led the HIS review?",
        "What are the aims of Hospital at Home?",
        "thanks",
    ],
)
def test_a_new_topic_does_not_drag_the_old_one_along(question: str) -> None:
    assert standalone(question, [Exchange("What is happening in housing?", "Much."), LEAD]) == question


def test_a_leading_and_does_not_make_a_new_topic_a_follow_up() -> None:
    assert standalone("And what does SPSP stand for?", [PARTNERS]) == "What does SPSP stand for?"


def test_a_chain_of_follow_ups_leads_back_to_the_question_that_stood_alone() -> None:
    chain = [SPSP, Exchange("who leads it?", "Ada Byron leads SPSP."), Exchange("why?", "")]
    assert standalone("what are its aims?", chain) == "What are SPSP’s aims?"


def test_the_latest_topic_wins() -> None:
    assert (
        standalone("who leads it?", [SPSP, Exchange("What is Hospital at Home?", "")]) == "Who leads Hospital at Home?"
    )


def test_a_person_who_is_not_known_is_not_made_up() -> None:
    assert standalone("What is his role?", [SPSP]) == "What is his role (SPSP)?"


@given(texts)
def test_without_history_a_question_stays_as_it_is(question: str) -> None:
    assert standalone(question, []) == question


@settings(deadline=None)
@given(texts, st.lists(exchanges, max_size=4))
def test_any_text_gives_a_text_and_the_same_one_each_time(question: str, history: list[Exchange]) -> None:
    first = standalone(question, history)
    assert bool(first.strip()) >= bool(question.strip())
    assert first == standalone(question, history)


@settings(max_examples=20, deadline=None)
@given(st.lists(exchanges, min_size=25, max_size=25))
def test_a_long_conversation_does_not_grow_the_question(history: list[Exchange]) -> None:
    assert len(standalone("and why?", history)) < 2_000


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is an IJB?", "What is an IJB (Integration Joint Board)?"),
        ("What do IJBs do?", "What do IJBs (Integration Joint Boards) do?"),
        ("ijb budgets", "ijb (Integration Joint Board) budgets"),
        ("the HSCP's plan", "the HSCP's (Health and Social Care Partnership) plan"),
        ("integration joint boards in Fife", "integration joint boards (IJB) in Fife"),
        ("H@H in Fife", "H@H (Hospital at Home) in Fife"),
        ("What is SPSP-MH?", "What is SPSP-MH (SPSP for Mental Health)?"),
        ("What matters to you?", "What matters to you (WMTY)?"),
        ("the GMS contract", "the GMS (General Medical Services Contract) contract"),
        ("Who is in LIST?", "Who is in LIST (Local Intelligence Support Team)?"),
    ],
)
def test_acronyms_are_expanded_both_ways(question: str, expected: str) -> None:
    assert expand(question, glossary) == expected


@pytest.mark.parametrize(
    "question",
    [
        "any news about who is on the list?",
        "WHO IS ON THE LIST?",
        "co-production and CO2",
        "What is an IJB (Integration Joint Board)?",
        "the National Early Warning Score",
        "What is a GP cluster?",
    ],
)
def test_words_and_names_already_said_are_left_alone(question: str) -> None:
    assert expand(question, glossary) == question


@given(texts)
def test_expanding_twice_gives_what_expanding_once_gives(question: str) -> None:
    once = expand(question, glossary)
    assert expand(once, glossary) == once
    assert len(once) >= len(question)


def test_every_acronym_of_the_glossary_is_expanded_as_it_is_written() -> None:
    known = read_glossary([Path(next(iter(corpus.documents.__path__)))])
    for term in known.terms:
        if term.expansion and term.term != "ihub":
            assert f"{term.term} (" in expand(f"What is {term.term}?", known)
