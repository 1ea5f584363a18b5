"""The baseline reader: a scored sum of similarity and overlap, without a trained model."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from assistant.reader.reading import Evidence, Reading
from index.analysis import analyse
from index.passage import RankedPassage, Sentence

BIAS = -6.0
WEIGHT_SIMILARITY = 6.0
WEIGHT_OVERLAP = 2.5
WEIGHT_NUMBER = 1.0
"""Weights of the logistic sum, set on the tuning questions; a cosine alone cannot tell evidence from the same topic."""

_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|often|long)\b|\bpercent|\bnumber of\b|\bwhat (?:share|proportion)\b", re.I
)
_NUMBER = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|hundred|half)\b", re.I)


class BaselineReader:
    """Scores each sentence by cosine to the question, share of its terms, and whether a number asked for is there."""

    name = "baseline"

    def read(self, question: str, passages: Sequence[RankedPassage]) -> Reading:
        """Score the sentences of `passages`; see `Reader.read`."""
        evidence = [
            Evidence(ranked.passage, sentence, _probability(question, ranked, sentence, similarity))
            for ranked in passages
            for sentence, similarity in zip(ranked.passage.sentences, _similarities(ranked), strict=True)
        ]
        evidence.sort(key=lambda item: -item.probability)
        return Reading(tuple(evidence), evidence[0].probability if evidence else 0.0)


def _similarities(ranked: RankedPassage) -> tuple[float, ...]:
    return ranked.sentence_similarities or (ranked.similarity,) * len(ranked.passage.sentences)


def _probability(question: str, ranked: RankedPassage, sentence: Sentence, similarity: float) -> float:
    asked = set(analyse(question))
    held = set(analyse(f"{ranked.passage.context} {sentence.text}"))
    overlap = len(asked & held) / len(asked) if asked else 0.0
    number = 0.0
    if _ASKS_NUMBER.search(question):
        number = 1.0 if _NUMBER.search(sentence.text) else -1.0
    score = BIAS + WEIGHT_SIMILARITY * similarity + WEIGHT_OVERLAP * overlap + WEIGHT_NUMBER * number
    return 1 / (1 + math.exp(-score))
