"""Filters: the documents that a question seems to mean, and those that a person picked."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from assistant.answer import Filters
from corpus.document import Document
from index.analysis import analyse

PERIOD_SHARE = 0.5
"""Share of years, of those asked for or told of, that a period must have in common with a question to be meant by it.
A brief over ten years tells of 2018 too, but nobody who asks about 2018 means that brief for it."""

_YEAR = r"((?:19|20)\d\d)(?:\s*[-–/]\s*((?:19|20)?\d\d)\b(?![-–/]\d))?"
_YEARS = re.compile(rf"\b{_YEAR}(?:\s*(?:to|–|-)\s*(?:about )?{_YEAR})?")
_KIND = r"overview|report|brief|document|paper|guide|review|plan|glossary|summary|page|newsletter|evaluation"
_IN_DOCUMENT = re.compile(
    rf"\b(?:in|from|by|of|to|does|did) (?:the |this |that |its )?((?:[\w’'-]+ ){{1,8}}?(?:{_KIND}))s?\b", re.IGNORECASE
)
_IN_PROGRAMME = re.compile(
    r"\b(?:in|within|from|by|of|for|under) (?:the )?((?:[\w’'-]+,? ){1,6}?)(?:portfolio|programme|workstream|team)s?\b",
    re.IGNORECASE,
)
_NEWEST = re.compile(rf"\b(?:latest|newest|most recent) (?:\w+ ){{0,2}}?(?:{_KIND})\b", re.IGNORECASE)
_LAST_YEAR = re.compile(r"\blast year\b", re.IGNORECASE)


def favoured(
    question: str, documents: Sequence[Document], today: datetime.date
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the ids of the documents that a question seems to mean, and of those among them that it names.

    A question means documents by their period ("in 2017-18", "last year"), their programme ("in the housing
    portfolio") or their title ("in the director's overview"). This is a guess, so it is used to favour, not to exclude.
    """
    named = _titled(question, documents)
    found = named | _of_period(question, documents, today) | _of_programme(question, documents)
    return (found, named) if len(found) < len(documents) else (frozenset(), frozenset())


def picked(filters: Filters, documents: Sequence[Document]) -> frozenset[str] | None:
    """Return the ids of the documents that pass every filter; None where no filter is set."""
    if filters == Filters():
        return None
    wanted = years(filters.period)
    return frozenset(
        document.id
        for document in documents
        if (not filters.documents or document.id in filters.documents)
        and (not filters.programme or document.programme.casefold() == filters.programme.casefold())
        and (not filters.period or document.period == filters.period or wanted & years(document.period))
    )


def years(text: str) -> frozenset[int]:
    """Return the years of a text, each year of a period included: 2016, 2017 and 2018 of "2016 to 2018"."""
    found: set[int] = set()
    for match in _YEARS.finditer(text):
        first = int(match[1])
        lasts = [int(part) if len(part) == 4 else first - first % 100 + int(part) for part in match.groups() if part]
        last = max(lasts)
        found.update(range(first, (last if last < first + 100 else first) + 1))
    return frozenset(found)


def _of_period(question: str, documents: Sequence[Document], today: datetime.date) -> frozenset[str]:
    asked = years(question)
    told = {document.id: years(document.period) for document in documents}
    if _LAST_YEAR.search(question):
        asked |= {today.year - 1}
    if _NEWEST.search(question):
        newest = max((max(found) for found in told.values() if found), default=0)
        return frozenset(key for key, found in told.items() if newest in found)
    return frozenset(
        key for key, found in told.items() if asked and len(asked & found) > PERIOD_SHARE * len(asked | found)
    )


def _of_programme(question: str, documents: Sequence[Document]) -> frozenset[str]:
    phrases = [set(analyse(match[1])) for match in _IN_PROGRAMME.finditer(question)]
    asked = analyse(question)
    return frozenset(
        document.id
        for document in documents
        if any(phrase and phrase <= set(analyse(f"{document.programme} {document.title}")) for phrase in phrases)
        or _holds(asked, analyse(document.programme))
    )


def _titled(question: str, documents: Sequence[Document]) -> frozenset[str]:
    kinds = set(analyse(_KIND.replace("|", " ")))
    phrases = [set(analyse(match[1])) for match in _IN_DOCUMENT.finditer(question)]
    asked = analyse(question)
    found = set()
    for document in documents:
        title = analyse(document.title)
        about = set(analyse(f"{document.title} {document.kind} {document.period}"))
        meant = any(phrase - kinds and phrase <= about | (kinds - set(title)) for phrase in phrases)
        if meant or (len(title) > 1 and _holds(asked, title)):
            found.add(document.id)
    return frozenset(found)


def _holds(terms: Sequence[str], run: Sequence[str]) -> bool:
    """Say whether `run` stands in `terms` without a gap."""
    length = len(run)
    return length > 0 and any(list(terms[i : i + length]) == list(run) for i in range(len(terms) - length + 1))
