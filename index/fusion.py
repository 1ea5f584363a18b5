"""Fusion: the scores of two halves of retrieval -> one."""

from __future__ import annotations

import math
from collections.abc import Mapping

LEXICAL_WEIGHT = 0.17
"""How much the lexical half counts beside the cosine; chosen on tuning halves only (docs/retrieval.md)."""


def fuse(
    similarity: Mapping[str, float],
    bm25: Mapping[str, float],
    *,
    passages: int,
    confidence: float,
    weight: float = LEXICAL_WEIGHT,
) -> dict[str, float]:
    """Score passage ids by a weighted sum of cosine similarity and BM25 score.

    Both mappings have the same ids. A BM25 score is divided by ln(1 + passages), which is how the largest weight of
    one term grows with the corpus, so that one `weight` serves every corpus. `confidence` in [0, 1] is the share of the
    question's term weights that the best passage holds: a long question of which no passage holds more than a few
    words says less by its words than a short one that a passage holds whole. Its square root was better than itself.

    Weighted sums of scores were found better than rank fusion by Bruch, Gai and Ingber, "An Analysis of Fusion
    Functions for Hybrid Retrieval", ACM TOIS 42(1), 2023, and on our own tuning questions.

    Raises:
        ValueError: `passages` is negative, or `confidence` lies outside [0, 1].
        KeyError: an id has no BM25 score.
    """
    if passages < 0:
        raise ValueError(f"passages must be at least 0, not {passages}")
    if not 0 <= confidence <= 1:
        raise ValueError(f"confidence must lie in [0, 1], not {confidence}")
    scale = weight * math.sqrt(confidence) / max(math.log1p(passages), 1.0)
    return {key: cosine + scale * bm25[key] for key, cosine in similarity.items()}
