"""Fusion, compared with a naive reference."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import LEXICAL_WEIGHT, fuse

IDS = st.sampled_from([f"p{number}" for number in range(8)])
SCORES = st.dictionaries(IDS, st.tuples(st.floats(-1, 1), st.just(0.0) | st.floats(0.001, 40)), max_size=8)


def naive(similarity: dict[str, float], bm25: dict[str, float], passages: int, confidence: float) -> dict[str, float]:
    """Add both scores of every id, one at a time."""
    scores = {}
    for key in similarity:
        scores[key] = similarity[key] + LEXICAL_WEIGHT * confidence**0.5 * bm25[key] / max(1.0, math.log(1 + passages))
    return scores


@given(both=SCORES, passages=st.integers(0, 10_000), confidence=st.floats(0, 1))
def test_fusion_agrees_with_the_plain_sum(
    both: dict[str, tuple[float, float]], passages: int, confidence: float
) -> None:
    similarity = {key: scores[0] for key, scores in both.items()}
    bm25 = {key: scores[1] for key, scores in both.items()}
    fused = fuse(similarity, bm25, passages=passages, confidence=confidence)
    assert fused == pytest.approx(naive(similarity, bm25, passages, confidence))


def test_nothing_found_fuses_to_nothing() -> None:
    assert fuse({}, {}, passages=0, confidence=0) == {}


def test_a_passage_that_both_halves_like_scores_above_one_that_either_likes() -> None:
    similarity, bm25 = {"both": 0.5, "dense": 0.5, "lexical": 0.1}, {"both": 6.0, "dense": 0.0, "lexical": 6.0}
    fused = fuse(similarity, bm25, passages=100, confidence=1)
    assert max(fused, key=lambda key: fused[key]) == "both"


def test_the_same_score_counts_less_among_more_passages() -> None:
    few, many = (fuse({"p": 0.0}, {"p": 6.0}, passages=passages, confidence=1)["p"] for passages in (10, 10_000))
    assert 0 < many < few


def test_words_count_less_where_no_passage_holds_many_of_them() -> None:
    sure, unsure = (fuse({"p": 0.0}, {"p": 6.0}, passages=99, confidence=share)["p"] for share in (0.9, 0.1))
    assert 0 < unsure < sure


def test_impossible_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        fuse({}, {}, passages=-1, confidence=0)
    with pytest.raises(ValueError, match=r"1\.5"):
        fuse({}, {}, passages=1, confidence=1.5)
