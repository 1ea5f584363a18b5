"""Lexical search: BM25 over the passages of one audience."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import bm25s

from index.analysis import analyse

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to debug when imported

K1 = 1.2
B = 0.75
"""Term saturation and length weight as in Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009."""

_NO_TERMS = "\0"
"""Stands for a passage without any term, since an empty one could not be told from a missing one."""


class LexicalIndex:
    """BM25 scores of passages, by id.

    bm25s is used rather than SQLite FTS5: its sparse scores answer in well under a millisecond at 10,000 passages and
    it takes our own terms as they are; it is rebuilt from the passages at each publication, which costs seconds at
    100,000 passages.
    """

    def __init__(self, passage_ids: Sequence[str], scorer: bm25s.BM25 | None) -> None:
        self._passage_ids = tuple(passage_ids)
        self._scorer = scorer

    @classmethod
    def build(cls, passage_ids: Sequence[str], texts: Sequence[str]) -> LexicalIndex:
        """Index `texts`, one per passage id."""
        if not texts:
            return cls((), None)
        scorer = bm25s.BM25(method="lucene", k1=K1, b=B)
        scorer.index([analyse(text) or [_NO_TERMS] for text in texts], show_progress=False)
        return cls(passage_ids, scorer)

    @classmethod
    def open(cls, folder: Path, passage_ids: Sequence[str]) -> LexicalIndex:
        """Open what `save` wrote; `passage_ids` in the order in which they were built."""
        return cls(passage_ids, bm25s.BM25.load(str(folder)) if passage_ids else None)

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is made if missing."""
        folder.mkdir(parents=True, exist_ok=True)
        if self._scorer is not None:
            self._scorer.save(str(folder), show_progress=False)

    def __len__(self) -> int:
        return len(self._passage_ids)

    def search(self, question: str, limit: int) -> list[tuple[str, float]]:
        """Return up to `limit` passage ids with their BM25 scores, best first; none scores 0."""
        known = self._scorer.vocab_dict if self._scorer else {}
        terms = [term for term in analyse(question) if term in known]
        if self._scorer is None or not terms:
            return []
        rows, scores = self._scorer.retrieve(
            [terms], k=min(limit, len(self._passage_ids)), show_progress=False, n_threads=0
        )
        found = zip(rows[0].tolist(), scores[0].tolist(), strict=True)
        return [(self._passage_ids[row], score) for row, score in found if score > 0]
