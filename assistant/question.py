"""The question as it arrives: checked, cleaned, and the kinds that are never answered told apart."""

from __future__ import annotations

import re
import unicodedata

from corpus.errors import AssistantError

MAX_QUESTION_CHARACTERS = 2_000
"""Longest question taken: twenty times the longest in our question sets, and about what the encoder could read."""


class QuestionRejected(AssistantError):
    """A question that cannot be asked as it is; the message says what to do."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)

    def __str__(self) -> str:
        return self.problem


_CLINICAL = re.compile(
    # about a person: "my mum has a rash, what should I do?"
    r"\b(?:my|our|his|her)\s+(?:\w+\s+)?(?:mum|mother|dad|father|gran|granny|son|daughter|child|baby|husband|wife|"
    r"rash|pain|chest|symptoms?|medication|medicines?|tablets?|dose)\b.*\b(?:should|take|taking|stop|dose|treat|"
    r"prescribed?|pain|fever|bleeding|worried|rash|confused)\b"
    r"|\bwhat (?:\w+ )?should i (?:do|put|give|use|take)\b"
    r"|\b(?:should|can|could|may) i (?:take|stop|start|give|see|use|increase|worry|be worried)\b"
    r"|\b(?:what|which|how much)\s+(?:\w+\s+)?(?:dose|dosage|medicine|medication|antibiotic|painkiller|\w+in|\w+ol)s?\b"
    r".*\b(?:should|can|could|do|for) (?:i|my|we|he|she|a patient|an adult|a child|the patient)\b"
    r"|\bhow (?:do|can|should) (?:i|we) (?:treat|cure|diagnose|dress|prescribe)\b"
    r"|\bis it (?:safe|ok|okay|all right) to (?:take|stop|mix|give|use)\b"
    r"|\bi (?:have|feel|am having|think i have|'ve got) (?:a |an |some )?"
    r"(?:pain|rash|fever|chest|headache|sick|ill|dizzy|unwell|infection|sepsis)\b",
    re.IGNORECASE,
)


def clean(question: str) -> str:
    """Return the question on one line, without control characters.

    Raises:
        QuestionRejected: it is empty, or longer than `MAX_QUESTION_CHARACTERS`.
    """
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in question)
    text = " ".join(visible.split())
    if not text:
        raise QuestionRejected("Please type a question.")
    if len(text) > MAX_QUESTION_CHARACTERS:
        raise QuestionRejected(
            f"Your question has {len(text):,} characters; please ask it in {MAX_QUESTION_CHARACTERS:,} or fewer."
        )
    return text


def has_words(question: str) -> bool:
    """Say whether there is anything to look for: a letter or a digit."""
    return any(character.isalnum() for character in question)


def asks_for_clinical_advice(question: str) -> bool:
    """Say whether a question asks what to do for a person's health, which no improvement document answers."""
    return bool(_CLINICAL.search(question))
