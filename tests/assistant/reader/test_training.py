"""What the reader learns from: public texts, groups of right and wrong sentences, and the fits afterwards."""

from __future__ import annotations

import random

import pytest

from assistant.reader.pair import Pair
from assistant.reader.training.calibrate import rates
from assistant.reader.training.data import Asked, Text, plain, split_sentences
from assistant.reader.training.groups import SIZE, Choice, draw, from_public
from assistant.reader.training.ranking import Candidates, figures
from assistant.reader.training.train import Options, batch_of, groups_of

HALL = Text(
    "Hall",
    "Town hall",
    "History",
    (
        "The Town Hall was built in 1892 by Alice Brown.",
        "It burned down before the war.",
        "The Royal Garden Society (RGS) met there under Edward Green.",
        "A plaque tells when the hall was built.",
    ),
)
BUILT = Asked("When was the Town Hall built?", HALL, frozenset({0}), ("1892",), (0, 27, 31), "squad2")
PRICE = Asked("What did the Town Hall cost?", HALL, frozenset(), origin="squad2")


def test_sentences_are_split_at_full_stops_but_not_after_abbreviations() -> None:
    text = 'Dr. Brown came at 3.5 p.m. from St. Ives. "Well," he said. Was it late?'
    assert [text[start:end] for start, end in split_sentences(text)] == [
        "Dr. Brown came at 3.5 p.m. from St. Ives.",
        '"Well," he said.',
        "Was it late?",
    ]


def test_treebank_marks_are_undone() -> None:
    assert plain("he -LRB- or she -RRB- said `` no ''") == 'he ( or she ) said " no "'


def test_sentences_of_a_public_text_are_read_as_those_of_our_documents() -> None:
    (choice,) = from_public([BUILT])
    assert [item.text for item in choice.right] == [f"{HALL.sentences[0]} | Town hall. History"]
    assert f"{HALL.sentences[1]} | Town hall. History | {HALL.sentences[0]}" in [item.text for item in choice.wrong]


def test_wrong_sentences_that_share_most_words_with_the_question_come_first() -> None:
    assert from_public([BUILT])[0].wrong[0].text.startswith("A plaque tells")


@pytest.mark.parametrize("seed", range(10))
def test_a_group_has_the_right_sentence_first_and_only_wrong_ones_after(seed: int) -> None:
    built, price = draw(from_public([BUILT, PRICE]), random.Random(seed))
    assert (built.answered, price.answered) == (True, False)
    assert built.pairs[0].text.startswith(HALL.sentences[0])
    assert all(not item.text.startswith(HALL.sentences[0]) for item in built.pairs[1:])
    assert len({item.text for item in price.pairs}) == SIZE


def test_a_question_with_too_few_wrong_sentences_is_left_out() -> None:
    assert list(draw([Choice((Pair("q", "right"),), (Pair("q", "wrong"),))], random.Random(0))) == []


def test_each_pass_holds_our_questions_and_a_share_of_the_others() -> None:
    own = from_public([BUILT, PRICE])
    public = from_public([Asked(f"Question {number}?", HALL, frozenset({1})) for number in range(10)])
    options = Options(passes=2, public_share=0.5, again_share=0.2)
    groups = groups_of(public, own, public, options)
    assert len(groups) == 2 * (2 + 5 + 2)
    assert groups == groups_of(public, own, public, options)


def test_a_batch_lays_groups_one_after_another() -> None:
    batch = batch_of(list(draw(from_public([BUILT, PRICE]), random.Random(0))))
    assert batch["answered"].tolist() == [1.0, 0.0]
    assert batch["input_ids"].shape[0] == 2 * SIZE


def test_ranking_figures_of_a_worked_example() -> None:
    asked = [Candidates("q", "", ("a", "b", "c"), (False, True, True)), Candidates("q", "", ("a",), (True,))]
    assert figures(asked, [[0.9, 0.8, 0.1], [1.0]]) == {"map": 0.583, "mrr": 0.5, "at_1": 0.0, "questions": 1}


def test_rates_of_a_worked_example() -> None:
    rows = [(0.9, True, True), (0.8, True, False), (0.2, True, True), (0.7, False, False), (0.1, False, False)]
    assert rates(rows, 0.5) == {"false_answers": 0.5, "false_refusals": pytest.approx(0.333), "accuracy": 0.4}
