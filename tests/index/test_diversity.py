"""Diversity: no repeats, no document that takes all places, and nothing lost that says something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.diversity import DOCUMENT_SHARE, diverse
from index.passage import Passage, Sentence

LINE = "In the year that was reported the wardens of the river walk counted fourteen falls and put up a new handrail."


def passage(key: str, text: str, document: str = "doc") -> Passage:
    sentence = Sentence(0, len(text), text)
    return Passage(f"{document}:{key}", document, "T", "", None, 0, len(text), (sentence,))


def kept(ranked: list[Passage], limit: int = 10, named: frozenset[str] = frozenset()) -> list[str]:
    return [one.id for one in diverse(ranked, limit, named)]


def test_what_says_the_same_is_shown_once() -> None:
    ranked = [passage("1", LINE, "a"), passage("1", LINE, "b"), passage("1", LINE.replace("put up", "set up"), "c")]
    assert kept([*ranked, passage("1", "Something else altogether.", "d")]) == ["a:1", "d:1"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("fourteen", "14"), ("river", "River"), ("counted", "never"), ("that", "2018"), ("a new", "no new")],
)
def test_a_number_a_name_or_a_not_makes_another_statement(old: str, new: str) -> None:
    assert len(kept([passage("1", LINE, "a"), passage("1", LINE.replace(old, new), "b")])) == 2


def test_one_document_takes_its_share_and_no_more_while_others_have_something_to_say() -> None:
    many = [passage(str(n), f"alpha{n} beta{n} gamma{n}", "big") for n in range(20)]
    others = [passage(str(n), f"delta{n} epsilon{n} zeta{n}", f"small{n}") for n in range(20)]
    found = kept([*many, *others])
    assert sum(key.startswith("big") for key in found) == 10 * DOCUMENT_SHARE
    assert found[0] == "big:0"
    assert len(kept(many)) == 10
    assert all(key.startswith("big") for key in kept([*many, *others], named=frozenset({"big"})))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text("xyz ", max_size=6)), max_size=30), st.integers(1, 12))
def test_a_result_is_part_of_the_ranking_and_no_longer_than_wanted(pairs: list[tuple[str, str]], limit: int) -> None:
    ranked = [passage(str(n), text, document) for n, (document, text) in enumerate(pairs)]
    found = kept(ranked, limit)
    assert len(found) <= limit
    assert len(set(found)) == len(found)
    assert set(found) <= {one.id for one in ranked}
    assert not ranked or found[0] == ranked[0].id
