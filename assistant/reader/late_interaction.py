"""Late interaction: how well each sentence of the retrieved passages matches a question, piece by piece.

Every word piece of the question looks for its nearest piece in a sentence or its heading; what the pieces of the
question find, weighed by how few of the retrieved passages hold them, is the score of the sentence (Khattab and
Zaharia, "ColBERT", SIGIR 2020, with the retrieval encoder as it is).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.reader.asked import AskedFor, Signs
from assistant.reader.figure_signs import counted
from index.analysis import STOP_WORDS
from index.embedding import MiniLMEmbeddings
from index.passage import Passage, RankedPassage, Sentence
from index.pieces import Pieces

TELLING = 0.5
"""A piece is telling that weighs at least this share of the mean: a name that nearly every passage holds need not stand
in the sentence, which may say "we"."""

DEFINES = 0.3
"""Added to the score of a sentence that says what the thing is that the question wants defined: as much as parts the
best sentence of a question of one word from the tenth, which all hold that word in their title."""


COUNTS_ENOUGH = 0.5
"""Similarity of what is asked to be counted and what a number counts from which they are taken to be the same: right
sentences are below it for one question in six, and half of the wrong ones are."""


@dataclass(frozen=True, slots=True)
class Match:
    """A sentence with its score, what the weakest telling piece of the question found, and how near its numbers count.

    All three are similarities; `counts` is 1 where the question asks for no count.
    """

    passage: Passage
    sentence: Sentence
    score: float
    weakest: float
    counts: float

    @property
    def miscounts(self) -> float:
        """Return by how much its numbers fall short of counting what is asked for, 0 where they do count it."""
        return max(0.0, COUNTS_ENOUGH - self.counts)


@dataclass(frozen=True, slots=True)
class Matches:
    """The sentences of all passages, best score first, and what the question asks for."""

    sentences: tuple[Match, ...]
    wanted: AskedFor

    def signs(self, match: Match) -> Signs:
        """Return the signs that a sentence answers the question, or does not."""
        return self.wanted.signs(match.passage, match.sentence)


def matches(embeddings: MiniLMEmbeddings, question: str, passages: Sequence[RankedPassage]) -> Matches:
    """Score every sentence of at least one passage for a standalone question."""
    asked, *read = embeddings.embed_pieces([question, *(p.passage.searched_text for p in passages)])
    places, weights = _weigh(question, asked, read)
    wanted = AskedFor(question)
    matching = _Matching(asked.vectors[places], weights, _counted_vectors(wanted, asked), wanted)
    found = [
        item for ranked, pieces in zip(passages, read, strict=True) for item in _score(ranked.passage, pieces, matching)
    ]
    return Matches(tuple(sorted(found, key=lambda item: -item.score)), wanted)


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


def _score(passage: Passage, pieces: Pieces, question: _Matching) -> list[Match]:
    """Score the sentences of one passage; each is matched together with the passage's title and section."""
    similarity = question.vectors @ pieces.vectors.T
    context = pieces.within(0, len(passage.context))
    telling = question.telling
    scored: list[Match] = []
    for sentence, span in zip(passage.sentences, passage.searched_spans(), strict=True):
        nearest = similarity[:, context + pieces.within(*span)].max(axis=1, initial=-1.0)
        counts = _counts(sentence, span[0], pieces, question.counted)
        score = float(nearest @ question.weights) + DEFINES * question.wanted.defined_by(sentence)
        scored.append(Match(passage, sentence, score, float(nearest[telling].min()), counts))
    return scored


def _counts(sentence: Sentence, offset: int, pieces: Pieces, wanted: npt.NDArray[np.float32]) -> float:
    """Return how near the things that the sentence counts come to the wanted one; 1 where none is wanted."""
    if not len(wanted):
        return 1.0
    stretches = (pieces.within(offset + start, offset + end) for start, end in counted(sentence.line))
    return max((float((wanted @ pieces.vectors[s].T).max(axis=1).mean()) for s in stretches if s), default=-0.2)
