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
from assistant.grounding.words import Word, words_of
from index.embedding import MiniLMEmbeddings, Pieces

Floats = npt.NDArray[np.float32]


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
    """What one content word of a claim found: its features for the word fit, and where in the evidence it lies."""

    features: tuple[float, ...]
    place: int


class ReadEvidence:
    """Evidence that was read once and can be searched by many claims."""

    def __init__(self, embeddings: MiniLMEmbeddings, sources: Sequence[Source]) -> None:
        self._embeddings = embeddings
        self._stems = {
            source.number: frozenset(word.stem for word in words_of(f"{source.text} {source.context}"))
            for source in sources
        }
        passages: dict[str, list[Source]] = {}
        for source in sources:
            passages.setdefault(source.passage, []).append(source)
        self._columns: dict[int, list[int]] = {}
        self._vectors = self._read(list(passages.values()))

    def _read(self, passages: Sequence[Sequence[Source]]) -> Floats:
        texts = [f"{group[0].context} {' '.join(source.text for source in group)}" for group in passages]
        read = self._embeddings.embed_pieces(texts)
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
        """Return a claim with the similarity of its pieces to all of the evidence."""
        (pieces,) = self._embeddings.embed_pieces([claim])
        return ReadClaim(tuple(w for w in words_of(claim) if w.content), pieces, pieces.vectors @ self._vectors.T)

    def find(self, claim: ReadClaim, numbers: Sequence[int]) -> tuple[WordFound, ...]:
        """Return what each content word of a claim finds in the sentences with these numbers and their headings."""
        columns = [column for number in numbers for column in self._columns[number]]
        if not columns:
            return ()
        held = frozenset[str]().union(*(self._stems[number] for number in numbers))
        similarity = claim.similarity[:, columns]
        found = (_find(word, claim.pieces, similarity, held) for word in claim.words)
        return tuple(item for item in found if item is not None)


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """The content words of a claim, its pieces, and their similarity [claim pieces, evidence pieces]."""

    words: tuple[Word, ...]
    pieces: Pieces
    similarity: Floats


def _find(word: Word, pieces: Pieces, similarity: Floats, held: frozenset[str]) -> WordFound | None:
    places = pieces.within(word.start, word.end)
    if not places:
        return None
    best = similarity[places].max(axis=1)
    exact = word.stem in held
    near = float(best.mean())
    features = (
        near,
        float(best.min()),
        float(exact),
        near * (not exact),
        float(any(character.isdigit() for character in word.text)),
        float(word.name and not exact),
    )
    return WordFound(features, int(similarity[places[0]].argmax()))


def claim_features(fit: Logistic, found: Sequence[WordFound]) -> tuple[float, ...]:
    """Return what the claim fit weighs: the weakest words, the mean, the share found as they are, and their order."""
    probabilities = sorted(fit.probability(word.features) for word in found)
    weakest, second = probabilities[0], probabilities[min(1, len(probabilities) - 1)]
    exact = sum(word.features[2] for word in found) / len(found)
    near = sum(word.features[0] for word in found) / len(found)
    return (weakest, second, sum(probabilities) / len(found), exact, near, _in_order([word.place for word in found]))


def _in_order(places: Sequence[int]) -> float:
    """Return the share of words that lie in the same order in the evidence (longest rising part)."""
    ends: list[int] = []
    for place in places:
        position = bisect_left(ends, place)
        ends[position : position + 1] = [place]
    return len(ends) / len(places)
