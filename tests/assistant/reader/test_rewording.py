"""Near words in questions."""

from __future__ import annotations

import random

import pytest

from assistant.reader.training.rewording import Rewording


@pytest.fixture(scope="module")
def rewording() -> Rewording:
    return Rewording()


def test_near_words_mean_about_the_same_and_are_not_other_forms(rewording: Rewording) -> None:
    assert "tooth" in rewording.near("teeth")
    assert not any(word.startswith("hosp") for word in rewording.near("hospital"))


def test_unknown_words_have_no_near_words(rewording: Rewording) -> None:
    assert rewording.near("buurtzorg") == []


def test_names_and_numbers_stay(rewording: Rewording) -> None:
    question = rewording.reword("how much money did King Henry pay in 1532?", random.Random(0), share=1.0)
    assert "King Henry" in question
    assert "1532" in question
    assert "money" not in question
