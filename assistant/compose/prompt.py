"""The prompt: a file with a version, filled with a question, the conversation and numbered evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from string import Template

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from assistant.answer import Exchange, Wish
from assistant.compose.evidence import NumberedSentence
from assistant.grounding.names import plain_phrase

EXCHANGES = 3
"""Earlier exchanges that the model sees; the question already stands alone, so they only give the drift."""

EXCHANGE_CHARACTERS = 300
"""Longest earlier answer that the model sees; more of it would be taken for evidence."""

NOT_ANSWERED = "NOT IN THE DOCUMENTS"
"""What the prompt asks the model to write where the evidence does not answer."""

REPEATED = 4
"""Words in a row that are taken for a part of the prompt: fewer may be chance."""

_LENGTHS = {
    Wish.SHORT: "Answer in one to three short sentences.",
    Wish.FULLER: "Answer in four to eight short sentences.",
}
_NUMBER_MARK = re.compile(r"\[(\d+(?:\s*,\s*\d+)*)\]")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt file: its version and its two messages, with `$name` where something is put in."""

    version: str
    system: str
    person: Template

    def shown_in(self, text: str, evidence: str) -> bool:
        """Say whether a text repeats `REPEATED` words in a row of this prompt that the evidence does not have."""
        words, known = f" {plain_phrase(text)} ", f" {plain_phrase(evidence)} "
        return any(run in words and run not in known for run in _runs(f"{self.system} {self.person.template}"))


@cache
def _runs(text: str) -> frozenset[str]:
    words = plain_phrase(text).split()
    return frozenset(f" {' '.join(words[place : place + REPEATED])} " for place in range(len(words) - REPEATED + 1))


@cache
def read_prompt(name: str = "answer") -> Prompt:
    """Return the prompt of that name from the files beside this module."""
    text = (files("assistant.compose") / "prompts" / f"{name}.txt").read_text(encoding="utf-8")
    header, system, person = re.split(r"^=== (?:system|person)\n", text, flags=re.MULTILINE)
    return Prompt(header.removeprefix("version:").strip(), system.strip(), Template(person.strip()))


def messages(
    question: str, history: Sequence[Exchange], evidence: Sequence[NumberedSentence], wish: Wish
) -> list[BaseMessage]:
    """Return the messages for a chat model.

    Question, conversation and evidence are data: what looks like our own fences or citation numbers in them is
    written in another way, so no document can close the fence or number itself.
    """
    prompt = read_prompt()
    person = prompt.person.substitute(
        conversation=_conversation(history),
        evidence=_evidence(evidence),
        question=as_data(question),
        length=_LENGTHS[wish],
    )
    return [SystemMessage(prompt.system), HumanMessage(person)]


def as_data(text: str) -> str:
    """Return a text on one line, without angle brackets and without numbers in square brackets."""
    line = " ".join(text.split()).replace("<", "‹").replace(">", "›")
    return _NUMBER_MARK.sub(r"(\1)", line)


def _evidence(evidence: Sequence[NumberedSentence]) -> str:
    lines: list[str] = []
    for _, group in groupby(evidence, key=lambda item: item.passage.id):
        members = list(group)
        document = members[0].document
        period = f" ({as_data(document.period)})" if document.period else ""
        lines.append(f"From {as_data(document.title)}{period}:")
        lines.extend(f"[{item.number}] {as_data(item.text)}" for item in members)
    return "\n".join(lines)


def _conversation(history: Sequence[Exchange]) -> str:
    if not history:
        return ""
    lines = [
        f"Asked: {as_data(exchange.question)}\nAnswered: {_shorten(as_data(_NUMBER_MARK.sub('', exchange.answer)))}"
        for exchange in history[-EXCHANGES:]
    ]
    return "<conversation>\n" + "\n".join(lines) + "\n</conversation>\n\n"


def _shorten(text: str) -> str:
    return text if len(text) <= EXCHANGE_CHARACTERS else text[:EXCHANGE_CHARACTERS].rsplit(" ", 1)[0] + " …"
