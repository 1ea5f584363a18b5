"""The trained reader: late interaction finds the likeliest sentences, a network reads each with the question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from assistant.reader.known import Floats, KnownSentence, Support, key_of
from assistant.reader.late_interaction import Match, Matches, matches
from assistant.reader.network import Tokeniser, score
from assistant.reader.pair import Pair, pair
from assistant.reader.reading import Evidence, Reading
from assistant.reader.weights import Calibration, Fit, Weights, load, read_calibration
from index.embedding import MiniLMEmbeddings
from index.passage import Passage, RankedPassage
from index.search import Likely

READ = 12
"""Sentences read by the network: for 92% of our training questions that can be answered, evidence is among as many, for
95% among 24."""

RECALLED = 3
"""Known sentences whose passages are looked for: with 1, 2, 3 and 5, evidence is among the passages for 97%, 98%, 98%
and 99% of the fitting questions, for 94% by retrieval alone; of 103 others one is missed either way."""

LAST = 16
"""Questions whose nearest known ones are kept: each is asked for when passages are found and when they are read."""

SHIPPED = Path(__file__).parent / "shipped"
"""Folder of the weights that come with the project."""


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence that the network read: its match, its logit, and what known questions say of it."""

    match: Match
    logit: float
    support: Support | None


class TrainedReader:
    """Ranks the sentences that match best by what the network and known questions say of them.

    A sentence's probability is that it answers the question, 0 for those that the network did not read; `answerable`
    is the probability that the first one does, which also weighs the baseline's signs.
    """

    name = "trained"

    def __init__(self, embeddings: MiniLMEmbeddings, folder: Path = SHIPPED) -> None:
        """Take the weights of `folder`; `embeddings` must be those of the pinned model, with which they were made.

        Raises:
            WeightsCorrupted: there is no description of weights; the first `read` says so of the weights themselves.
        """
        self._embeddings = embeddings
        self._folder = folder
        self._calibration = read_calibration(folder)
        self._tokeniser = Tokeniser()
        self._asked = lru_cache(LAST)(self._recall)

    @cached_property
    def _weights(self) -> Weights:
        """The weights, read at the first question."""
        return load(self._folder)

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Return the operating points by name: the least `Reading.answerable` at which to answer."""
        return self._calibration.thresholds

    def answered_before(self, question: str) -> list[Likely]:
        """Return the sentences that answered the known questions nearest to this one."""
        _, nearest = self._asked(question)
        return [Likely(item.vector, _holds(item.key)) for item in nearest]

    def read(self, question: str, passages: Sequence[RankedPassage]) -> Reading:
        """Score every sentence of `passages`; see `Reader.read`."""
        if not passages:
            return Reading((), 0.0)
        found = matches(self._embeddings, question, passages)
        scored = [(probability(item, self._calibration), item) for item in self.consider(question, found)]
        scored.sort(key=lambda pair: -pair[0])
        evidence = [Evidence(item.match.passage, item.match.sentence, value) for value, item in scored]
        read = {id(item.match) for _, item in scored}
        evidence += [Evidence(one.passage, one.sentence, 0.0) for one in found.sentences if id(one) not in read]
        return Reading(tuple(evidence), answerable(scored[0][1], found, self._calibration))

    def consider(self, question: str, found: Matches) -> list[Read]:
        """Read `READ` sentences with the network: those that match best, the last of them in favour of likely ones."""
        first = self._chosen(question, found)
        pairs = [_pair(question, match) for match in first]
        logits = score(self._weights.network, self._tokeniser, pairs)
        vector, _ = self._asked(question)
        supports = self._weights.known.support(vector, pairs)
        return [Read(*values) for values in zip(first, logits, supports, strict=True)]

    def _chosen(self, question: str, found: Matches) -> list[Match]:
        """Return the sentences to read; those that answered the nearest known questions are among them."""
        _, nearest = self._asked(question)
        likely = {item.key for item in nearest}
        late = [match for match in found.sentences[READ:] if key_of(_pair(question, match).text) in likely]
        return [*found.sentences[: READ - len(late)], *late]

    def _recall(self, question: str) -> tuple[Floats, list[KnownSentence]]:
        """Return the vector of a question, and the sentences that answered the known questions nearest to it."""
        vector = np.array(self._embeddings.embed_query(question), np.float32)
        return vector, self._weights.known.nearest(vector, RECALLED)


def _pair(question: str, match: Match) -> Pair:
    return pair(question, match.passage, match.passage.sentences.index(match.sentence))


def _holds(key: int) -> Callable[[Passage], bool]:
    return lambda passage: any(key_of(pair("", passage, place).text) == key for place in range(len(passage.sentences)))


def probability(read: Read, calibration: Calibration) -> float:
    """Return the probability that a sentence answers the question."""
    return fit_of(read, calibration).of_sentence(sentence_features(read))


def answerable(first: Read, found: Matches, calibration: Calibration) -> float:
    """Return the probability that the sentence that comes first answers the question."""
    return fit_of(first, calibration).of_answer(features(first, found))


def fit_of(read: Read, calibration: Calibration) -> Fit:
    """Return the fit for a sentence: whether known questions are about it decides."""
    return calibration.known if read.support else calibration.new


def sentence_features(read: Read) -> dict[str, float]:
    """Return what is weighed to compare sentences."""
    known = {"answered": read.support.answered} if read.support else {}
    return {"logit": read.logit, "match": read.match.score, **known}


def features(read: Read, found: Matches) -> dict[str, float]:
    """Return what is weighed to tell whether the first sentence answers; those after `answered` speak against it."""
    signs, support = found.signs(read.match), read.support
    known = {"answered": support.answered, "in_vain": support.in_vain} if support else {}
    return {
        "logit": read.logit,
        "weakest": read.match.weakest,
        "names": signs.names,
        **known,
        "lacks": float(signs.lacks),
        "miscounts": read.match.miscounts,
        "other_year": float(signs.other_year),
        "year_elsewhere": float(signs.year_elsewhere),
        "other_place": float(signs.other_place),
        "opposed": float(signs.opposed),
    }
