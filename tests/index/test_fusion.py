"""Fusion, compared with a naive reference."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import LEXICAL_WEIGHT, fuse

IDS = st.sampled_from([f"p{number}" for number in range(8)])
SIMILARITIES = st.dictionaries(IDS, st.floats(-1, 1), max_size=8)
BM25 = st.dictionaries(IDS, st.floats(0.001, 40), max_size=8)


def naive(similarity: dict[str, float], bm25: dict[str, float], passages: int) -> dict[str, float]:
    """Add both scores of every id, one at a time."""
    scores = {}
    for key in set(similarity) | set(bm25):
        dense = similarity[key] if key in similarity else (min(similarity.values()) if similarity else 0.0)
        lexical = bm25.get(key, 0.0)
        scores[key] = dense + LEXICAL_WEIGHT * lexical / max(1.0, math.log(1 + passages))
    return scores


@given(similarity=SIMILARITIES, bm25=BM25, passages=st.integers(0, 10_000))
def test_fusion_agrees_with_the_plain_sum(similarity: dict[str, float], bm25: dict[str, float], passages: int) -> None:
    fused = fuse(similarity, bm25, passages=passages)
    assert dict(fused) == pytest.approx(naive(similarity, bm25, passages))
    assert fused == sorted(fused, key=lambda pair: (-pair[1], pair[0]))


def test_nothing_found_fuses_to_nothing() -> None:
    assert fuse({}, {}, passages=0) == []


def test_equal_scores_come_in_order_of_id() -> None:
    assert [key for key, _ in fuse({"b": 0.5, "a": 0.5, "c": 0.5}, {}, passages=3)] == ["a", "b", "c"]


def test_a_passage_found_by_both_halves_comes_before_one_found_by_either() -> None:
    fused = fuse({"both": 0.5, "dense": 0.5}, {"both": 6.0, "lexical": 6.0}, passages=100)
    assert fused[0][0] == "both"


def test_fewer_than_no_passages_are_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        fuse({}, {}, passages=-1)
