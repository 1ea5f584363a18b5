"""Cheap signs that a passage lacks what was asked for."""

from __future__ import annotations

import pytest

from assistant.reader.expected import lacks_kind, lacks_year


@pytest.mark.parametrize(
    ("question", "sentence", "lacking"),
    [
        ("How many teams took part?", "Several wards took part in Fife.", True),
        ("How many teams took part?", "Twelve wards took part.", False),
        ("How many teams took part?", "763 teams took part.", False),
        ("When did it start?", "It was started by a nurse.", True),
        ("When did it start?", "It began in autumn.", False),
        ("Which year was it set up?", "It was set up in 2014.", False),
        ("What is her email address?", "She leads the team.", True),
        ("What is the phone number?", "Call 0131 496 0000.", False),
        ("Why did it stop?", "The money ran out.", False),
        ("What happens when staff leave?", "Others take over.", False),
    ],
)
def test_a_number_date_or_contact_is_missed(question: str, sentence: str, lacking: bool) -> None:
    assert lacks_kind(question, sentence) is lacking


def test_a_year_counts_wherever_it_stands() -> None:
    question = "How many teams joined in 2019?"
    assert lacks_year(question, "Report 2018", ["It was 12 teams."])
    assert not lacks_year(question, "Report 2019", ["It was 12 teams."])
    assert not lacks_year(question, "", ["In 2019 it was 12 teams."])
    assert not lacks_year("How many teams joined?", "", ["It was 12 teams."])
