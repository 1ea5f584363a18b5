"""Follow-ups that rewriting does not settle: what was just said is not an answer, and the question before may help."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from assistant.answer import Exchange
from assistant.reader.reading import Reading
from assistant.rewrite import standalone

SAID = 1.0
"""How much less sure, in logits, a reader is taken to be of a sentence that was the answer just before. With 0, 1, 2
and 3, of 66 follow-ups that can be answered 10, 7, 6 and 5 are answered with a wrong sentence, 9, 12, 13 and 15
declined."""


def with_last(question: str, history: Sequence[Exchange]) -> str:
    """Return a follow-up with the question before it: "What went wrong (What is neighbourhood care)?"."""
    before = standalone(history[-1].question, history[:-1])
    return f"{question.rstrip(' ?.!')} ({before.rstrip(' ?.!')})?"


def was_said(reading: Reading, last: Exchange) -> bool:
    """Say whether the best sentence of a reading was the answer just before, or a part of it."""
    best = " ".join(reading.evidence[0].sentence.text.split()) if reading.evidence else ""
    return bool(best) and best in " ".join(last.answer.split())


def less_if_said(reading: Reading, last: Exchange) -> Reading:
    """Return a reading that is less sure where its best sentence was the answer just before."""
    if not was_said(reading, last) or not 0 < reading.answerable < 1:
        return reading
    odds = math.log(reading.answerable / (1 - reading.answerable)) - SAID
    return dataclasses.replace(reading, answerable=1 / (1 + math.exp(-odds)))
