"""Cheap signs that a passage lacks what a question asks for: a number, a date, a contact, the year it names."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion|half|third|"
    "quarter|once|twice|double|doubled|both|all|none|no|single|every|daily|weekly|monthly|annual|annually|yearly"
)
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_SEASONS = "spring|summer|autumn|winter|century|decade|today|yesterday|now|monday|tuesday|wednesday|thursday|friday"

_EXPECTED: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(
            r"\bhow (?:many|much|often|long|old|far|large|big|tall)\b|\bper ?cent(?:age)?\b|\bproportion\b"
            r"|\b(?:number|share|slice|rate|amount|cost|budget|price|bill)\b.*\bof\b|\bwhat .*\b(?:cost|budget)\b",
            re.I,
        ),
        re.compile(rf"\d|\b(?:{_NUMBER_WORDS})\b", re.I),
    ),
    (
        re.compile(
            r"\bwhen\b(?=.*\b(?:did|was|were|is|will|does|do|has)\b)|\b(?:what|which) (?:year|date|day|month)\b", re.I
        ),
        re.compile(rf"\d|\b(?:{_MONTHS}|{_SEASONS}|before|after|until|since|during)\b", re.I),
    ),
    (re.compile(r"\be-?mail\b", re.I), re.compile(r"@|\be-?mail", re.I)),
    (re.compile(r"\b(?:tele)?phone number\b|\bnumber to (?:call|ring)\b", re.I), re.compile(r"\d{3}")),
)
_YEAR = re.compile(r"\b(?:1[89]|20)\d{2}\b")


def lacks_kind(question: str, sentence: str) -> bool:
    """Tell whether the question asks for a number, a date or a contact, and the sentence has nothing of the kind."""
    return any(asked.search(question) and not found.search(sentence) for asked, found in _EXPECTED)


def lacks_year(question: str, heading: str, sentences: Sequence[str]) -> bool:
    """Tell whether the question names a year that stands neither in the passage nor in its heading."""
    years = set(_YEAR.findall(question))
    return bool(years) and not any(year in text for year in years for text in (heading, *sentences))
