"""The trained reader: evidence sentences with calibrated probabilities, and whether the question is answered at all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.reader.network import ReaderNetwork, Scores, Tokeniser, Window, score
from assistant.reader.reading import Evidence, Reading
from assistant.reader.weights import FOLDER, Calibration, load
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

    def __init__(self, folder: Path = FOLDER) -> None:
        """Load the weights.

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
        found = self._scores(question, [ranked.passage for ranked in passages])
        evidence: list[Evidence] = []
        answerable = 0.0
        for ranked, scores in zip(passages, found, strict=True):
            answerable = max([answerable, *(passage_probability(part, self._calibration) for part in scores)])
            evidence += _evidence(ranked.passage, scores, self._calibration)
        evidence.sort(key=lambda item: -item.probability)
        return Reading(tuple(evidence), answerable)

    def words(self, question: str, evidence: Evidence) -> Words | None:
        """Return the likeliest answer inside an evidence sentence; None where no words stand out."""
        heading = heading_of(evidence.passage.title, evidence.passage.section)
        windows = self._tokeniser.windows(question, heading, [evidence.sentence.text], parts=1)
        span = score(self._network, windows)[0].span if windows else None
        return Words(span[1], span[2]) if span is not None else None

    def _scores(self, question: str, passages: Sequence[Passage]) -> list[list[Scores]]:
        layouts = [
            self._tokeniser.windows(
                question,
                heading_of(passage.title, passage.section),
                [sentence.text for sentence in passage.sentences],
            )
            for passage in passages
        ]
        return score_groups(self._network, layouts)


def heading_of(title: str, section: str) -> str:
    """Return title and section as the network reads them."""
    return ": ".join(part for part in (title, section) if part)


def score_groups(network: ReaderNetwork, layouts: Sequence[Sequence[Window]]) -> list[list[Scores]]:
    """Score the windows of several passages at once; returns them grouped as given."""
    flat = iter(score(network, [window for group in layouts for window in group]))
    return [[next(flat) for _ in group] for group in layouts]


def passage_probability(scores: Scores, calibration: Calibration) -> float:
    """Return the calibrated probability that a window answers the question."""
    values = passage_features(scores)
    logit = sum(weight * value for weight, value in zip(calibration.answerable, values, strict=True))
    return _sigmoid(logit + calibration.answerable_bias)


def passage_features(scores: Scores) -> tuple[float, float, float]:
    """Return what the calibration weighs: answerable logit, best sentence's logit, span margin cut to [-20, 20]."""
    best = max(scores.sentences.values(), default=-20.0)
    return scores.answerable, best, max(-20.0, min(20.0, scores.margin))


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
