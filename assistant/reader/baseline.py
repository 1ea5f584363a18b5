"""The baseline reader: late interaction of question and sentence, without a trained model of its own.

Every word piece of the question looks for its nearest piece in a sentence or its heading; what the pieces of the
question find, weighed by how few of the retrieved passages hold them, is the score of the sentence (Khattab and
Zaharia, "ColBERT", SIGIR 2020, with the retrieval encoder as it is). On our tuning and validation questions the best
sentence is right for 69%, against 42% for the cosine of question and sentence.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.reader.asked import AskedFor, Signs
from assistant.reader.figure_signs import counted
from assistant.reader.reading import Evidence, Reading
from index.analysis import STOP_WORDS
from index.embedding import MiniLMEmbeddings, Pieces
from index.passage import Passage, RankedPassage, Sentence

SENTENCE_SLOPE = 10.0
SENTENCE_BIAS = -4.5
"""Turn a sentence's score into a probability: sentences of the tuning questions that score .45 are evidence half the
time."""

ANSWER_BIAS = -2.79
ANSWER_WEAKEST = 4.0
ANSWER_NAMES = 1.39
ANSWER_LACKS = 2.46
ANSWER_COUNTS = 3.9
ANSWER_OTHER_YEAR = 2.13
ANSWER_YEAR_ELSEWHERE = 1.44
ANSWER_OTHER_PLACE = 3.1
ANSWER_OPPOSED = 2.51
"""Weigh the signs that the best sentence answers the question: what its weakest telling piece found, the share of its
names that the passage holds, and against it whatever `Signs` has and numbers that count something else. A logistic fit
to whether the best sentence is evidence, on the tuning, fitting and validation questions; no weight of the wrong sign,
since a better match must never count against an answer."""

THRESHOLDS = {"careful": 0.38, "helpful": 0.25}
"""The operating points. On the tuning, fitting and validation questions accuracy is .67 to .71 from .25 to .46, and on
3,261 questions to train on .51 to .53, so the one with fewer false answers is the default: `careful` answers 19% of the
unanswerable and refuses 27% of the answerable (42% and 34% of those to train on), `helpful` 38% and 12% (58%, 13%)."""

TELLING = 0.5
"""A piece is telling that weighs at least this share of the mean: a name that nearly every passage holds need not stand
in the sentence, which may say "we"."""

DEFINES = 0.3
"""Added to the score of a sentence that says what the thing is that the question wants defined: as much as parts the
best sentence of a question of one word from the tenth, which all hold that word in their title."""

COUNTS_ENOUGH = 0.5
"""Similarity of what is asked to be counted and what a number counts from which they are taken to be the same: right
sentences are below it for one question in six, and half of the wrong ones are."""

LEAST_SCORE = 0.33
"""Below it nothing is answered: half of the off-topic tuning questions score less, and one right sentence in thirty."""


@dataclass(frozen=True, slots=True)
class _Scored:
    """A sentence with its score, what the weakest telling piece of the question found, and how near its numbers count.

    All three are similarities; `counts` is 1 where the question asks for no count.
    """

    passage: Passage
    sentence: Sentence
    score: float
    weakest: float
    counts: float


class BaselineReader:
    """Scores sentences by late interaction with the vectors of the retrieval encoder."""

    name = "baseline"
    thresholds: Mapping[str, float] = THRESHOLDS

    def __init__(self, embeddings: MiniLMEmbeddings) -> None:
        self._embeddings = embeddings

    def read(self, question: str, passages: Sequence[RankedPassage]) -> Reading:
        """Score every sentence of `passages`; see `Reader.read`."""
        if not passages:
            return Reading((), 0.0)
        asked, *read = self._embeddings.embed_pieces([question, *(p.passage.searched_text for p in passages)])
        places, weights = _weigh(question, asked, read)
        wanted = AskedFor(question)
        matching = _Matching(asked.vectors[places], weights, _counted_vectors(wanted, asked), wanted)
        scored = [
            item
            for ranked, pieces in zip(passages, read, strict=True)
            for item in _score(ranked.passage, pieces, matching)
        ]
        scored.sort(key=lambda item: -item.score)
        evidence = tuple(Evidence(item.passage, item.sentence, _probability(item)) for item in scored)
        best = scored[0]
        return Reading(evidence, _answerable(best, wanted.signs(best.passage, best.sentence)))


@dataclass(frozen=True, slots=True)
class _Matching:
    """The question as it is matched: vectors [pieces, dimension] with their weights, and those of what is counted."""

    vectors: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]
    counted: npt.NDArray[np.float32]
    wanted: AskedFor

    @property
    def telling(self) -> npt.NDArray[np.bool_]:
        """Which pieces weigh enough for their absence to tell something."""
        mean = float(self.weights.mean())
        return np.asarray(self.weights >= TELLING * mean, np.bool_)


def _counted_vectors(wanted: AskedFor, asked: Pieces) -> npt.NDArray[np.float32]:
    """Return the vectors of the pieces that name what is to be counted; none where nothing is."""
    return asked.vectors[asked.within(*wanted.counted)] if wanted.counted else asked.vectors[:0]


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


def _score(passage: Passage, pieces: Pieces, question: _Matching) -> list[_Scored]:
    """Score the sentences of one passage; each is matched together with the passage's title and section."""
    similarity = question.vectors @ pieces.vectors.T
    context = pieces.within(0, len(passage.context))
    telling = question.telling
    scored: list[_Scored] = []
    for sentence, span in zip(passage.sentences, passage.searched_spans(), strict=True):
        nearest = similarity[:, context + pieces.within(*span)].max(axis=1, initial=-1.0)
        counts = _counts(sentence, span[0], pieces, question.counted)
        score = float(nearest @ question.weights) + DEFINES * question.wanted.defined_by(sentence)
        scored.append(_Scored(passage, sentence, score, float(nearest[telling].min()), counts))
    return scored


def _counts(sentence: Sentence, offset: int, pieces: Pieces, wanted: npt.NDArray[np.float32]) -> float:
    """Return how near the things that the sentence counts come to the wanted one; 1 where none is wanted."""
    if not len(wanted):
        return 1.0
    stretches = (pieces.within(offset + start, offset + end) for start, end in counted(sentence.line))
    return max((float((wanted @ pieces.vectors[s].T).max(axis=1).mean()) for s in stretches if s), default=-0.2)


def _probability(item: _Scored) -> float:
    return _sigmoid(SENTENCE_SLOPE * item.score + SENTENCE_BIAS)


def _answerable(best: _Scored, signs: Signs) -> float:
    if best.score < LEAST_SCORE:
        return 0.0
    return _sigmoid(
        ANSWER_BIAS
        + ANSWER_WEAKEST * best.weakest
        + ANSWER_NAMES * signs.names
        - ANSWER_LACKS * signs.lacks
        - ANSWER_COUNTS * max(0.0, COUNTS_ENOUGH - best.counts)
        - ANSWER_OTHER_YEAR * signs.other_year
        - ANSWER_YEAR_ELSEWHERE * signs.year_elsewhere
        - ANSWER_OTHER_PLACE * signs.other_place
        - ANSWER_OPPOSED * signs.opposed
    )


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))
