"""The baseline reader: late interaction of question and sentence, without a trained model of its own.

Every word piece of the question looks for its nearest piece in a sentence or its heading; what the pieces of the
question find, weighed by how few of the retrieved passages hold them, is the score of the sentence (Khattab and
Zaharia, "ColBERT", SIGIR 2020, with the retrieval encoder as it is). On our tuning and validation questions the best
sentence is right for 69%, against 42% for the cosine of question and sentence.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.reader.clues import AskedFor, Clues
from assistant.reader.reading import Evidence, Reading
from index.analysis import STOP_WORDS
from index.embedding import MiniLMEmbeddings, Pieces
from index.passage import Passage, RankedPassage, Sentence

SENTENCE_SLOPE = 10.0
SENTENCE_BIAS = -4.5
"""Turn a sentence's score into a probability: sentences of the tuning questions that score .45 are evidence half the
time."""

ANSWER_BIAS = -1.96
ANSWER_WEAKEST = 0.8
ANSWER_NAMES = 1.9
ANSWER_KIND = 0.8
ANSWER_YEAR = 3.0
"""Weigh the signs that a question is answered at all: what its weakest piece found, the share of its names that the
passage holds, and a kind or a year asked for that is missing. A logistic fit on the tuning questions, none below zero,
since a better match must never count against an answer; the bias puts the best accuracy there at one half."""

LEAST_SCORE = 0.33
"""Below it nothing is answered: half of the off-topic tuning questions score less, and one right sentence in thirty."""


@dataclass(frozen=True, slots=True)
class _Scored:
    """A sentence with its score and the similarity that the weakest piece of the question found; both in [-1, 1]."""

    passage: Passage
    sentence: Sentence
    clues: Clues
    score: float
    weakest: float


class BaselineReader:
    """Scores sentences by late interaction with the vectors of the retrieval encoder."""

    name = "baseline"

    def __init__(self, embeddings: MiniLMEmbeddings) -> None:
        self._embeddings = embeddings

    def read(self, question: str, passages: Sequence[RankedPassage]) -> Reading:
        """Score every sentence of `passages`; see `Reader.read`."""
        if not passages:
            return Reading((), 0.0)
        asked, *read = self._embeddings.embed_pieces([question, *(p.passage.searched_text for p in passages)])
        places, weights = _weigh(question, asked, read)
        vectors = asked.vectors[places]
        wanted = AskedFor(question)
        scored = [
            item
            for ranked, pieces in zip(passages, read, strict=True)
            for item in _score(ranked, pieces, vectors, weights, wanted.clues(ranked))
        ]
        scored.sort(key=lambda item: -item.score)
        evidence = tuple(Evidence(item.passage, item.sentence, _probability(item)) for item in scored)
        return Reading(evidence, _answerable(scored[0]))


def _weigh(question: str, asked: Pieces, read: Sequence[Pieces]) -> tuple[list[int], npt.NDArray[np.float32]]:
    """Return the places of the question's telling pieces and their weights, which sum to 1.

    A piece weighs more the fewer of the passages hold it: what all of them share is the topic, not the question.
    """
    held = Counter(piece for pieces in read for piece in set(pieces.ids))
    places = [
        place
        for place, (start, end) in enumerate(asked.offsets)
        if end > start and question[start:end].isalnum() and question[start:end].casefold() not in STOP_WORDS
    ]
    places = places or list(range(len(asked.offsets)))
    weights = np.array([math.log((len(read) + 1) / (held[asked.ids[place]] + 0.5)) for place in places], np.float32)
    return places, weights / weights.sum()


def _score(
    ranked: RankedPassage,
    pieces: Pieces,
    question: npt.NDArray[np.float32],
    weights: npt.NDArray[np.float32],
    clues: Sequence[Clues],
) -> list[_Scored]:
    """Score the sentences of one passage; each is matched together with the passage's title and section."""
    similarity = question @ pieces.vectors.T
    passage = ranked.passage
    context = pieces.within(0, len(passage.context))
    scored: list[_Scored] = []
    for sentence, span, found in zip(passage.sentences, passage.searched_spans(), clues, strict=True):
        nearest = similarity[:, context + pieces.within(*span)].max(axis=1, initial=-1.0)
        scored.append(_Scored(passage, sentence, found, float(nearest @ weights), float(nearest.min())))
    return scored


def _probability(item: _Scored) -> float:
    return _sigmoid(SENTENCE_SLOPE * item.score + SENTENCE_BIAS)


def _answerable(best: _Scored) -> float:
    if best.score < LEAST_SCORE:
        return 0.0
    clues = best.clues
    return _sigmoid(
        ANSWER_BIAS
        + ANSWER_WEAKEST * best.weakest
        + ANSWER_NAMES * clues.names
        + ANSWER_KIND * min(clues.kind, 0.0)
        + ANSWER_YEAR * min(clues.year, 0.0)
    )


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))
