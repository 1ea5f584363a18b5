"""Diversity: a ranking -> the same without repeats, and without one document taking all the places."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from index.passage import Passage

DOCUMENT_SHARE = 0.5
"""Most of the places that one document takes unless it is asked for. On the tuning questions half and more lose no
evidence that the full ranking finds (docs/retrieval.md)."""

SAME_WORDS = 0.9
"""Share of their words, all together, from which two passages are taken to say the same: a word in ten may differ."""

_TELLING = re.compile(r".*[^\W_a-z].*|no|not|never|without|nor|less|fewer|more")
"""Words that make another statement of the same words: numbers, names, and those that turn a sentence round."""
_MARKS = ".,;:!?()[]“”‘’\"'"


def diverse(ranked: Iterable[Passage], limit: int, named: frozenset[str]) -> Iterator[Passage]:
    """Yield up to `limit` passages of a ranking, best first.

    Passages that say the same as an earlier one are passed over; those that differ in a number, a name or a "not" do
    not say the same, however alike they are. A document that is not `named` takes at most `DOCUMENT_SHARE` of the
    places, unless the ranking has nothing else to fill them with.
    """
    most = max(1, math.ceil(limit * DOCUMENT_SHARE))
    taken: Counter[str] = Counter()
    kept: list[frozenset[str]] = []
    spare: list[Passage] = []
    for passage in ranked:
        words = frozenset(passage.text.split())
        if any(_same(words, other) for other in kept):
            continue
        if taken[passage.document_id] >= most and passage.document_id not in named:
            spare.append(passage)
            continue
        taken[passage.document_id] += 1
        kept.append(words)
        yield passage
        if len(kept) == limit:
            return
    yield from spare[: limit - len(kept)]


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    fewer, more = sorted((len(one), len(other)))
    if fewer < SAME_WORDS * more:  # then they cannot share enough, whatever the words are
        return False
    shared = len(one & other)
    if shared < SAME_WORDS * (fewer + more - shared):
        return False
    return not any(_TELLING.fullmatch(word.strip(_MARKS)) for word in one ^ other)
