"""Sentences from a stream: pieces of text -> whole sentences with the numbers that they cite, as soon as they end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import sentencex

LONGEST_SENTENCE = 600
"""Characters after which a sentence that has not ended is taken for a model that cannot stop."""

_NUMBERS = re.compile(r"\s*[\[(【]\s*(\d{1,3}(?:\s*(?:,|;|-|–|and)\s*\d{1,3})*)\s*[\])】](?!\()")
_STOP_THEN_NUMBERS = re.compile(r"([.!?][\"”’]?)((?:\s*\[\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*\])+)")
_MORE_MARKS = re.compile(r"\s*\[[\d,;\s–-]*$")
_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_THOUGHT_BEGINS = re.compile(r"<[a-z]{0,9}$", re.IGNORECASE)
_ENDS = re.compile(r"[.!?…][\"”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Written:
    """One sentence as a model wrote it, without its citation marks; `whole` says that it has an end."""

    text: str
    numbers: tuple[int, ...]
    whole: bool = True


class SentenceStream:
    """Gathers pieces of text and gives every sentence once; what a model thinks aloud is left out."""

    def __init__(self) -> None:
        self._raw = ""
        self._taken = 0

    @property
    def pending(self) -> str:
        """Return what was written and has not become a sentence yet."""
        return self._visible()[self._taken :]

    @property
    def runs_on(self) -> bool:
        """Say whether what is being written is too long to become a sentence."""
        return len(self.pending) > LONGEST_SENTENCE

    def feed(self, piece: str) -> Iterator[Written]:
        """Take a piece and yield the sentences that it completes."""
        self._raw += piece
        text, pending = self._visible(), self.pending
        for start, end in _spans(pending)[:-1]:
            if not _MORE_MARKS.match(pending, end):
                yield from _written(pending[start:end])
                self._taken = self._taken + end if end < len(pending) else len(text)
                yield from self.feed("")
                return

    def finish(self) -> Iterator[Written]:
        """Yield what is left when the model has ended; the last sentence may have been cut off."""
        text = self._visible(ended=True)
        for start, end in _spans(text[self._taken :]):
            yield from _written(text[self._taken :][start:end])
        self._taken = len(text)

    def _visible(self, *, ended: bool = False) -> str:
        """Return what is meant to be read, with citation marks before the full stop that they follow."""
        text = _THOUGHT.sub("", self._raw)
        if not ended:
            text = _THOUGHT_BEGINS.sub("", text)
        return _STOP_THEN_NUMBERS.sub(r"\2\1", text)


def _spans(text: str) -> list[tuple[int, int]]:
    """Return where sentences lie; a line end ends one, and the last one may still be growing."""
    spans: list[tuple[int, int]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        spans.extend(
            (start + boundary["start_index"], start + boundary["end_index"])
            for boundary in sentencex.get_sentence_boundaries("en", line)
            if line[boundary["start_index"] : boundary["end_index"]].strip()
        )
        start += len(line)
    if text.endswith("\n"):
        spans.append((len(text), len(text)))
    return spans


def _written(text: str) -> Iterator[Written]:
    """Yield the sentence of a stretch of text, unless it is only marks."""
    numbers = tuple(
        dict.fromkeys(number for match in _NUMBERS.finditer(text) if _cites(match) for number in _expand(match[1]))
    )
    plain = " ".join(_NUMBERS.sub(lambda match: "" if _cites(match) else match[0], text).split())
    if any(character.isalnum() for character in plain):
        yield Written(plain, numbers, whole=_ENDS.search(plain) is not None)


def _cites(match: re.Match[str]) -> bool:
    """Tell a citation mark from a number in round brackets, which belongs to the sentence."""
    return "(" not in match[0]


def _expand(marks: str) -> Iterator[int]:
    for part in re.split(r"[,;]|and", marks):
        first, _, last = part.replace("–", "-").partition("-")
        if last.strip() and int(first) < int(last) <= int(first) + 20:
            yield from range(int(first), int(last) + 1)
        else:
            yield int(first)
