"""What a reader returns, and the interface that every reader has."""

from __future__ import annotations

from collections.abc import Sequence
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
    """All sentences read, most probable first, and the probability that the question is answered at all."""

    evidence: tuple[Evidence, ...]
    answerable: float


class Reader(Protocol):
    """Points at evidence. Readers differ in how; what they take and give is this."""

    @property
    def name(self) -> str:
        """Return the short name under which settings select this reader."""
        ...

    def read(self, question: str, passages: Sequence[RankedPassage]) -> Reading:
        """Score every sentence of `passages` for a standalone `question`; no passages give an empty reading."""
        ...
