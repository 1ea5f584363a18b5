"""The draft: the sentences of an answer that have passed every check so far, and those that have not."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Answer, Citation, Dropped, Mode, Statement
from assistant.compose.evidence import NumberedSentence, cite
from assistant.compose.plain import plain_text, unfit, without_lead
from assistant.compose.prompt import read_prompt
from assistant.compose.sentences import Written
from assistant.grounding.check import GroundingCheck, Unsupported
from assistant.grounding.words import words_of

LEAST_SHOWN = 0.5
"""Share of the written sentences that must have passed; below it, what is left is a remnant and no answer."""

ANSWERING = 0.5
"""An answer must cite a sentence that is at least this likely relative to the reader's best one; else what it says may
be true but is about something else."""


class Draft:
    """Takes sentences as a model writes them; citations are numbered in the order in which they are first used."""

    def __init__(self, evidence: Sequence[NumberedSentence], check: GroundingCheck) -> None:
        self.evidence = tuple(evidence)
        self.dropped: list[Dropped] = []
        self._by_number = {item.number: item for item in evidence}
        self._text = " ".join(item.text for item in evidence)
        self._check = check
        self._statements: list[Statement] = []
        self._citations: dict[int, Citation] = {}
        self._said: list[frozenset[str]] = []

    @property
    def answer(self) -> Answer:
        """Return the answer so far, which may have no sentence."""
        return Answer(tuple(self._statements), tuple(self._citations.values()), Mode.COMPOSE)

    @property
    def shown(self) -> int:
        """Return how many sentences have passed."""
        return len(self._statements)

    @property
    def written(self) -> int:
        """Return how many sentences were written, without repetitions of those that passed."""
        return len(self._statements) + len(self.dropped)

    @property
    def stands(self) -> bool:
        """Say whether the draft is an answer: enough of it passed, and it rests on what the reader found."""
        best = max((item.score for item in self.evidence), default=0.0)
        answers = any(citation.score >= ANSWERING * best for citation in self._citations.values())
        return self.shown > 0 and self.shown >= LEAST_SHOWN * self.written and answers

    def add(self, written: Written) -> bool:
        """Check one sentence; it becomes part of the answer or is dropped. Say whether the answer grew."""
        text = without_lead(plain_text(written.text))
        words = frozenset(word.stem for word in words_of(text) if word.content)
        if words in self._said:
            return False
        problem = unfit(text, self._text) if written.whole else "it was cut off"
        if not problem and read_prompt().shown_in(text, self._text):
            problem = "repeats the prompt"
        if problem:
            self.drop(text, problem)
            return False
        verdict = self._check.check(text, written.numbers)
        if isinstance(verdict, Unsupported):
            self.drop(text, verdict.reason)
            return False
        self._said.append(words)
        self._statements.append(Statement(text, tuple(self._number(number) for number in verdict.numbers)))
        return True

    def drop(self, text: str, reason: str) -> None:
        """Keep a sentence for the content owner that nobody is shown."""
        self.dropped.append(Dropped(text, reason))

    def _number(self, source: int) -> int:
        if source not in self._citations:
            self._citations[source] = cite(self._by_number[source], len(self._citations) + 1)
        return self._citations[source].number
