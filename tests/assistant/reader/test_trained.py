"""The trained reader, with the weights from which training starts: what holds before anything was learned."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import pytest

from assistant.reader.known import Support
from assistant.reader.late_interaction import matches
from assistant.reader.network import PairNetwork
from assistant.reader.trained import Read, TrainedReader, answerable, probability
from assistant.reader.weights import Calibration, Fit, WeightsCorrupted, load, save
from index.embedding import MiniLMEmbeddings
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
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("weights")
    save(PairNetwork.start(), found)
    return found


@pytest.fixture(scope="module")
def reader(folder: Path) -> TrainedReader:
    return TrainedReader(MiniLMEmbeddings(), folder)


def test_no_passages_give_an_empty_reading(reader: TrainedReader) -> None:
    reading = reader.read("When did the garden open?", [])
    assert reading.evidence == ()
    assert reading.answerable == 0


def test_every_sentence_is_scored_once_and_the_likeliest_comes_first(reader: TrainedReader) -> None:
    reading = reader.read("Are dogs allowed?", [ranked(RIVER), ranked(GARDEN)])
    probabilities = [item.probability for item in reading.evidence]
    assert sorted(item.sentence.text for item in reading.evidence) == sorted(RIVER + GARDEN)
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(0 <= value <= 1 for value in [*probabilities, reading.answerable])


@pytest.mark.parametrize("question", ["", "?", "x" * 5000, "🙂 \x00 ﷽", "why " * 500])
def test_odd_questions_are_read_without_error(reader: TrainedReader, question: str) -> None:
    reading = reader.read(question, [ranked(GARDEN), ranked(("",)), ranked(("word " * 900,))])
    assert len(reading.evidence) == len(GARDEN) + 2


def test_both_operating_points_are_known_and_careful_is_the_stricter(reader: TrainedReader) -> None:
    assert set(reader.thresholds) == {"careful", "helpful"}
    assert 0 < reader.thresholds["helpful"] <= reader.thresholds["careful"] < 1


def test_whether_known_questions_are_about_a_sentence_decides_how_it_is_weighed() -> None:
    found = matches(MiniLMEmbeddings(), "Are dogs allowed?", [ranked(RIVER)])
    known, new = (Read(found.sentences[0], 0.0, support) for support in (Support(0.9, 0.2), None))
    calibration = Calibration(
        known=Fit(sentence={"answered": 2.0}, answer={"answered": 2.0, "in_vain": -9.0}, answer_bias=1.0),
        new=Fit(sentence_bias=-1.0, answer_bias=-2.0),
    )
    assert probability(known, calibration) == pytest.approx(1 / (1 + math.exp(-1.8)))
    assert probability(new, calibration) == pytest.approx(1 / (1 + math.exp(1)))
    assert answerable(known, found, calibration) == pytest.approx(1 / (1 + math.exp(-2.8)))
    assert answerable(new, found, calibration) == pytest.approx(1 / (1 + math.exp(2)))


def test_altered_weights_are_refused(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "weights")
    with (copy / "reader.safetensors").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x01")
    with pytest.raises(WeightsCorrupted) as caught:
        load(copy)
    assert json.loads((folder / "reader.json").read_text())["sha256"]["reader.safetensors"][:12] in str(caught.value)
    assert "IHUB_READER=baseline" in str(caught.value)


def test_missing_weights_are_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(WeightsCorrupted, match=r"cannot be opened \(No such file"):
        load(tmp_path)


def test_a_description_that_is_no_json_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "weights")
    (copy / "reader.json").write_text("{")
    with pytest.raises(WeightsCorrupted, match=r"reader\.json cannot be read"):
        load(copy)


def test_weights_are_small_enough_to_ship(folder: Path) -> None:
    assert (folder / "reader.safetensors").stat().st_size < 25_000_000
