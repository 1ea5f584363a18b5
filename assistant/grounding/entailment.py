"""Entailment: how likely the cited words bear out a claim, from how well each of its words is found in them.

Each content word of the claim looks for its nearest word piece in the evidence (late interaction, as the reader does
with a question). A first logistic fit turns what a word found into the probability that it is supported; a second one
turns the words of a claim into the probability that the whole claim is. `assistant.grounding.fit` fits both.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from assistant.grounding.evidence import Source
from assistant.grounding.figures import Figure, figures_of
from assistant.grounding.words import Word, words_of
from index.embedding import MiniLMEmbeddings

Floats = npt.NDArray[np.float32]

NEIGHBOURHOOD = 10
"""Word pieces within which two neighbouring words of a claim are taken to stand together in the evidence."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic fit: one weight per feature and a bias."""

    weights: tuple[float, ...]
    bias: float

    def probability(self, features: Sequence[float]) -> float:
        """Return the probability, in [0, 1], for features in the order of the weights."""
        logit = self.bias + sum(weight * value for weight, value in zip(self.weights, features, strict=True))
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


@dataclass(frozen=True, slots=True)
class Fit:
    """The two fits: of a word, and of a claim."""

    word: Logistic
    claim: Logistic


@cache
def shipped_fit() -> Fit:
    """Return the fit that ships, from the file beside this module."""
    text = (files("assistant.grounding") / "fit.json").read_text(encoding="utf-8")
    return Fit(**{name: Logistic(tuple(fit["weights"]), fit["bias"]) for name, fit in json.loads(text).items()})


@dataclass(frozen=True, slots=True)
class WordFound:
    """What one content word of a claim found in the evidence: its features for the word fit, and where it lies.

    `pair` says, in [-1, 1], how well the word and the one before it are found side by side; 1 for the first word.
    """

    word: Word
    features: tuple[float, ...]
    place: int
    pair: float

    @property
    def near(self) -> float:
        """Return the mean similarity, in [-1, 1], of its pieces to their nearest pieces."""
        return self.features[0]

    @property
    def exact(self) -> bool:
        """Say whether the evidence has the word itself, in any form."""
        return self.features[2] == 1.0


def _passages(sources: Sequence[Source]) -> list[list[Source]]:
    passages: dict[str, list[Source]] = {}
    for source in sources:
        passages.setdefault(source.passage, []).append(source)
    return list(passages.values())


def passage_texts(sources: Sequence[Source]) -> list[str]:
    """Return the texts that are read for some sentences: each passage with its heading, in order."""
    return [f"{group[0].context} {' '.join(source.text for source in group)}" for group in _passages(sources)]


SPOKEN_FOR = (1.0, 1.0, 1.0, 0.0, 0.0, 0.0)
"""Features of a word that names whom "we" stands for: as if it stood there itself."""


