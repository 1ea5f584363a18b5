"""Mistyped names are mended from the words of the passages, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical import LexicalIndex
from index.spelling import mend

TEXTS = [
    "Ruth Glassborow is director of the collaborative for pressure ulcers.",
    "The Clackmannanshire partnership met in Stirling with the Kirkcaldy carers.",
    "Matching of wards and hospitals by the collaborative; Glassborow agreed.",
]
INDEX = LexicalIndex.build([f"d:{n}" for n in range(len(TEXTS))], TEXTS)
WORDS = {"marching", "weather", "password", "table"}


def mended(question: str, *indexes: LexicalIndex) -> str:
    return mend(question, indexes or (INDEX,), lambda word: word in WORDS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Who is Ruth Glasborow?", "Who is Ruth Glassborow?"),
        ("who is glasborow", "who is Glassborow"),
        ("Glassborow’s role? Glasborow's role?", "Glassborow’s role? Glassborow's role?"),
        ("the presure ulcers", "the pressure ulcers"),
        ("Clackmanannshire partnership", "Clackmannanshire partnership"),
        ("carers in Kirkcladdy", "carers in Kirkcaldy"),
        ("carers in Kirkcadly", "carers in Kirkcaldy"),
    ],
)
def test_a_slip_in_a_name_is_mended(typed: str, meant: str) -> None:
    assert mended(typed) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Who is Ruth Glassborow?",
        "Is marching on the ward allowed?",
        "What is the weather in Paris?",
        "hospital hospitals collaboratives",
        "Hullo thare Glasborov jusst tryink",
        "Wie vielen Glasborow Kirkcaldi Stirlink",
        "Perth 2017-18?",
        "",
        "🎉",
    ],
)
def test_known_words_other_words_and_other_languages_stay(question: str) -> None:
    assert mended(question) == question


def test_only_words_of_passages_that_may_be_read_are_used() -> None:
    staff = LexicalIndex.build(["s:1"], ["Morag Sinclair is paid by the council."])
    assert mended("Who is Morag Sinclar?") == "Who is Morag Sinclar?"
    assert mended("Who is Morag Sinclar?", INDEX, staff) == "Who is Morag Sinclair?"


def test_an_empty_index_mends_nothing() -> None:
    assert mended("Glasborow", LexicalIndex.build([], [])) == "Glasborow"


@given(st.text(max_size=60))
def test_any_text_can_be_mended_and_stays_so(question: str) -> None:
    once = mended(question)
    assert mended(once) == once
