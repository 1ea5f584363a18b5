"""The trained reader: evidence sentences with calibrated probabilities, and whether the question is answered at all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.reader.expected import lacks_kind, lacks_year
from assistant.reader.network import ReaderNetwork, Scores, Tokeniser, score
from assistant.reader.reading import Evidence, Reading
from assistant.reader.weights import Calibration, load
from index.passage import Passage, RankedPassage


@dataclass(frozen=True, slots=True)
class Words:
    """The very words of a sentence that answer: characters into the sentence, half open."""

    start: int
    end: int


class TrainedReader:
    """Reads every passage together with the question, in one network, and calibrates what it says.

    A sentence's probability is that it answers the question; `answerable` is the probability that the best of the
    passages answers it.
    """

    name = "trained"

    def __init__(self, folder: Path) -> None:
        """Load the weights that training wrote to `folder`.

        Raises:
            ReaderCorrupted: the weights are not the ones described beside them.
        """
        self._network, self._calibration = load(folder)
        self._tokeniser = Tokeniser()

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Return the operating points by name: the least `Reading.answerable` at which to answer."""
        return self._calibration.thresholds

    def read(self, question: str, passages: Sequence[RankedPassage]) -> Reading:
        """Score every sentence of `passages` for a standalone `question`; no passages give an empty reading."""
        asked = [_asked(question, ranked.passage) for ranked in passages]
        evidence: list[Evidence] = []
        answerable = 0.0
        for ranked, given, scores in zip(passages, asked, read_all(self._network, self._tokeniser, asked), strict=True):
            features = (passage_features(given, part) for part in scores)
            answerable = max([answerable, *(probability(values, self._calibration) for values in features)])
            evidence += _evidence(ranked.passage, scores, self._calibration)
        evidence.sort(key=lambda item: -item.probability)
        return Reading(tuple(evidence), answerable)

    def words(self, question: str, evidence: Evidence) -> Words | None:
        """Return the likeliest answer inside an evidence sentence; None where no words stand out."""
        heading = heading_of(evidence.passage.title, evidence.passage.section)
        windows = self._tokeniser.windows(question, heading, [evidence.sentence.text], parts=1)
        span = score(self._network, windows)[0].span
        return Words(span[1], span[2]) if span is not None else None


@dataclass(frozen=True, slots=True)
class Input:
    """A question and a passage as the network reads them."""

    question: str
    heading: str
    sentences: tuple[str, ...]


def _asked(question: str, passage: Passage) -> Input:
    heading = heading_of(passage.title, passage.section)
    return Input(question, heading, tuple(sentence.text for sentence in passage.sentences))


def heading_of(title: str, section: str) -> str:
    """Return title and section as the network reads them."""
    return ": ".join(part for part in (title, section) if part)


def read_all(network: ReaderNetwork, tokeniser: Tokeniser, inputs: Sequence[Input]) -> list[list[Scores]]:
    """Read all inputs at once; each gives the scores of its windows."""
    layouts = [tokeniser.windows(item.question, item.heading, item.sentences) for item in inputs]
    flat = iter(score(network, [window for group in layouts for window in group]))
    return [[next(flat) for _ in group] for group in layouts]


def passage_features(read: Input, scores: Scores) -> tuple[float, ...]:
    """Return what the calibration weighs, one value for each of `FEATURES`; logits are cut to [-20, 20]."""
    best = max(scores.sentences, key=scores.sentences.__getitem__, default=None)
    return (
        scores.answerable,
        -20.0 if best is None else scores.sentences[best],
        max(-20.0, min(20.0, scores.margin)),
        float(best is None or lacks_kind(read.question, read.sentences[best])),
        float(lacks_year(read.question, read.heading, read.sentences)),
    )


def probability(features: Sequence[float], calibration: Calibration) -> float:
    """Return the calibrated probability that a window with these features answers the question."""
    logit = sum(weight * value for weight, value in zip(calibration.answerable, features, strict=True))
    return _sigmoid(logit + calibration.answerable_bias)


def _evidence(passage: Passage, scores: Sequence[Scores], calibration: Calibration) -> list[Evidence]:
    """Give every sentence of the passage its probability; sentences that were not read have 0."""
    slope, bias = calibration.sentence
    logits = {index: logit for part in scores for index, logit in part.sentences.items()}
    return [
        Evidence(passage, sentence, _sigmoid(slope * logits[index] + bias) if index in logits else 0.0)
        for index, sentence in enumerate(passage.sentences)
    ]


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))
