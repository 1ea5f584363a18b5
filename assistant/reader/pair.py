"""Pairs: a question and a sentence with what one must know to understand it, as the trained reader reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.passage import Passage, Sentence

LEANS_BACK = re.compile(r"(?:It|Its|This|These|They|Their|Those|That|He|She|His|Her|Both|Such|Here|There)\b")
"""Begins a sentence that cannot be understood without the one before."""

BETWEEN = " | "


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and what is read with it."""

    question: str
    text: str


def pair(question: str, passage: Passage, position: int) -> Pair:
    """Return the question with the sentence at `position` of a passage, its title and section, and what it leans on."""
    sentence, before = passage.sentences[position], _leans_on(passage.sentences, position)
    return Pair(question, read_text(sentence.line, passage.context, before.line if before else ""))


def read_text(sentence: str, context: str, before: str = "") -> str:
    """Return a sentence as it is read: itself first, so that a cut at the end costs no word of it."""
    return BETWEEN.join(part for part in (sentence, context, before) if part)


def _leans_on(sentences: tuple[Sentence, ...], position: int) -> Sentence | None:
    """Return the lead-in of an item, or the sentence before one that leans back."""
    if sentences[position].item:
        return next((other for other in reversed(sentences[:position]) if not other.item), None)
    if position and LEANS_BACK.match(sentences[position].text):
        return sentences[position - 1]
    return None
