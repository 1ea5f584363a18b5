"""The question as it arrives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question import MAX_QUESTION_CHARACTERS, QuestionRejected, asks_for_clinical_advice, clean, has_words


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("  What is\tthe\r\n ihub? ", "What is the ihub?"),
        ("What\x00 is\x07 it\x1b[31m?", "What is it [31m?"),
        ("line\u2028separator\u2029and paragraph", "line separator and paragraph"),
        ("caf\udce9", "caf"),
        ("<b>What</b> is it?", "<b>What</b> is it?"),
        ("x" * MAX_QUESTION_CHARACTERS, "x" * MAX_QUESTION_CHARACTERS),
        ("a" + " " * 20_000 + "b", "a b"),
    ],
)
def test_a_question_is_put_on_one_line_without_control_characters(typed: str, question: str) -> None:
    assert clean(typed) == question


@pytest.mark.parametrize("typed", ["", " ", "\n\t\r", "\x00\x01\x7f", " " * 20_000])
def test_an_empty_question_is_refused(typed: str) -> None:
    with pytest.raises(QuestionRejected, match=r"^Please type a question\.$"):
        clean(typed)


@pytest.mark.parametrize("length", [MAX_QUESTION_CHARACTERS + 1, 20_000])
def test_a_question_that_is_too_long_is_refused_with_its_length(length: int) -> None:
    with pytest.raises(QuestionRejected, match=f"{length:,}") as caught:
        clean("x" * length)
    assert len(str(caught.value)) < 200


@given(st.text(st.characters(), max_size=200))
def test_cleaning_leaves_words_alone_and_is_done_once(typed: str) -> None:
    try:
        question = clean(typed)
    except QuestionRejected:
        assert not has_words(typed)
        return
    assert clean(question) == question
    assert question.encode()
    assert [c for c in question if c.isalnum()] == [c for c in typed if c.isalnum()]


@pytest.mark.parametrize(
    ("question", "words"),
    [("🎉👍", False), ("??", False), ("…\u200b", False), ("£ 5", True), ("日本", True), ("a", True)],
)
def test_only_letters_and_digits_are_words(question: str, words: bool) -> None:
    assert has_words(question) is words


@pytest.mark.parametrize(
    "question",
    [
        "Should I stop taking my tablets?",
        "My mum has a rash, what should I do?",
        "What dose of paracetamol should I give my child?",
        "How do I treat a pressure ulcer?",
        "I have chest pain",
        "My father fell and is bleeding",
        "How much medication can I take?",
        "Can I give my baby ibuprofen?",
        "SHOULD I SEE A DOCTOR?",
    ],
)
def test_a_question_about_anyones_care_is_told_apart(question: str) -> None:
    assert asks_for_clinical_advice(question)


@pytest.mark.parametrize(
    "question",
    [
        "How many patients had fewer falls?",
        "What did the medicines programme do?",
        "How does the ihub help people with dementia?",
        "Should the ihub start a new programme?",
        "How many pressure ulcers were prevented?",
        "What is anticipatory care planning?",
        "Which health boards took part in the sepsis work?",
        "How can a GP practice help with anticipatory care planning?",
        "Which medicines were reviewed for the safer medicines programme?",
        "What does a partner do in a collaborative?",
        "What antibiotic targets were set for primary care?",
        "How did partners take part in the work?",
        "What did patients say about their care?",
    ],
)
def test_a_question_about_improvement_work_is_not_taken_for_one_about_care(question: str) -> None:
    assert not asks_for_clinical_advice(question)
