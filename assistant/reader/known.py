"""Known questions: what was asked before of the same sentences, in other words, and which of it had no answer.

A question that is worded unlike the text is often worded like another question. The nearest known questions vote for
the sentences that answer them, and against an answer where the nearest one has none (similarity of questions beside
relevance of answers: Sakata et al., SIGIR 2019). No answer is kept, only which sentence it was, and its vector, by
which its passage is found; a sentence that no known question was about is neither favoured nor held back.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file

from assistant.reader.pair import BETWEEN, Pair

Floats = npt.NDArray[np.float32]

STANDS_ALONE = 6
"""Words from which a sentence is taken to be the same wherever it stands."""

STEPS = 127
"""Steps on either side of zero that a kept value has; the largest of a vector has them all."""


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A standalone question with the sentences that answer it, as they are read; none where nothing does."""

    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Support:
    """Cosines in [-1, 1] of a question with known ones: those that a sentence answers, and those without an answer."""

    answered: float
    unanswered: float

    @property
    def in_vain(self) -> float:
        """Return by how much a question without an answer is nearer than those that the sentence answers."""
        return max(0.0, self.unanswered - self.answered)


@dataclass(frozen=True, slots=True)
class KnownSentence:
    """A sentence that answered known questions: its key (`key_of`), and its unit vector."""

    key: int
    vector: tuple[float, ...]


class KnownQuestions:
    """Questions by their unit vectors, with the sentences that answer them."""

    def __init__(
        self, vectors: Floats, answers: Mapping[int, Sequence[int]], sentences: Sequence[KnownSentence] = ()
    ) -> None:
        """`vectors` has a row for each question; `answers` names the rows that each sentence, by key, answers.

        `sentences` are those of them whose vector is known.
        """
        self._vectors = vectors
        self._sentences = [item for item in sentences if item.key in answers]
        self._answers = {key: np.array(rows) for key, rows in answers.items()}
        answered = {row for rows in answers.values() for row in rows}
        self._unanswered = np.array([row for row in range(len(vectors)) if row not in answered], np.int64)

    def support(self, question: Floats, pairs: Sequence[Pair]) -> list[Support | None]:
        """Return what known questions say of each sentence read with a question; None for unknown sentences."""
        near = self._vectors @ question
        unanswered = float(near[self._unanswered].max(initial=-1.0))
        rows = (self._answers.get(key_of(item.text)) for item in pairs)
        return [None if found is None else Support(float(near[found].max()), unanswered) for found in rows]

    def nearest(self, question: Floats, count: int) -> list[KnownSentence]:
        """Return up to `count` sentences that answered the known questions nearest to this one, nearest first."""
        near = self._vectors @ question
        best = [float(near[self._answers[item.key]].max()) for item in self._sentences]
        order = np.argsort(-np.array(best), kind="stable")[:count]
        return [self._sentences[place] for place in order]


def key_of(text: str) -> int:
    """Return the key of a sentence as it is read: 63 bits of a sha256.

    A sentence that stands for itself has the same key under any title and heading, so that it is known again when its
    document was given another title; a short one, such as an item of a list, only under its own.
    """
    sentence = text.partition(BETWEEN)[0]
    kept = sentence if len(sentence.split()) >= STANDS_ALONE else text
    return int.from_bytes(hashlib.sha256(kept.encode()).digest()[:8], "big") >> 1


def save(known: Sequence[KnownQuestion], vectors: Floats, sentences: Mapping[str, Floats], path: Path) -> None:
    """Write questions as their vectors, 8 bits a value, and the keys of their answers; no words of theirs.

    `sentences` has the unit vectors of answers, by their text.
    """
    pairs = [(key_of(text), row) for row, item in enumerate(known) for text in item.answers]
    by_key = {key_of(text): vector for text, vector in sentences.items()}
    answers = np.array(list(by_key.values()), np.float32).reshape(len(by_key), vectors.shape[1])
    values, scales = _in_steps(vectors)
    answer_values, answer_scales = _in_steps(answers)
    save_file(
        {
            "vectors": values,
            "scales": scales,
            "keys": np.array([key for key, _ in pairs], np.int64),
            "rows": np.array([row for _, row in pairs], np.int32),
            "sentences": answer_values,
            "sentence_scales": answer_scales,
            "sentence_keys": np.array(list(by_key), np.int64),
        },
        path,
    )


def load(path: Path) -> KnownQuestions:
    """Read what `save` wrote."""
    kept = load_file(path)
    answers: dict[int, list[int]] = defaultdict(list)
    for key, row in zip(kept["keys"].tolist(), kept["rows"].tolist(), strict=True):
        answers[key].append(row)
    vectors = (kept["sentences"] * kept["sentence_scales"]).tolist()
    sentences = [
        KnownSentence(key, tuple(vector)) for key, vector in zip(kept["sentence_keys"].tolist(), vectors, strict=True)
    ]
    return KnownQuestions(kept["vectors"] * kept["scales"], answers, sentences)


def _in_steps(vectors: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Return vectors in 8 bits a value, and what a step of each is worth."""
    scales = np.maximum(np.abs(vectors).max(axis=1, keepdims=True, initial=0.0), np.finfo(np.float32).tiny) / STEPS
    return np.rint(vectors / scales).astype(np.int8), scales.astype(np.float32)