class ReadEvidence:
    """Evidence that was read once and can be searched by many claims."""

    def __init__(self, embeddings: MiniLMEmbeddings, sources: Sequence[Source]) -> None:
        self._embeddings = embeddings
        self._stems = {
            source.number: frozenset(word.stem for word in words_of(f"{source.text} {source.context}"))
            for source in sources
        }
        self._speakers = {source.number: frozenset(w.stem for w in words_of(source.spoken_for)) for source in sources}
        self._columns: dict[int, list[int]] = {}
        self._vectors = self._read(sources)

    def _read(self, sources: Sequence[Source]) -> Floats:
        passages = _passages(sources)
        read = self._embeddings.embed_pieces(passage_texts(sources))
        offset = 0
        for group, pieces in zip(passages, read, strict=True):
            start = len(group[0].context) + 1
            heading = [offset + place for place in pieces.within(0, start - 1)]
            for source in group:
                end = start + len(source.text)
                self._columns[source.number] = heading + [offset + place for place in pieces.within(start, end)]
                start = end + 1
            offset += len(pieces.ids)
        return np.concatenate([pieces.vectors for pieces in read])

    def read_claim(self, claim: str) -> ReadClaim:
        """Return a claim with the similarity of its pieces to all of the evidence.

        Figures in words are left out, since they may stand there in digits; `assistant.grounding.facts` compares them.
        """
        (pieces,) = self._embeddings.embed_pieces([claim])
        figures = figures_of(claim)
        words = tuple(word for word in words_of(claim) if word.content and not _written_out(word, figures))
        places = tuple(tuple(pieces.within(word.start, word.end)) for word in words)
        return ReadClaim(words, places, pieces.vectors @ self._vectors.T)

    def find(self, claim: ReadClaim, numbers: Sequence[int]) -> tuple[WordFound, ...]:
        """Return what each content word of a claim finds in the sentences with these numbers and their headings."""
        columns = [column for number in numbers for column in self._columns[number]]
        if not columns or not any(claim.places):
            return ()
        held = frozenset[str]().union(*(self._stems[number] for number in numbers))
        speakers = frozenset[str]().union(*(self._speakers[number] for number in numbers))
        similarity = claim.similarity[:, columns]
        best = similarity.max(axis=1)
        pairs = iter(_pairs(similarity, [places for places in claim.places if places]))
        firsts = iter(similarity[[places[0] for places in claim.places if places]].argmax(axis=1))
        found: list[WordFound] = []
        after_speaker = False
        for word, places in zip(claim.words, claim.places, strict=True):
            pair, first = (next(pairs), next(firsts)) if places else (1.0, 0)
            if word.stem in speakers:
                found.append(WordFound(word, SPOKEN_FOR, found[-1].place if found else 0, 1.0))
            elif places:
                features = _features(word, best[list(places)], held)
                found.append(WordFound(word, features, int(first), 1.0 if after_speaker else float(pair)))
            else:
                continue
            after_speaker = word.stem in speakers
        return tuple(found)


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """The content words of a claim, the pieces of each, and the similarity [claim pieces, evidence pieces]."""

    words: tuple[Word, ...]
    places: tuple[tuple[int, ...], ...]
    similarity: Floats


def _written_out(word: Word, figures: Sequence[Figure]) -> bool:
    digits = any(character.isdigit() for character in word.text)
    return not digits and any(figure.start <= word.start and word.end <= figure.end for figure in figures)


def _features(word: Word, best: Floats, held: frozenset[str]) -> tuple[float, ...]:
    """Return the features of one word for the word fit; `best` holds the best similarity of each of its pieces."""
    exact = word.stem in held
    near = float(best.mean())
    return (
        near,
        float(best.min()),
        float(exact),
        near * (not exact),
        float(any(character.isdigit() for character in word.text)),
        float(word.name and not exact),
    )


def _pairs(similarity: Floats, places: Sequence[Sequence[int]]) -> Floats:
    """Return for each word the best similarity that it and the word before it reach within `NEIGHBOURHOOD` pieces.

    1 for the first word. All words are looked at in one step, since this is most of the time that a check takes.
    """
    words = np.stack([similarity[list(word)].max(axis=0) for word in places])
    padded = np.pad(words[1:], ((0, 0), (NEIGHBOURHOOD, NEIGHBOURHOOD)), constant_values=-1.0)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * NEIGHBOURHOOD + 1, axis=1).max(axis=2)
    return np.concatenate([[1.0], np.minimum(words[:-1], around).max(axis=1)]).astype(np.float32)


def claim_features(fit: Logistic, found: Sequence[WordFound]) -> tuple[float, ...]:
    """Return what the claim fit weighs: its weakest words, the means, and how its words hang together.

    Blends of true sentences have every word, but not every word beside its neighbour, nor in the same order.
    """
    probabilities = sorted(fit.probability(word.features) for word in found)
    pairs = sorted(word.pair for word in found)
    second = min(1, len(found) - 1)
    return (
        probabilities[0],
        probabilities[second],
        _mean(probabilities),
        _mean([word.exact for word in found]),
        _mean([word.near for word in found]),
        _in_order([word.place for word in found]),
        pairs[second],
        _mean(pairs),
    )


def likelihood(found: Sequence[WordFound]) -> float:
    """Return how likely a claim is supported, in [0, 1], by what its words found; 0 where it has none."""
    if not found:
        return 0.0
    fit = shipped_fit()
    return fit.claim.probability(claim_features(fit.word, found))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _in_order(places: Sequence[int]) -> float:
    """Return the share of words that lie in the same order in the evidence (longest rising part)."""
    ends: list[int] = []
    for place in places:
        position = bisect_left(ends, place)
        ends[position : position + 1] = [place]
    return len(ends) / len(places)
