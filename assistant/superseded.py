"""Superseded documents: left out of answers unless their period is asked for, and labelled wherever they are shown."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence

from corpus.document import Document
from index.passage import RankedPassage

LABEL = "replaced by a newer document"

_YEARS = re.compile(r"\b((?:19|20)\d\d)(?:\s*(?:-|–|/|to)\s*((?:19|20)?\d\d)\b(?![-–/]\d))?")


def current_only(
    question: str,
    passages: Sequence[RankedPassage],
    superseded: Mapping[str, Document],
    successors: Mapping[str, Document],
) -> tuple[RankedPassage, ...]:
    """Return the passages that may be cited, ranked anew; of a superseded document only if its period is asked for.

    `superseded` holds the documents that another one replaces, by id; `successors` those other ones, as far as this
    person may read them, by the same ids. A period counts as asked for when every year of the question lies in it, and
    not every one in that of the successor, which then answers better.
    """
    asked = _years(question)
    kept: list[RankedPassage] = []
    for ranked in passages:
        document = superseded.get(ranked.passage.document_id)
        if document is None or _is_asked_for(asked, document, successors.get(document.id)):
            kept.append(ranked)
    if len(kept) == len(passages):
        return tuple(passages)
    return tuple(dataclasses.replace(ranked, rank=rank) for rank, ranked in enumerate(kept, 1))


def labelled(document: Document) -> Document:
    """Return the document with a title that says so where another one replaces it."""
    if not document.superseded_by:
        return document
    return dataclasses.replace(document, title=f"{document.title} ({LABEL})")


def _is_asked_for(asked: frozenset[int], document: Document, successor: Document | None) -> bool:
    newer = _years(successor.period) if successor is not None else frozenset()
    return bool(asked) and asked <= _years(document.period) and not asked <= newer


def _years(text: str) -> frozenset[int]:
    """Return the years of a text, every year of a period included."""
    found: set[int] = set()
    for match in _YEARS.finditer(text):
        first = last = int(match[1])
        if match[2]:
            last = int(match[2]) if len(match[2]) == 4 else first - first % 100 + int(match[2])
        found.update(range(first, last + 1) if first <= last < first + 100 else [first])
    return frozenset(found)
