"""Fitting the check: `python -m assistant.grounding.fit FOLDER` writes `fit.json` from training data in FOLDER.

FOLDER holds `wice_tokens_train.jsonl.gz`: claims of Wikipedia with the words that their evidence does not support, and
the articles that they cite. Needs the extra `train`.

SciFact's pairs of claim and sentence were tried as well, and left out: their claims are so free that words alone cannot
tell support from contradiction (AUROC .53), and with them more invented sentences of the tuning half passed.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.grounding.entailment import Logistic, ReadEvidence, WordFound, claim_features, passage_texts
from assistant.grounding.evidence import Source
from index.embedding import MiniLMEmbeddings
from index.pieces import Pieces

SEED = 7

MADE = 300
"""Sentences of the WiCE articles that are kept, cut or blended, of each sort."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, the sentences it rests on, whether they bear it out, and the characters that they do not."""

    claim: str
    evidence: tuple[str, ...]
    supported: bool
    unsupported: frozenset[int] | None = None


def read_pairs(folder: Path) -> Iterator[Pair]:
    """Yield the claims of WiCE, and pairs made of the sentences of its articles.

    Models write most of an answer in the words of the evidence. So true pairs are made of sentences as they stand and
    of their first clauses, false ones of the beginning of one sentence with the end of another.
    """
    chance = random.Random(SEED)  # noqa: S311
    rows = _rows(folder / "wice_tokens_train.jsonl.gz")
    for row in rows:
        evidence = tuple(row["evidence"][place] for place in row["supporting_sentences"][0])
        yield Pair(row["claim"], evidence, supported=False, unsupported=_unsupported(row))
    yield from _made([row["evidence"] for row in rows], chance)


def _made(articles: Sequence[Sequence[str]], chance: random.Random) -> Iterator[Pair]:
    usable = [[s for s in article if 10 <= len(s.split()) <= 40 and s[0].isupper()] for article in articles]
    usable = [sentences for sentences in usable if len(sentences) >= 4]
    for _ in range(MADE):
        sentences = chance.choice(usable)
        place = chance.randrange(len(sentences) - 2)
        one, other, third = sentences[place : place + 3]
        words, others = one.split(), other.split()
        yield Pair(one, (one,), supported=True)
        yield Pair(" ".join(words[: chance.randint(6, len(words))]), (one, other), supported=True)
        yield Pair(" ".join(words[: len(words) // 2] + others[len(others) // 2 :]), (one, other), supported=False)
        yield Pair(third, (one, other), supported=False)


def _rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _unsupported(row: dict[str, Any]) -> frozenset[int]:
    places: set[int] = set()
    position = 0
    for token, unsupported in zip(row["claim_tokens"], row["non_supported_spans"], strict=True):
        start = row["claim"].find(token, position)
        if start >= 0:
            position = start + len(token)
            places.update(range(start, position) if unsupported else ())
    return frozenset(places)


class _Remembered(MiniLMEmbeddings):
    """Reads all texts at once, sorted by length, and then gives them one by one."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__()
        distinct = sorted(set(texts))
        self._read = dict(zip(distinct, super().embed_pieces(distinct), strict=True))

    def embed_pieces(self, texts: Sequence[str]) -> list[Pieces]:
        return [self._read[text] for text in texts]


def find_words(pairs: Sequence[Pair]) -> list[tuple[WordFound, ...]]:
    """Return what the words of each pair's claim find in its evidence."""
    sources = [[Source(number, text, "only", "") for number, text in enumerate(pair.evidence, 1)] for pair in pairs]
    read = _Remembered([*(pair.claim for pair in pairs), *(text for some in sources for text in passage_texts(some))])
    found: list[tuple[WordFound, ...]] = []
    for pair, some in zip(pairs, sources, strict=True):
        evidence = ReadEvidence(read, some)
        found.append(evidence.find(evidence.read_claim(pair.claim), [source.number for source in some]))
    return found


def fit(pairs: Sequence[Pair]) -> dict[str, Logistic]:
    """Fit the word on claims with marked words, then the claim on all pairs."""
    found = find_words(pairs)
    features: list[tuple[float, ...]] = []
    supported: list[bool] = []
    for pair, words in zip(pairs, found, strict=True):
        if pair.unsupported is not None:
            features += [word.features for word in words]
            supported += [pair.unsupported.isdisjoint(range(word.word.start, word.word.end)) for word in words]
    word = _logistic(features, supported)
    usable = [(claim_features(word, words), pair.supported) for pair, words in zip(pairs, found, strict=True) if words]
    claim = _logistic([values for values, _ in usable], [label for _, label in usable], balanced=True)
    return {"word": word, "claim": claim}


def _logistic(features: Sequence[Sequence[float]], labels: Sequence[bool], *, balanced: bool = False) -> Logistic:
    model = LogisticRegression(max_iter=5_000, class_weight="balanced" if balanced else None)
    model.fit(np.array(features), np.array(labels))
    return Logistic(tuple(round(float(weight), 4) for weight in model.coef_[0]), round(float(model.intercept_[0]), 4))


def main(folder: Path) -> None:
    """Fit on the data of a folder and write the file beside this module."""
    fits = fit(list(read_pairs(folder)))
    shipped = {name: {"weights": list(one.weights), "bias": one.bias} for name, one in fits.items()}
    (Path(__file__).parent / "fit.json").write_text(json.dumps(shipped, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
