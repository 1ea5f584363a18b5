"""How questions and passages are laid out for the network."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reader.network import OUTSIDE, PIECES, Tokeniser, collate


@pytest.fixture(scope="module")
def tokeniser() -> Tokeniser:
    return Tokeniser()


def test_pieces_know_their_sentence_and_their_characters(tokeniser: Tokeniser) -> None:
    sentences = ("Cats sleep.", "Dogs bark at night.")
    window = tokeniser.windows("What do dogs do?", "Animals", sentences)[0]
    barking = [
        sentences[owner][start:end]
        for owner, (start, end) in zip(window.owners, window.characters, strict=True)
        if owner == 1
    ]
    assert barking == ["Dogs", "bark", "at", "night", "."]
    assert window.ids[0] == 101
    assert window.ids.count(102) == 2


def test_windows_share_no_sentence_and_keep_their_order(tokeniser: Tokeniser) -> None:
    sentences = [f"Sentence number {number} is about trees and rivers." for number in range(80)]
    windows = tokeniser.windows("Which trees?", "", sentences)
    owners = [sorted(set(window.owners) - {OUTSIDE}) for window in windows]
    assert [owner for group in owners for owner in group] == list(range(80))


def test_sentences_beyond_the_last_window_are_left_out(tokeniser: Tokeniser) -> None:
    assert len(tokeniser.windows("Which?", "", ["A sentence about trees."] * 400, parts=2)) == 2


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400), st.text(max_size=400), st.lists(st.text(max_size=300), max_size=12))
def test_no_window_exceeds_what_the_encoder_reads(question: str, heading: str, sentences: list[str]) -> None:
    for window in Tokeniser().windows(question, heading, sentences):
        assert len(window.ids) <= PIECES
        assert len(window.ids) == len(window.types) == len(window.owners) == len(window.characters)


def test_padding_belongs_to_no_sentence(tokeniser: Tokeniser) -> None:
    short = tokeniser.windows("Who?", "", ["A cat."])[0]
    long = tokeniser.windows("Who?", "", ["A cat sat on the mat with a hat.", "It slept."])[0]
    batch = collate([short, long])
    assert batch.sentences == 2
    assert batch.mask.sum(1).tolist() == [len(short.ids), len(long.ids)]
    assert batch.owners[0, len(short.ids) :].eq(OUTSIDE).all()
