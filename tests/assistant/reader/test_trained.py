"""The trained reader with its shipped weights."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from assistant.reader.trained import TrainedReader
from assistant.reader.weights import FOLDER, ReaderCorrupted, load
from index.passage import Passage, RankedPassage, Sentence

GARDEN = (
    "The community garden opened in 2019 behind the old library.",
    "It is looked after by twelve volunteers from the neighbourhood.",
    "The council gave £4,500 for the first tools and seeds.",
)
RIVER = (
    "The river walk follows the water for three miles.",
    "Dogs are welcome as long as they are kept on a lead.",
)


def ranked(sentences: tuple[str, ...], title: str = "", *, name: str = "p") -> RankedPassage:
    offset, found = 0, []
    for text in sentences:
        found.append(Sentence(offset, offset + len(text), text))
        offset += len(text) + 1
    passage = Passage(name, "document", title, "", None, 0, offset, tuple(found))
    return RankedPassage(passage, 1, 1.0, 0.5, 1.0)


@pytest.fixture(scope="module")
def reader() -> TrainedReader:
    return TrainedReader()


def test_no_passages_give_an_empty_reading(reader: TrainedReader) -> None:
    reading = reader.read("When did the garden open?", [])
    assert reading.evidence == ()
    assert reading.answerable == 0


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("When did the community garden open?", 0),
        ("Who looks after the garden?", 1),
        ("How much money did the council give?", 2),
    ],
)
def test_the_sentence_that_answers_comes_first(reader: TrainedReader, question: str, place: int) -> None:
    reading = reader.read(question, [ranked(RIVER, "River walk", name="river"), ranked(GARDEN, "Garden")])
    assert reading.evidence[0].sentence.text == GARDEN[place]


def test_every_sentence_is_scored_once_and_the_likeliest_comes_first(reader: TrainedReader) -> None:
    reading = reader.read("Are dogs allowed?", [ranked(RIVER), ranked(GARDEN)])
    probabilities = [item.probability for item in reading.evidence]
    assert sorted(item.sentence.text for item in reading.evidence) == sorted(RIVER + GARDEN)
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(0 <= value <= 1 for value in [*probabilities, reading.answerable])


def test_a_passage_that_answers_is_likelier_to_than_one_about_something_else(reader: TrainedReader) -> None:
    question = "How much money did the council give for tools and seeds?"
    answered = reader.read(question, [ranked(GARDEN, "Garden")]).answerable
    assert answered > reader.read(question, [ranked(RIVER, "River walk")]).answerable + 0.3


def test_more_passages_never_make_a_question_less_answerable(reader: TrainedReader) -> None:
    question = "Who looks after the garden?"
    alone = reader.read(question, [ranked(GARDEN)]).answerable
    assert reader.read(question, [ranked(GARDEN), ranked(RIVER)]).answerable >= alone - 0.02


def test_a_passage_longer_than_a_window_is_read_to_its_end(reader: TrainedReader) -> None:
    filler = tuple(f"Line {number} speaks of hedges, paths and benches in the park at length." for number in range(60))
    reading = reader.read("How much money did the council give for tools?", [ranked((*filler, GARDEN[2]))])
    assert len(reading.evidence) == 61
    assert GARDEN[2] in [item.sentence.text for item in reading.evidence[:3]]
    assert all(item.probability > 0 for item in reading.evidence)


@pytest.mark.parametrize("question", ["", "?", "x" * 5000, "🙂 \x00 ﷽", "why " * 500])
def test_odd_questions_are_read_without_error(reader: TrainedReader, question: str) -> None:
    reading = reader.read(question, [ranked(GARDEN), ranked(("",)), ranked(("word " * 900,))])
    assert len(reading.evidence) == len(GARDEN) + 2


def test_the_answering_words_lie_inside_the_sentence(reader: TrainedReader) -> None:
    question = "When did the community garden open?"
    evidence = reader.read(question, [ranked(GARDEN, "Garden")]).evidence[0]
    words = reader.words(question, evidence)
    assert words is not None
    assert "2019" in evidence.sentence.text[words.start : words.end]


def test_both_operating_points_are_known_and_careful_is_the_stricter(reader: TrainedReader) -> None:
    assert set(reader.thresholds) == {"careful", "helpful"}
    assert 0 < reader.thresholds["helpful"] <= reader.thresholds["careful"] < 1


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "weights")
    with (folder / "reader.safetensors").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x01")
    with pytest.raises(ReaderCorrupted) as caught:
        load(folder)
    assert caught.value.expected == json.loads((FOLDER / "reader.json").read_text())["sha256"]
    assert caught.value.expected in str(caught.value)


def test_the_shipped_weights_are_small() -> None:
    assert (FOLDER / "reader.safetensors").stat().st_size < 25_000_000


def test_a_missing_kind_of_answer_makes_an_answer_less_likely(reader: TrainedReader) -> None:
    asked = reader.read("What is the phone number for the garden?", [ranked(GARDEN, "Garden")]).answerable
    assert asked < reader.read("When did the garden open?", [ranked(GARDEN, "Garden")]).answerable - 0.3
