"""Fusion: the scores of two halves of retrieval -> one."""

from __future__ import annotations

import math
from collections.abc import Mapping

LEXICAL_WEIGHT = 0.165
"""How much the lexical half counts beside the cosine; chosen on the tuning questions (docs/architecture.md)."""


def fuse(
    similarity: Mapping[str, float], bm25: Mapping[str, float], *, passages: int, weight: float = LEXICAL_WEIGHT
) -> list[tuple[str, float]]:
    """Rank passage ids by a weighted sum of cosine similarity and BM25 score.

    Both mappings have the same ids. A BM25 score is divided by ln(1 + passages), which is how the largest weight of
    one term grows with the corpus, so that one `weight` serves every corpus. Returns (id, score) pairs, best first,
    equal scores in order of id.

    Weighted sums of scores were found better than rank fusion by Bruch, Gai and Ingber, "An Analysis of Fusion
    Functions for Hybrid Retrieval", ACM TOIS 42(1), 2023, and on our own tuning questions.

    Raises:
        ValueError: `passages` is negative.
        KeyError: an id has no BM25 score.
    """
    if passages < 0:
        raise ValueError(f"passages must be at least 0, not {passages}")
    scale = weight / max(math.log1p(passages), 1.0)
    scores = {key: cosine + scale * bm25[key] for key, cosine in similarity.items()}
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
