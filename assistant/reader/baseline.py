"""The baseline reader: a scored sum of similarity and overlap, without a trained model."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from langchain_core.embeddings import Embeddings

from assistant.reader.reading import Evidence, Reading
from index.analysis import analyse
from index.passage import RankedPassage, Sentence

PASSAGES_SCORED = 8
"""Passages whose sentences are embedded per question; further ones held the best sentence in 2% of tuning questions."""

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

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings

    def read(self, question: str, passages: Sequence[RankedPassage]) -> Reading:
        """Score the sentences of the best `PASSAGES_SCORED` passages; see `Reader.read`."""
        found = [(ranked, sentence) for ranked in passages[:PASSAGES_SCORED] for sentence in ranked.passage.sentences]
        if not found:
            return Reading((), 0.0)
        vectors = self._embeddings.embed_documents([question, *(" ".join(s.text.split()) for _, s in found)])
        evidence = [
            Evidence(ranked.passage, sentence, _probability(question, ranked, sentence, vectors[0], vector))
            for (ranked, sentence), vector in zip(found, vectors[1:], strict=True)
        ]
        evidence.sort(key=lambda item: -item.probability)
        return Reading(tuple(evidence), evidence[0].probability)


def _probability(
    question: str,
    ranked: RankedPassage,
    sentence: Sentence,
    question_vector: Sequence[float],
    sentence_vector: Sequence[float],
) -> float:
    similarity = sum(a * b for a, b in zip(question_vector, sentence_vector, strict=True))
    asked = set(analyse(question))
    held = set(analyse(f"{ranked.passage.context} {sentence.text}"))
    overlap = len(asked & held) / len(asked) if asked else 0.0
    number = 0.0
    if _ASKS_NUMBER.search(question):
        number = 1.0 if _NUMBER.search(sentence.text) else -1.0
    score = BIAS + WEIGHT_SIMILARITY * similarity + WEIGHT_OVERLAP * overlap + WEIGHT_NUMBER * number
    return 1 / (1 + math.exp(-score))
