"""Fusion: the scores of two halves of retrieval -> one."""

from __future__ import annotations

import math
from collections.abc import Mapping

LEXICAL_WEIGHT = 0.165
"""How much the lexical half counts beside the cosine; chosen on the tuning questions (docs/architecture.md)."""


def fuse(
    similarity: Mapping[str, float], bm25: Mapping[str, float], *, passages: int, weight: float = LEXICAL_WEIGHT
) -> list[tuple[str, float]]:
    """Merge cosine similarities and BM25 scores of passage ids by a weighted sum.

    A BM25 score is divided by ln(1 + passages), which is how its largest weight of one term grows, so that one
    `weight` serves every corpus. An id that one half did not find gets the least score that half gave, since it
    scored at most that. Returns (id, score) pairs, best first, equal scores in order of id.

    Weighted sums of scores were found better than rank fusion by Bruch, Gai and Ingber, "An Analysis of Fusion
    Functions for Hybrid Retrieval", ACM TOIS 42(1), 2023, and on our own tuning questions.

    Raises:
        ValueError: `passages` is negative.
    """
    if passages < 0:
        raise ValueError(f"passages must be at least 0, not {passages}")
    scale = weight / max(math.log1p(passages), 1.0)
    least_similarity = min(similarity.values(), default=0.0)
    scores = {key: similarity.get(key, least_similarity) + scale * bm25.get(key, 0.0) for key in {*similarity, *bm25}}
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
