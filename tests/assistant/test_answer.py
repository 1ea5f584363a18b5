"""The text of an answer, and what declining says."""

from __future__ import annotations

import pytest

from assistant.abstain import TEXTS
from assistant.answer import Answer, Reason, Statement


def test_each_sentence_is_followed_by_its_numbers() -> None:
    answer = Answer((Statement("One.", (1,)), Statement("Two.", (2, 3)), Statement("Three.", ())), ())
    assert answer.text == "One. [1] Two. [2] [3] Three."


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_to_decline_has_words(reason: Reason) -> None:
    assert TEXTS[reason].endswith(".")


def test_declining_for_want_of_an_answer_says_so_first() -> None:
    for reason in (Reason.NOTHING_FOUND, Reason.NOT_THIS_DETAIL):
        assert TEXTS[reason].startswith("The documents do not say.")
