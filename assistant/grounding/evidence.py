"""What a claim is checked against: numbered sentences, each with the passage and the heading it stands under."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """One sentence that may be cited as `number`.

    `context` is what may be said with it although it stands elsewhere: title, section and period. Sentences with the
    same `passage` stand together, in the order in which they are given.
    """

    number: int
    text: str
    passage: str
    context: str


def together(sources: Sequence[Source], some: Sequence[Source]) -> tuple[Source, ...]:
    """Return all sentences of the passages in which `some` stand."""
    passages = {source.passage for source in some}
    return tuple(source for source in sources if source.passage in passages)
