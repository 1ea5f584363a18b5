"""Lexical search: BM25 over the passages of one audience, and the words that these passages use."""

from __future__ import annotations

import json
import logging
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import numpy.typing as npt

from index.analysis import analyse
from index.passage import document_id_of

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to debug when imported

K1 = 1.2
B = 0.75
"""Term saturation and length weight as in Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009."""

_NO_TERMS = "\0"
"""Stands for a passage without any term, since an empty one could not be told from a missing one."""

_WORDS_FILE = "words.json"
_WORD = re.compile(r"[^\W\d_]{5,}")
"""What a mistyped word may have meant; in shorter ones a changed letter most often makes another word."""


@dataclass(frozen=True, slots=True)
class LexicalPassage:
    """What lexical search keeps of one passage: its terms in order, and its different longer words as they are spelt.

    Analysing costs ten times as much as indexing, so it is done once for each passage.
    """

    terms: tuple[str, ...]
    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> LexicalPassage:
        """Analyse the searched text of a passage."""
        return cls(tuple(analyse(text)), tuple(sorted(set(_WORD.findall(text)))))


class LexicalMatch:
    """The BM25 scores of one question for every passage of one index."""

    def __init__(self, passage_ids: Sequence[str], rows: dict[str, int], scores: npt.NDArray[np.float32], mass: float):
        self._passage_ids = passage_ids
        self._rows = rows
        self._scores = scores
        self.mass = mass
        """The score of a passage that would be full of every term of the question, repeats counted."""

    def __len__(self) -> int:
        return len(self._passage_ids)

    def top(self, limit: int) -> list[tuple[str, float]]:
        """Return up to `limit` passage ids with their scores, best first; none scores 0."""
        scores = self._scores
        rows = np.argpartition(scores, -limit)[-limit:] if limit < len(scores) else np.arange(len(scores))
        rows = rows[np.argsort(-scores[rows], kind="stable")]
        return [(self._passage_ids[row], float(scores[row])) for row in rows.tolist() if scores[row] > 0]

    def score(self, passage_id: str) -> float | None:
        """Return the score of one passage, at least 0; None where this index does not hold it."""
        row = self._rows.get(passage_id)
        return None if row is None else float(self._scores[row])


class LexicalIndex:
    """BM25 scores of passages, by id.

    bm25s is used rather than SQLite FTS5: its sparse scores answer in well under a millisecond at 10,000 passages and
    it takes our own terms as they are; it is rebuilt from the passages at each publication, which costs seconds at
    100,000 passages.
    """

    def __init__(
        self, passage_ids: Sequence[str], scorer: bm25s.BM25 | None, words: dict[str, str] | Path | None = None
    ) -> None:
        self._passage_ids = tuple(passage_ids)
        self._scorer = scorer
        self._words = words

    @classmethod
    def build(cls, passage_ids: Sequence[str], texts: Sequence[str]) -> LexicalIndex:
        """Index `texts`, one per passage id."""
        return cls.from_passages(zip(passage_ids, map(LexicalPassage.of, texts), strict=True))

    @classmethod
    def from_passages(cls, passages: Iterable[tuple[str, LexicalPassage]]) -> LexicalIndex:
        """Index passages that were analysed before, with their ids; they are read once, one after the other."""
        vocabulary: dict[str, int] = {}
        ids: list[str] = []
        rows: list[list[int]] = []
        forms: Counter[str] = Counter()
        for passage_id, passage in passages:
            ids.append(passage_id)
            rows.append([vocabulary.setdefault(term, len(vocabulary)) for term in passage.terms or (_NO_TERMS,)])
            forms.update(passage.words)
        if not ids:
            return cls((), None)
        scorer = bm25s.BM25(method="lucene", k1=K1, b=B)
        scorer.index((rows, vocabulary), show_progress=False)
        return cls(ids, scorer, _usual_forms(forms))

    @classmethod
    def open(cls, folder: Path, passage_ids: Sequence[str]) -> LexicalIndex:
        """Open what `save` wrote; `passage_ids` in the order in which they were built."""
        return cls(passage_ids, bm25s.BM25.load(str(folder)) if passage_ids else None, folder / _WORDS_FILE)

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is made if missing."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _WORDS_FILE).write_text(json.dumps(self.words, ensure_ascii=False), "utf-8")
        if self._scorer is not None:
            self._scorer.save(str(folder), show_progress=False)

    def __len__(self) -> int:
        return len(self._passage_ids)

    @cached_property
    def words(self) -> dict[str, str]:
        """Return the words of five letters and more, in small letters, each with the form that is usual here."""
        if isinstance(self._words, Path):
            found: dict[str, str] = json.loads(self._words.read_text("utf-8"))
            return found
        return self._words or {}

    def knows(self, term: str) -> bool:
        """Say whether a passage holds this term, which is one that `analyse` gives."""
        return self._scorer is not None and term in self._scorer.vocab_dict

    def match(self, question: str, only: frozenset[str] | None = None) -> LexicalMatch:
        """Score every passage for a question; with `only`, those of other documents score 0."""
        terms = [term for term in analyse(question) if self.knows(term)]
        scores = np.zeros(len(self._passage_ids), np.float32)
        if self._scorer is None or not terms:
            return LexicalMatch(self._passage_ids, self._rows, scores, 0.0)
        scores = self._scorer.get_scores(terms)
        if only is not None:
            scores = scores * np.fromiter((key in only for key in self._document_ids), np.float32, len(scores))
        return LexicalMatch(self._passage_ids, self._rows, scores, sum(map(self._weight, terms)))

    def search(self, question: str, limit: int) -> list[tuple[str, float]]:
        """Return up to `limit` passage ids with their BM25 scores, best first; none scores 0."""
        return self.match(question).top(limit)

    def _weight(self, term: str) -> float:
        """Return the most that one term can add to a score: its inverse document frequency."""
        scorer: Any = self._scorer
        place = scorer.vocab_dict[term]
        holding = int(scorer.scores["indptr"][place + 1] - scorer.scores["indptr"][place])
        return math.log(1 + (len(self) - holding + 0.5) / (holding + 0.5))

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {key: row for row, key in enumerate(self._passage_ids)}

    @cached_property
    def _document_ids(self) -> tuple[str, ...]:
        return tuple(document_id_of(key) for key in self._passage_ids)


def _usual_forms(forms: Counter[str]) -> dict[str, str]:
    """Return each longer word in small letters with the spelling of most passages: "glassborow" -> "Glassborow"."""
    usual: dict[str, str] = {}
    for word, _ in forms.most_common():
        usual.setdefault(word.lower(), word)
    return usual
