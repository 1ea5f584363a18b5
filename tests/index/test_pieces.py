"""The memory of word pieces: what it gives is what was read, it forgets the oldest, and it keeps to its limit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.pieces import PieceMemory, Pieces, pieces_within


class Reading:
    """Reads a text as one piece for each of its characters, and notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: list[str]) -> list[Pieces]:
        self.asked += texts
        return [
            Pieces(
                tuple(map(ord, text)),
                tuple((place, place + 1) for place in range(len(text))),
                np.full((len(text), 2), len(text), np.float32),
            )
            for text in texts
        ]


def words(found: list[Pieces]) -> list[str]:
    return ["".join(map(chr, pieces.ids)) for pieces in found]


@given(st.lists(st.lists(st.text(max_size=8), max_size=6), max_size=8), st.integers(0, 12))
def test_every_text_gets_its_own_pieces_whatever_is_remembered(asked: list[list[str]], limit: int) -> None:
    memory = PieceMemory(limit)
    for texts in asked:
        assert words(memory.recall(texts, Reading())) == texts


def test_a_text_is_read_once_while_it_is_remembered() -> None:
    memory, reading = PieceMemory(10), Reading()
    memory.recall(["one", "two", "one"], reading)
    memory.recall(["two", "six"], reading)
    assert reading.asked == ["one", "two", "six"]


def test_what_was_asked_for_longest_ago_is_forgotten_first() -> None:
    memory, reading = PieceMemory(6), Reading()
    for texts in (["one"], ["two"], ["one"], ["six"]):
        memory.recall(texts, reading)
    reading.asked.clear()
    memory.recall(["one", "six", "two"], reading)
    assert reading.asked == ["two"]


def test_a_text_longer_than_the_limit_is_read_and_not_kept() -> None:
    memory, reading = PieceMemory(3), Reading()
    assert words(memory.recall(["a long text"], reading)) == ["a long text"]
    assert words(memory.recall(["a long text", "one"], reading)) == ["a long text", "one"]
    assert reading.asked == ["a long text", "a long text", "one"]


def test_several_threads_each_get_what_they_asked_for() -> None:
    memory = PieceMemory(20)
    lists = [[f"{name}{number}" for name in "abc"] for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda texts: words(memory.recall(texts, Reading())), lists))
    assert found == lists


def test_pieces_within_lie_wholly_between_two_characters() -> None:
    assert pieces_within([(0, 0), (0, 3), (3, 7), (8, 9), (0, 0)], 3, 9) == [2, 3]
