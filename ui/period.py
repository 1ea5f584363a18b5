"""Periods of documents: the years that they name."""

from __future__ import annotations

import re
from collections.abc import Iterable

_YEARS = re.compile(r"\b((?:19|20)\d\d)(?:[-/–](\d\d)\b)?")


def years_of(period: str) -> tuple[int, ...]:
    """Return the years that a period names, in order; 2017-18 is 2017 and 2018."""
    years: list[int] = []
    for first, short in _YEARS.findall(period):
        years += [int(first), int(first[:2] + short)] if short else [int(first)]
    return tuple(years)


def covers(period: str, year: int) -> bool:
    """Say whether `year` lies in a period."""
    years = years_of(period)
    return bool(years) and min(years) <= year <= max(years)


def last_year(periods: Iterable[str]) -> int | None:
    """Return the last year that any of the periods names; None where none does."""
    return max((year for period in periods for year in years_of(period)), default=None)
