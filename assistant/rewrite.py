"""Rewriting: a follow-up question -> a question that stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Exchange
from index.analysis import STOP_WORDS, analyse

_REFERS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that|these|those|he|she|him|her|his|hers|there|ones?|same)\b"
    r"|^(?:and|but|or|so|also|then)\b|^(?:what|how) about\b|^(?:why|when|where|who|how|how many|which ones?)\W*$"
    r"|^(?:tell me more|more|go on|any others?|anything else)\b",
    re.IGNORECASE,
)
_QUESTION_START = re.compile(
    r"^(?:and|but|so|please|can you|could you)?\s*(?:tell me|explain|describe)?\s*(?:about)?\s*"
    r"(?:what|who|whom|whose|which|when|where|why|how)?(?:\s+(?:many|much|long|often))?\s*"
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)?\s*",
    re.IGNORECASE,
)
_FEW_TERMS = 2
"""A question with at most this many terms of its own leans on the one before."""


def standalone(question: str, history: Sequence[Exchange]) -> str:
    """Return `question` so that it can be understood without the conversation.

    A question that refers back gets the words of the last question that stood alone; one that names its own topic
    is returned as it is, so that a new topic does not drag the old one along.
    """
    if not history or not refers_back(question):
        return question
    topic = ""
    for exchange in history:
        if not topic or not refers_back(exchange.question):
            topic = exchange.question
    return f"{question} ({topic_of(topic)})"


def refers_back(question: str) -> bool:
    """Say whether a question cannot be understood alone."""
    terms = [term for term in analyse(question) if term not in STOP_WORDS]
    return bool(_REFERS_BACK.search(question)) or (len(terms) <= _FEW_TERMS and not _names_something(question))


def topic_of(question: str) -> str:
    """Return what a question is about: the question without its question words."""
    return _QUESTION_START.sub("", question, count=1).strip(" ?.!") or question


def _names_something(question: str) -> bool:
    """Say whether a short question names its own topic, as "What is SPSP?" does."""
    return bool(re.search(r"\b[A-Z][A-Za-z@]*[A-Z]\w*|^(?:what|who) (?:is|are|was|were|does)\b", question))
