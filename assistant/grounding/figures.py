"""Figures: the numbers, shares, sums, years, periods and dates of a sentence, in one form each.

Here figures have a value and are compared. `assistant.reader.figure_signs` only says whether a text has one at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from assistant.numerals import FRACTIONS, MONTHS, ORDINALS, read_numerals


class Kind(StrEnum):
    """What a figure counts; figures of different kinds are never the same."""

    NUMBER = "number"
    SHARE = "share"
    MONEY = "money"
    YEAR = "year"
    PERIOD = "period"
    MONTH = "month"
    DAY = "day"
    ORDINAL = "ordinal"


WHEN = frozenset({Kind.YEAR, Kind.PERIOD, Kind.MONTH})
"""Kinds that a sentence may have from its heading or its document, such as "in 2017-18"."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its value in plain digits, its bound ("more", "less", "about" or ""), and where it stands."""

    kind: Kind
    value: str
    bound: str
    start: int
    end: int

    def backed_by(self, other: Figure) -> bool:
        """Say whether `other` says as much: the same value, and no "more than" or "less than" is put on or taken off.

        "About" may be left out or put in: it makes no other claim.
        """
        if (self.kind, self.value) != (other.kind, other.value):
            return False
        return self.bound == other.bound or {self.bound, other.bound} == {"", "about"}


_YEAR = r"(?:19|20)\d\d"
_PERIOD = re.compile(
    rf"\b({_YEAR})\s*(?:[-‐‑–—/]|to|and|until)\s*({_YEAR}|\d\d)\b(?![-/–.,]\d)",
    re.IGNORECASE,
)
_MONTH = "|".join(MONTHS)
_DAY = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})\b|\b({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)",
    re.IGNORECASE,
)
_MONTH_ALONE = re.compile(rf"\b({_MONTH})\b")
_SCALE = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "m": 1_000_000, "billion": 10**9, "bn": 10**9}
_NUMBER = re.compile(
    r"(?P<sign>[£$€])?\s?(?<![\w.])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:(?P<ordinal>st|nd|rd|th)\b)?"
    r"(?:\s?(?P<scale>hundred|thousand|million|billion|m|bn)\b)?"
    r"(?P<share>\s?%|\s?per ?cent(?:age points?)?\b)?(?P<pounds>\s(?:pounds|euros|dollars)\b)?",
    re.IGNORECASE,
)
_CURRENCIES = {"pounds": "£", "euros": "€", "dollars": "$"}
_BOUNDS = {
    "more": (
        r"more than|greater than|higher than|over|above|at least|exceed(?:s|ed|ing)?",
        r"or (?:more|over)|and over",
    ),
    "less": (r"fewer than|less than|lower than|under|below|up to|at most|nearly|almost", r"or (?:less|fewer|under)"),
    "about": (r"about|around|some|roughly|approximately|circa", r"or so"),
}


@lru_cache(maxsize=1024)
def figures_of(text: str) -> tuple[Figure, ...]:
    """Return the figures of a sentence in order, each character in one figure at most.

    "117" and "one hundred and seventeen" are the same, and so are "2017-18" and "2017 to 2018", "25%" and "twenty-five
    per cent", "£1.2m" and "£1,200,000".
    """
    plain = read_numerals(text)
    taken = [False] * len(plain.text)
    found: list[Figure] = []
    for kind, value, start, end in _spans(plain.text):
        if not any(taken[start:end]):
            taken[start:end] = [True] * (end - start)
            found.append(Figure(kind, value, _bound(plain.text, start, end), plain.origin(start), plain.origin(end)))
    return tuple(sorted(found, key=lambda figure: figure.start))


def _spans(text: str) -> Iterator[tuple[Kind, str, int, int]]:
    for match in _PERIOD.finditer(text):
        first, last = match[1], match[2] if len(match[2]) == 4 else match[1][:2] + match[2]
        if int(first) < int(last):
            yield Kind.PERIOD, f"{first}-{last}", *match.span()
    for match in _DAY.finditer(text):
        day, month = (match[1], match[2]) if match[1] else (match[4], match[3])
        yield Kind.DAY, f"{int(day)} {month.casefold()}", *match.span()
    for match in _MONTH_ALONE.finditer(text):
        if match[1] != "May" or _is_month(text[: match.start()], text[match.end() :]):
            yield Kind.MONTH, match[1].casefold(), *match.span()
    for match in _NUMBER.finditer(text):
        yield *_number(match), match.start("sign") if match["sign"] else match.start("digits"), match.end()
    for table, kind in ((ORDINALS, Kind.ORDINAL), (FRACTIONS, Kind.SHARE)):
        for match in re.finditer(rf"\b(?:{'|'.join(table)})\b", text, re.IGNORECASE):
            yield kind, table[match[0].casefold()], *match.span()


def _is_month(before: str, after: str) -> bool:
    """Tell the month from the verb "May" at the start of a question or a title."""
    led = re.search(r"\b(?:in|since|by|until|from|to|of|during|early|late)\s$|\d\s?$", before, re.IGNORECASE)
    return led is not None or re.match(rf"\s{_YEAR}\b", after) is not None


def _number(match: re.Match[str]) -> tuple[Kind, str]:
    digits = match["digits"].replace(",", "")
    if match["ordinal"]:
        return Kind.ORDINAL, digits
    value = float(digits) * _SCALE[match["scale"].casefold()] if match["scale"] else float(digits)
    plain = f"{value:.6f}".rstrip("0").rstrip(".")
    if match["share"]:
        return Kind.SHARE, plain
    if currency := match["sign"] or _CURRENCIES.get((match["pounds"] or "").strip().casefold()):
        return Kind.MONEY, currency + plain
    bare = not match["scale"] and "," not in match["digits"]
    return (Kind.YEAR, plain) if bare and re.fullmatch(_YEAR, digits) else (Kind.NUMBER, plain)


def _bound(text: str, start: int, end: int) -> str:
    """Return the bound that stands right before a figure ("over 10"), or right behind it ("10 or more")."""
    for name, (before, after) in _BOUNDS.items():
        if re.search(rf"\b(?:{before})\s(?:the |a )?$", text[:start], re.IGNORECASE):
            return name
        if re.match(rf"\s(?:{after})\b", text[end:], re.IGNORECASE):
            return name
    return ""
