"""Definitions: what the documents themselves say that an acronym or a name is, with the passage that says so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.passage import Passage

_FILE = "definitions.json"
_BRACKETED = re.compile(r"\((?:(?:the|or|also|known as|called) )*([^()]{2,80})\)")
_ACRONYM = re.compile(r"(?=(?:[^A-Z]*[A-Z]){2})[A-Za-z][A-Za-z0-9&@]{1,9}")
_SMALL_WORDS = frozenset(["a", "an", "and", "by", "for", "in", "of", "on", "the", "to", "with"])
_DETERMINERS = r"(?:an?|the|one|our|part|made|what|where|when|how|who)\b"


@dataclass(frozen=True, slots=True)
class Definition:
    """An acronym written out in a document; `sentence` is the place of the sentence in its passage, from 0."""

    acronym: str
    name: str
    passage_id: str
    sentence: int


def find_definitions(passages: Iterable[Passage]) -> Iterator[Definition]:
    """Yield "Integration Joint Board (IJB)" and "IJB (Integration Joint Board)" wherever they stand, in order."""
    for passage in passages:
        for place, sentence in enumerate(passage.sentences):
            for acronym, name in _written_out(sentence.line):
                yield Definition(acronym, name, passage.id, place)


def save_definitions(folder: Path, definitions: Iterable[Definition]) -> None:
    """Write the definitions of one audience into its folder."""
    rows = [[one.acronym, one.name, one.passage_id, one.sentence] for one in definitions]
    (folder / _FILE).write_text(json.dumps(rows, ensure_ascii=False), "utf-8")


def open_definitions(folder: Path) -> tuple[Definition, ...]:
    """Return what `save_definitions` wrote."""
    return tuple(Definition(*row) for row in json.loads((folder / _FILE).read_text("utf-8")))


def _written_out(text: str) -> Iterator[tuple[str, str]]:
    """Yield acronyms with their names; letter by letter they must be the beginnings of the name's words."""
    for match in _BRACKETED.finditer(text):
        before, inside = text[: match.start()].rstrip(), match[1].strip()
        singular = inside[:-1] if inside.endswith("s") and inside[:-1].isupper() else inside
        if _ACRONYM.fullmatch(singular):
            if name := _name_before(before, singular):
                plural = singular != inside and name.endswith("s")
                yield singular, name[:-1] if plural else name
        elif (acronym := re.search(r"[\w&@]+$", before)) and _spells(acronym[0], inside):
            yield acronym[0], inside


def _spells(acronym: str, name: str) -> bool:
    return bool(_ACRONYM.fullmatch(acronym)) and _name_before(name, acronym) == name


def _name_before(text: str, acronym: str) -> str:
    """Return the last words of `text` that begin with the letters of `acronym`, small words aside; or nothing.

    A simpler and stricter form of Schwartz and Hearst, "A Simple Algorithm for Identifying Abbreviation Definitions in
    Biomedical Text", PSB 2003: every letter must begin a word or a part of a hyphenated one.
    """
    letters = [letter for letter in acronym.lower() if letter.isalnum()]
    words = list(re.finditer(r"[^\W_][\w’']*", text))[-2 * len(letters) - 2 :]
    for first in range(len(words) - 1, -1, -1):
        if _spelt([word[0].lower() for word in words[first:]], letters):
            name = text[words[first].start() :].strip()
            return "" if re.search(r"[.;:!?()]", name) else name
    return ""


def _spelt(words: list[str], letters: list[str]) -> bool:
    """Say whether the letters begin the words in order; small words but the first may be passed over."""
    place = 0
    for word in words:
        if place < len(letters) and word[0] == letters[place]:
            place += 1
        elif place == 0 or word not in _SMALL_WORDS:
            return False
    return place == len(letters) and words[0] not in _SMALL_WORDS


def defines(sentence: str, term: str) -> bool:
    """Say whether a sentence says what `term` is: "X is a ...", "X stands for ...", "X, director of ..."."""
    name = rf"(?:the )?{re.escape(term)}(?: \([^)]*\))?"
    means = rf"(?: (?:is|are|was|were) {_DETERMINERS}| (?:stands?|stood) for\b| means?\b|: \w)"
    if re.match(name + means, sentence, re.IGNORECASE):
        return True
    person = re.fullmatch(r"[A-Z][\w’'-]+(?: [A-Z][\w’'.-]*)+", term)
    role = r"(?:[a-z]+ ){0,4}(?:director|lead|head|chair|manager|chief|officer|adviser|professor|editor|author|warden)"
    return bool(person and re.search(rf"{re.escape(term)},? (?:(?:is|was|as) )?(?:the |an? )?{role}", sentence))
