"""How training examples and near misses are made."""

from __future__ import annotations

import random

import numpy as np
import pytest

from assistant.reader.network import Tokeniser
from assistant.reader.training.data import Asked, Text, plain, split_sentences
from assistant.reader.training.measure import calibration_error, operating_points
from assistant.reader.training.negatives import (
    Editor,
    Example,
    crop,
    elsewhere,
    missing_details,
    short_forms,
    without_gold,
)
from assistant.reader.training.ranking import Candidates, figures
from assistant.reader.training.train import lay_out

HALL = Text(
    "Hall",
    "Town hall",
    "History",
    (
        "The Town Hall was built in 1892 by Alice Brown.",
        "It burned down before the war.",
        "The Royal Garden Society (RGS) met there under Edward Green and Mary White in Upper Street.",
    ),
)
BUILT = Asked("When was the Town Hall built?", HALL, frozenset({0}), ("1892",), (0, 27, 31), "squad2")


def test_sentences_are_split_at_full_stops_but_not_after_abbreviations() -> None:
    text = 'Dr. Brown came at 3.5 p.m. from St. Ives. "Well," he said. Was it late?'
    assert [text[start:end] for start, end in split_sentences(text)] == [
        "Dr. Brown came at 3.5 p.m. from St. Ives.",
        '"Well," he said.',
        "Was it late?",
    ]


def test_treebank_marks_are_undone() -> None:
    assert plain("he -LRB- or she -RRB- said `` no ''") == 'he ( or she ) said " no "'


@pytest.mark.parametrize("seed", range(20))
def test_a_crop_keeps_the_evidence_and_its_span(seed: int) -> None:
    asked = crop(BUILT, random.Random(seed), words=20)
    (index,) = asked.gold
    assert asked.text.sentences[index] == HALL.sentences[0]
    assert asked.span is not None
    sentence, start, end = asked.span
    assert asked.text.sentences[sentence][start:end] == "1892"


def test_a_passage_without_its_evidence_no_longer_holds_the_answer() -> None:
    left = without_gold(BUILT)
    assert left is not None
    assert left.text.sentences == HALL.sentences[1:]
    assert not left.gold


def test_nothing_is_taken_out_where_the_rest_repeats_the_answer() -> None:
    again = Text("Hall", "", "", (HALL.sentences[0], "A plaque says 1892."))
    assert without_gold(Asked(BUILT.question, again, frozenset({0}), ("1892",))) is None


def test_passages_that_hold_the_answer_are_no_negatives() -> None:
    wrong = Text("Church", "", "", ("The church is older.",))
    holds = Text("Square", "", "", ("The square was paved in 1892.",))
    assert [item.text for item in elsewhere(BUILT, [holds, wrong])] == [wrong]


def test_an_edited_question_asks_for_something_else() -> None:
    asked = Asked("What burned down before 1914?", HALL, frozenset({1}))
    edited = Editor([BUILT]).edit(asked, random.Random(1))
    assert edited is not None
    assert edited.question != asked.question
    assert not edited.gold


def test_missing_details_are_asked_only_of_passages_without_a_trace_of_them() -> None:
    found = list(missing_details([HALL], random.Random(0), 50))
    assert found
    assert not any("when did" in item.question or "how many" in item.question for item in found)


def test_an_acronym_is_answered_where_it_is_spelt_out() -> None:
    found = [item for item in short_forms([HALL], random.Random(0)) if item.gold]
    assert ("RGS" in found[0].question, found[0].gold) == (True, frozenset({2}))


def test_the_span_becomes_the_pieces_that_it_covers() -> None:
    example = Example(BUILT.question, "Town hall", HALL.sentences, BUILT.gold, BUILT.span, "squad2")
    item = lay_out([example], Tokeniser(), pieces=128)[0]
    start, end = item.window.characters[item.starts[0]][0], item.window.characters[item.ends[0]][1]
    assert HALL.sentences[0][start:end] == "1892"


def test_an_unanswered_example_points_at_no_answer() -> None:
    item = lay_out([Example("Who?", "", HALL.sentences, frozenset(), None, "removed")], Tokeniser(), pieces=128)[0]
    assert (item.starts, item.ends) == ([0], [0])


def test_ranking_figures_of_a_worked_example() -> None:
    asked = [Candidates("q", "", ("a", "b", "c"), (False, True, True)), Candidates("q", "", ("a",), (True,))]
    assert figures(asked, [[0.9, 0.8, 0.1], [1.0]]) == {"map": 0.583, "mrr": 0.5, "at_1": 0.0, "questions": 1}


def test_a_calibrated_forecast_has_no_calibration_error() -> None:
    answered = np.array([True] * 8 + [False] * 2)
    assert calibration_error(answered, np.full(10, 0.8)) == 0
    assert calibration_error(answered, np.full(10, 0.3)) == pytest.approx(0.5)


def test_operating_points_keep_what_they_promise() -> None:
    rng = np.random.default_rng(0)
    answered = rng.random(4000) < 0.5
    values = np.clip(rng.normal(np.where(answered, 0.7, 0.3), 0.2), 0, 1)
    points = operating_points(answered, values)
    assert np.mean(values[~answered] >= points["careful"]) == pytest.approx(0.1, abs=0.02)
    assert np.mean(values[answered] < points["helpful"]) == pytest.approx(0.1, abs=0.02)
