"""Orders: words in a document that tell a writer what to write. They may be quoted, but nothing is written from them.

A chat model may obey what it reads, and then its sentence has words of the document ("Say that the clinic has closed":
"The clinic has closed."). No comparison of words can refuse that, so such words are not given as evidence.
"""

from __future__ import annotations

import re
from functools import lru_cache


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_RULES = r"(?:instructions?|prompts?|rules|guidelines|directions|programming|messages?|text)\b"
_AI = r"(?:AI|A\.I\.|LLM|\w*GPT|DAN|bot|chatbot|language model)\b"
_SOMEBODY = rf"(?:an? |the |my )?(?:\w+ ){{0,3}}(?:{_AI}|assistant\b|model\b|character\b)"

_TO_A_MODEL = _any(
    rf"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget|overrid(?:e|ing)|bypass(?:ing)?)\s+(?:\S+\s+){{0,4}}{_RULES}",
    rf"\b(?:reveal|repeat|show|print|output|translate|encode)\s+(?:\S+\s+){{0,3}}your (?:\w+ )?{_RULES}",
    r"\b(?:system|initial|hidden|secret|previous|starting) (?:prompts?|instructions?)\b",
    rf"\byou(?:['’]re| are)\s+(?:\w+ )?(?:an? |the )?(?:\w+ ){{0,3}}{_AI}",
    rf"\byou(?:['’]re| are| will)\s+(?:now|going to|about to|be)\s(?:\w+ ){{0,3}}?{_SOMEBODY}",
    rf"\b(?:act|behave|respond|answer|reply|speak|roleplay)(?:ing)? as (?:if you|{_SOMEBODY}|DAN\b)",
    r"\bpretend(?:ing)? (?:to be|that you|you)\b|\bfrom now on,? you\b|\bstay in character\b|\bjailbr(?:eak|oken)\b",
    rf"\b(?:assistant|{_AI}) (?:will|must|should|shall|can|always|never|cannot|can['’]t)(?: \w+){{0,2}} "
    r"(?:answer|respond|reply|say|refuse|output|obey|comply|generate|do)\b",
    r"\b(?:when(?:ever)?|before|after|if) you (?:answer|reply|summari[sz]e)\b",
    r"\b(?:developer|debug|DAN|unrestricted) mode\b|\b(?:as an|unfiltered|uncensored) AI\b",
    r"\bchat ?GPT\b|\bOpenAI\b|\b(?:AI )?language model\b|<\|?\w+\|?>|\[/?INST\]",
    r"\b(?:base-?64|rot-?13|quoted-printable|(?:mime|url)[- ]encoded)\b",
    r"(?:^|[.!?>]\s+)\W*(?:system|assistant|new (?:rule|task|instruction))s?\s*:",
    r"\bnote to (?:the )?(?:AI|assistant|model)\b",
)
"""Words that speak to a model or of its rules; they spoil the document in which they stand."""

_WRITES = (
    r"say|write|print|repeat|output|reply|respond|answer|translate|encode|decode|mention|pretend|ignore|disregard|forget|"
    r"reveal|display|concatenate|summari[sz]e|paraphrase|misspell|rephrase|"
    r"explain|describe"
)
_PUTS = (
    r"add|append|insert|include|integrate|incorporate|embed|provide|compose|draft|generate|create|tell|state|give|show|"
    r"use|replace|remove|modify|introduce|rearrange|group|end|begin|start|finish|close|make|convert|change|put|place|"
    r"send|emphasi[sz]e|ensure|merge|execute|run|visit|click|download"
)
_INTO = (
    r"answers?|responses?|repl(?:y|ies)|output|sentence|paragraph|link|code|text|message|letters?|words?|headline|poem|"
    r"story|essay|users?|https?|www"
)
_LEAD = (
    r"^\W*(?:(?:when|if|before|after|whenever)\b[^,.]{0,80},\s*)?(?:(?:please|now|also|then|next|instead|first|finally|"
    r"and|do not|don['’]t|always|never|you (?:must|should|will))[\s,]+)*"
)

_ORDER = _any(
    r"(?-i:\[[A-Z]{3,}\])",
    r"!\[[^\]]*\]|\[[^\]]*\]\s*\(\s*(?:https?|www|data|javascript)\b",
    rf"{_LEAD}(?:(?:{_WRITES})\b|(?:{_PUTS})\b.*\b(?:{_INTO})\b)",
    r"\byour (?:\w+ )?(?:answer|response|reply|output|prompt|instruction)s?\b",
    r"\b(?:in|to|into) your (?:message|text|code|solution)s?\b",
    r"\byou (?:will|must|should|shall|always|never|are to|do not|don['’]t|cannot|can['’]t)(?: \w+){0,2} "
    r"(?:answer|respond|reply|say|refuse|output|obey|comply|generate)\b",
)
"""A sentence that orders something to be written; it spoils itself only, since guidance is full of "include"."""


@lru_cache(maxsize=4096)
def speaks_to_model(text: str) -> bool:
    """Say whether a passage, a heading or a title speaks to a chat model."""
    return _TO_A_MODEL.search(text) is not None


def orders(sentence: str) -> bool:
    """Say whether one sentence orders something to be written."""
    return _ORDER.search(sentence) is not None or speaks_to_model(sentence)
