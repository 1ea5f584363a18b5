"""The search: what a question asks the retriever to look for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from index.passage import Passage


@dataclass(frozen=True, slots=True)
class Likely:
    """A sentence that may answer: its unit vector, by which its passage is found, and whether a passage holds it."""

    vector: tuple[float, ...]
    held_by: Callable[[Passage], bool]


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for.

    `texts` holds the whole question first and then each of its parts, where it has several; a passage is as good as
    for the part that it fits best. `favoured` are documents that the question seems to mean: they come earlier, nothing
    is left out. `named` are those of them that it names, so that they may fill the whole result. `only` are documents
    that a person picked: nothing else is found; None picks none. `term` is what the question asks to define, or empty;
    `defining` are ids of passages that are known to define it. `likely` are sentences that may answer although they are
    worded unlike the question; the passages that hold them come earlier, where this person may read them.
    """

    texts: tuple[str, ...]
    favoured: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    term: str = ""
    defining: tuple[str, ...] = ()
    likely: tuple[Likely, ...] = ()
