"""Superseded documents: left out of answers unless their period is asked for, and labelled wherever they are shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from assistant.filters import years
from corpus.document import Document
from index.passage import RankedPassage

LABEL = "replaced by a newer document"


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
    asked = years(question)
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
    newer = years(successor.period) if successor is not None else frozenset()
    return bool(asked) and asked <= years(document.period) and not asked <= newer
