"""The words of a sentence as they are compared: stems, clauses, and which of them are names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.analysis import STOP_WORDS, analyse

REACH = 4
"""Content words on each side of a figure or a word of direction that tell what it is about."""

NAME_WEIGHT = 3.0
"""A name tells what a figure belongs to as much as this many other words: "Fife by 10%" against "Lothian by 20%"."""

_WORD = re.compile(r"[^\W_]+(?:['’&@][^\W_]+)*")
_BREAK = re.compile(
    r"[,;:()–—]|\s-\s|\b(?:and|but|while|whereas|although|compared|than)\b(?=\s)",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"\(\w+\)")
_POSSESSIVE = re.compile(r"['’]s?$")
_GRAMMAR = frozenset({"no", "not", "more", "most", "only", "off", "under", "very", "same", "own", "up"})
"""Words without which a sentence says something else, although search leaves them out."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word: offsets into its sentence, its stem, the clause it stands in, and what sort of word it is."""

    text: str
    start: int
    end: int
    stem: str
    clause: int
    content: bool
    name: bool


@lru_cache(maxsize=1024)
def words_of(text: str) -> tuple[Word, ...]:
    """Return the words of a sentence in order; a word is a name where it has a capital that no sentence start gives."""
    acronyms = [match.span() for match in _ACRONYM.finditer(text)]
    breaks = [
        match.start()
        for match in _BREAK.finditer(text)
        if not any(start <= match.start() < end for start, end in acronyms)
    ]
    words: list[Word] = []
    for match in _WORD.finditer(text):
        plain = _POSSESSIVE.sub("", match[0])
        small = plain.casefold()
        content = small not in STOP_WORDS or small in _GRAMMAR
        opens = not words or re.search(r"[.!?][\"”’)]*\s+$", text[: match.start()]) is not None
        capital = any(character.isupper() for character in (plain[1:] if opens else plain))
        clause = sum(place <= match.start() for place in breaks)
        words.append(
            Word(plain, match.start(), match.start() + len(plain), stem_of(plain), clause, content, capital and content)
        )
    return tuple(words)


def stem_of(word: str) -> str:
    """Return the stem under which a single word is compared."""
    terms = analyse(word)
    return terms[-1] if terms else word.casefold()


def around(words: Sequence[Word], start: int, end: int) -> dict[str, float]:
    """Return what stands near `[start, end)`: the stems of the nearest content words of its clause, weighed.

    Up to `REACH` on each side; where its clause holds none, the neighbouring clauses are looked at.
    """
    inside = [word for word in words if word.start < end and word.end > start]
    clause = inside[0].clause if inside else 0
    near = _within(words, start, end, {clause})
    if not near:
        near = _within(words, start, end, {clause - 1, clause, clause + 1})
    return near


def _within(words: Sequence[Word], start: int, end: int, clauses: set[int]) -> dict[str, float]:
    usable = [w for w in words if w.content and w.clause in clauses and not w.text[0].isdigit()]
    before = [w for w in usable if w.end <= start][-REACH:]
    after = [w for w in usable if w.start >= end][:REACH]
    return {w.stem: NAME_WEIGHT if w.name else 1.0 for w in (*before, *after)}


def likeness(one: dict[str, float], other: dict[str, float]) -> float:
    """Return the weight of what two surroundings share."""
    return sum(min(weight, other[stem]) for stem, weight in one.items() if stem in other)
