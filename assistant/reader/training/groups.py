"""Groups to learn from: a question with one sentence that answers it, where there is one, and some that do not."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.reader.pair import LEANS_BACK, Pair, read_text
from assistant.reader.training.data import Asked

SIZE = 3
"""Sentences in a group."""

HARDEST = 8
"""Wrong sentences are drawn from as many that look most like an answer."""


@dataclass(frozen=True, slots=True)
class Group:
    """`SIZE` pairs of one question; only the first may be right, and `answered` says whether it is."""

    pairs: tuple[Pair, ...]
    answered: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What groups are drawn from: the sentences that answer a question, and those that do not, most alike first."""

    right: tuple[Pair, ...]
    wrong: tuple[Pair, ...]


def draw(choices: Sequence[Choice], rng: random.Random) -> Iterator[Group]:
    """Draw one group for each question that has enough wrong sentences."""
    for choice in choices:
        wanted = SIZE - 1 if choice.right else SIZE
        wrong = choice.wrong[:HARDEST] if choice.right else choice.wrong[: SIZE + 2]
        if len(wrong) < wanted:
            continue
        drawn = rng.sample(wrong, wanted)
        if choice.right:
            drawn.insert(0, rng.choice(choice.right))
        yield Group(tuple(drawn), bool(choice.right))


def from_public(asked: Sequence[Asked]) -> list[Choice]:
    """Return what to draw from for questions on texts; wrong sentences are those of the same text."""
    return [_choice(item) for item in asked]


def _choice(item: Asked) -> Choice:
    words = set(item.question.casefold().split())
    pairs, sentences = pairs_of(item), item.text.sentences
    wrong = [place for place in range(len(sentences)) if place not in item.gold]
    wrong.sort(key=lambda place: -len(words & set(sentences[place].casefold().split())))
    return Choice(tuple(pairs[place] for place in sorted(item.gold)), tuple(pairs[place] for place in wrong))


def pairs_of(item: Asked) -> list[Pair]:
    """Return the question with each sentence of its text."""
    sentences = item.text.sentences
    context = ". ".join(name for name in (item.text.title, item.text.section) if name)
    return [
        Pair(item.question, read_text(line, context, sentences[place - 1] if _leans(line, place) else ""))
        for place, line in enumerate(sentences)
    ]


def _leans(line: str, place: int) -> bool:
    return place > 0 and LEANS_BACK.match(line) is not None
