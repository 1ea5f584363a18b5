"""Fusion, compared with a naive reference."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import LEXICAL_WEIGHT, fuse

IDS = st.sampled_from([f"p{number}" for number in range(8)])
SCORES = st.dictionaries(IDS, st.tuples(st.floats(-1, 1), st.just(0.0) | st.floats(0.001, 40)), max_size=8)


def naive(similarity: dict[str, float], bm25: dict[str, float], passages: int) -> dict[str, float]:
    """Add both scores of every id, one at a time."""
    scores = {}
    for key in similarity:
        scores[key] = similarity[key] + LEXICAL_WEIGHT * bm25[key] / max(1.0, math.log(1 + passages))
    return scores


@given(both=SCORES, passages=st.integers(0, 10_000))
def test_fusion_agrees_with_the_plain_sum(both: dict[str, tuple[float, float]], passages: int) -> None:
    similarity = {key: scores[0] for key, scores in both.items()}
    bm25 = {key: scores[1] for key, scores in both.items()}
    fused = fuse(similarity, bm25, passages=passages)
    assert dict(fused) == pytest.approx(naive(similarity, bm25, passages))
    assert fused == sorted(fused, key=lambda pair: (-pair[1], pair[0]))


def test_nothing_found_fuses_to_nothing() -> None:
    assert fuse({}, {}, passages=0) == []


def test_equal_scores_come_in_order_of_id() -> None:
    equal = {"b": 0.5, "a": 0.5, "c": 0.5}
    assert [key for key, _ in fuse(equal, equal, passages=3)] == ["a", "b", "c"]


def test_a_passage_that_both_halves_like_comes_before_one_that_either_likes() -> None:
    fused = fuse({"both": 0.5, "dense": 0.5, "lexical": 0.1}, {"both": 6.0, "dense": 0.0, "lexical": 6.0}, passages=100)
    assert fused[0][0] == "both"


def test_the_same_score_counts_less_among_more_passages() -> None:
    few, many = (fuse({"p": 0.0}, {"p": 6.0}, passages=passages)[0][1] for passages in (10, 10_000))
    assert 0 < many < few


def test_fewer_than_no_passages_are_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        fuse({}, {}, passages=-1)
