"""What a reader returns, and the interface that every reader has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.passage import Passage, RankedPassage, Sentence


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a passage and the probability, in [0, 1], that it answers the question."""

    passage: Passage
    sentence: Sentence
    probability: float


@dataclass(frozen=True, slots=True)
class Reading:
    """All sentences read, most probable first, and the probability that the best of them answers the question.

    Of a question with several parts the first `heads` sentences answer a part each.
    """

    evidence: tuple[Evidence, ...]
    answerable: float
    heads: int = 1


class Reader(Protocol):
    """Points at evidence. Readers differ in how; what they take and give is this."""

    @property
    def name(self) -> str:
        """Return the short name under which settings select this reader."""
        ...

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Return the operating points by name: the least `Reading.answerable` at which to answer."""
        ...

    def read(self, question: str, passages: Sequence[RankedPassage]) -> Reading:
        """Score every sentence of `passages` for a standalone `question`; no passages give an empty reading."""
        ...
