"""Signs of figures in a text: of numbers, sums of money, dates, ordinals, and directions of change.

They say whether a sentence has what a question asks for, not what its value is; `assistant.grounding.figures` compares
values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.numerals import MONTHS, ONES, ORDINALS, SCALES, TENS

_UNITS = ONES[1:11]
_NUMERALS = (*ONES[1:], *TENS, *SCALES, "billion")
_ORDINALS = list(ORDINALS)[:10]
_MONTHS = "|".join(MONTHS)

DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?(?: (?:and|to) \d{{1,2}})? )?(?:{_MONTHS})\b(?: \d{{1,2}}\b)?(?:,? (?:19|20)\d\d)?"
    r"|\b(?:19|20)\d\d(?:[-–/]\d\d(?:\d\d)?)?\b"
)
TIME = re.compile(
    r"\b(?:spring|summer|autumn|winter|daily|weekly|monthly|yearly|annually|every \w+|century|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|after|before|until|once|while)\b",
    re.IGNORECASE,
)
"""Words that say when without a date."""

YEAR = re.compile(r"\b(?:19|20)\d\d\b")
NUMBER = re.compile(
    rf"(?:[£$€] ?)?\d[\d,.]*\d?(?:%|m\b|k\b)?|\b(?:{'|'.join(_NUMERALS)}|dozen|half|quarter|couple|"
    r"none|no|all|both|every|single)\b",
    re.IGNORECASE,
)
MONEY = re.compile(
    r"[£$€] ?\d|\b\d[\d,.]* ?(?:million|billion|thousand)? ?(?:pounds|pence)\b|"
    r"\b(?:free|nothing)\b|\b(?:no|without) (?:cost|charge|extra|payment)\b",
    re.IGNORECASE,
)
DURATION = re.compile(r"\b(?:halv|doubl|trebl|twice|short|long|until|from|since)", re.IGNORECASE)

_LABELLED = re.compile(
    rf"\b(?:phase|stage|step|part|grade|level|wave|cohort|tier)s? (\d+|{'|'.join(_UNITS)})\b", re.IGNORECASE
)
_LABEL = re.compile(r"[\w’'%£ -]{1,40}: *$")
"""The name of a column before its value, as rows of tables are written."""

_AFTER = re.compile(r"(?:[ -]+[\w’'%£-]+,?){0,6}")

_UP = frozenset(
    "rise rises rose risen rising grow grew grown growth increase increases increased increasing more higher expand "
    "expanded widen widened gain gained added".split()
)
_DOWN = frozenset(
    "fall falls fell fallen falling drop drops dropped cut cuts lower lowered fewer reduce reduces reduced reduction "
    "less decline declined shrink shrank decrease decreased halve halved".split()
)


def without_dates(text: str) -> str:
    """Return the text with blanks in place of dates, so that their numbers count nothing; offsets stay."""
    return DATE.sub(lambda found: " " * len(found[0]), text)


def years(text: str) -> frozenset[str]:
    """Return the years from 1900 to 2099 that a text names."""
    return frozenset(YEAR.findall(text))


def ordinals(text: str) -> frozenset[int]:
    """Return the places in an order that a text names: "third", "3rd" and "phase three" are all 3; up to tenth."""
    found = {
        _ORDINALS.index(word) + 1 if word in _ORDINALS else int(word[:-2])
        for word in re.findall(r"[a-z]+|\d+(?:st|nd|rd|th)\b", text.casefold())
        if word in _ORDINALS or word[0].isdigit()
    }
    for label in _LABELLED.finditer(text):
        number = label[1].casefold()
        found.add(_UNITS.index(number) + 1 if number in _UNITS else int(number))
    return frozenset(found)


def counted(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretch of each number, dates left out, with what says what it counts: words after it, or a label."""
    plain = without_dates(text)
    for number in NUMBER.finditer(plain):
        following = _AFTER.match(plain, number.end())
        label = _LABEL.search(plain, 0, number.start())
        yield label.start() if label else number.start(), following.end() if following else number.end()


def opposed(one: str, other: str) -> bool:
    """Say whether one text only goes up and the other only goes down."""
    up, down = _directions(one)
    other_up, other_down = _directions(other)
    return (up and not down and other_down and not other_up) or (down and not up and other_up and not other_down)


def _directions(text: str) -> tuple[bool, bool]:
    words = frozenset(re.findall(r"[a-z]+", text.casefold()))
    return bool(words & _UP), bool(words & _DOWN)
