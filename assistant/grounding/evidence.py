"""What a claim is checked against: numbered sentences, each with the passage and the heading it stands under."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_FIRST_PERSON = re.compile(r"\b(?:we|us|our|ours)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """One sentence that may be cited as `number`.

    `context` is what may be said with it although it stands elsewhere: title, section and period. `speaker` names who
    "we" is where the sentence has it. Sentences with the same `passage` stand together, in the order in which they are
    given.
    """

    number: int
    text: str
    passage: str
    context: str
    speaker: str = ""

    @property
    def spoken_for(self) -> str:
        """Return the names that "we" stands for in this sentence, empty where it has no such word."""
        return self.speaker if _FIRST_PERSON.search(self.text) else ""


def together(sources: Sequence[Source], some: Sequence[Source]) -> tuple[Source, ...]:
    """Return all sentences of the passages in which `some` stand."""
    passages = {source.passage for source in some}
    return tuple(source for source in sources if source.passage in passages)
