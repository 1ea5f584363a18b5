"""Overlap: values made ahead in a second thread."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import pytest

from index.overlap import ahead


def test_values_come_in_order_and_are_made_ahead() -> None:
    made: list[int] = []
    reached = threading.Event()

    def values() -> Iterator[int]:
        for value in range(10):
            made.append(value)
            if value == 3:
                reached.set()
            yield value

    with contextlib.closing(ahead(values(), room=3)) as taken:
        assert next(taken) == 0
        assert reached.wait(10)
        assert [0, *taken] == list(range(10))


def test_no_more_are_made_than_there_is_room_for() -> None:
    made: list[int] = []
    full = threading.Event()

    def values() -> Iterator[int]:
        for value in range(100):
            made.append(value)
            if len(made) == 4:
                full.set()
            yield value

    with contextlib.closing(ahead(values(), room=2)) as taken:
        next(taken)
        assert full.wait(10)
        assert len(made) <= 4


def test_an_error_is_raised_after_the_values_before_it() -> None:
    def values() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    stream = ahead(values(), room=2)
    assert next(stream) == 1
    with pytest.raises(ValueError, match="broken"):
        next(stream)


def test_a_consumer_that_stops_early_ends_the_thread() -> None:
    before = threading.active_count()
    stream = ahead(iter(range(1_000_000)), room=2)
    assert next(stream) == 0
    stream.close()
    assert threading.active_count() == before


def test_a_value_that_is_being_made_when_the_consumer_stops_is_given_up() -> None:
    given_up = threading.Event()

    def values() -> Iterator[int]:
        yield 1
        assert given_up.wait(60)
        yield 2

    stream = ahead(values(), 2, given_up.set)
    assert next(stream) == 1
    stream.close()
    assert given_up.is_set()


def test_nothing_is_given_up_when_all_was_used() -> None:
    given_up = threading.Event()
    assert list(ahead(range(3), 2, given_up.set)) == [0, 1, 2]
    assert not given_up.is_set()
