"""Numerals: numbers written as words, read as digits, with the way back to the words."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

ONES = re.findall(
    r"\w+",
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
    """,
)
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL = {word: value for value, word in enumerate(ONES)} | {
    word: 10 * value for value, word in enumerate(TENS, start=2)
}
SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_ORDINAL_WORDS = re.findall(r"\w+", "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth")
ORDINALS = {word: str(value) for value, word in enumerate(_ORDINAL_WORDS, start=1)}
FRACTIONS = {
    "half": "50",
    "a quarter": "25",
    "one quarter": "25",
    "three quarters": "75",
    "a third": "33",
    "one third": "33",
    "two thirds": "67",
    "two-thirds": "67",
}
MONTHS = tuple(
    re.findall(r"\w+", "January February March April May June July August September October November December")
)

_TERM = rf"(?:{'|'.join((*_SMALL, *SCALES))})"
_COUNTED = re.compile(r"\b(?:phase|stage|part|step|level|version|wave|cohort|group|year|number)\s$", re.IGNORECASE)
_FIRST = rf"(?:a (?:{'|'.join(SCALES)})|{'|'.join(_SMALL)})"
_NUMERAL = re.compile(
    rf"\b{_FIRST}(?:(?:[ -]| and ){_TERM})*\b(?![ -](?:thirds?|quarters?)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Plain:
    """A text with digits for numerals; `shifts` pairs places in it with places in the text as it was."""

    text: str
    shifts: tuple[tuple[int, int], ...]

    def origin(self, place: int) -> int:
        """Return where a place of this text was before."""
        position = bisect_right(self.shifts, (place, 1 << 60)) - 1
        if position < 0:
            return place
        here, there = self.shifts[position]
        return there + place - here


def read_numerals(text: str) -> Plain:
    """Return `text` with numbers in words as digits; a lone "one" stays unless it counts
    something ("phase one"), since it is seldom a number.

    Two numerals side by side ("nineteen twenty") that make no number stay as they are.
    """
    parts: list[str] = []
    shifts: list[tuple[int, int]] = []
    done = length = 0
    for match in _NUMERAL.finditer(text):
        value = _value(re.findall(r"[a-z]+", match[0].casefold()))
        if value is None or (match[0].casefold() == "one" and not _COUNTED.search(text[: match.start()])):
            continue
        kept = text[done : match.start()]
        digits = f"{value:,}"
        parts += [kept, digits]
        shifts.append((length + len(kept), match.start()))
        length += len(kept) + len(digits)
        shifts.append((length, match.end()))
        done = match.end()
    return Plain("".join([*parts, text[done:]]), tuple(shifts))


def _value(terms: list[str]) -> int | None:
    total = group = 0
    last = 1 << 60
    for term in terms:
        if term in ("a", "and"):
            continue
        if term == "hundred":
            group, last = max(group, 1) * 100, 100
        elif term in SCALES:
            total, group, last = total + max(group, 1) * SCALES[term], 0, 1 << 60
        else:
            value = _SMALL[term]
            if value >= last or (last < 20) or (last < 100 and value > 9):
                return None
            group, last = group + value, value
    return total + group
