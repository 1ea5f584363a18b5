"""Names and quoted phrases: what a claim may not bring in by itself.

They are compared word by word. `assistant.reader.name_signs` only says whether a text has a new name at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.grounding.words import Word, words_of
from assistant.numerals import MONTHS
from index.analysis import STOP_WORDS

_QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|(?<!\w)[‘']([^’']{4,})[’'](?!\w)")
_MONTHS = frozenset(month.casefold() for month in MONTHS)
_LETTER_RUNS = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1024)
def names_of(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the names of a sentence, each as its words in small letters; months are figures and no names."""
    words = words_of(text)
    runs: list[list[Word]] = []
    for place, word in enumerate(words):
        opening = place == 0 and word.text[0].isupper() and _opens_name(words)
        if not (word.name or opening) or word.text.casefold() in _MONTHS:
            continue
        if runs and _touch(text, runs[-1][-1], word):
            runs[-1].append(word)
        else:
            runs.append([word])
    return tuple(tuple(word.text.casefold() for word in run) for run in runs)


def quoted_phrases(text: str) -> tuple[str, ...]:
    """Return what stands in quotation marks, as `plain_phrase` writes it."""
    return tuple(plain_phrase(next(filter(None, match.groups()))) for match in _QUOTED.finditer(text))


def plain_phrase(text: str) -> str:
    """Return the letters and digits of a text, in small letters, with one space between words."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def holds_name(name: Sequence[str], text: str) -> bool:
    """Say whether a text holds a name word by word in order, or writes out the letters of an acronym."""
    if f" {plain_phrase(' '.join(name))} " in f" {plain_phrase(_without_possessives(text))} ":
        return True
    return len(name) == 1 and len(name[0]) > 1 and name[0] in _initials(text)


def _opens_name(words: Sequence[Word]) -> bool:
    """Say whether the first word of a sentence belongs to a name: the next one does, and it is no common word."""
    return len(words) > 1 and words[1].name and words[0].content and words[0].text.casefold() not in STOP_WORDS


def _touch(text: str, one: Word, other: Word) -> bool:
    return text[one.end : other.start] in (" ", "-", "’s ", "'s ")


def _without_possessives(text: str) -> str:
    return re.sub(r"['’]s\b", "", text)


def _initials(text: str) -> set[str]:
    """Return what the first letters of capitalised words in a row spell: "nhs" for National Health Service."""
    capitals = [word for word in _LETTER_RUNS.findall(text) if word.casefold() not in STOP_WORDS]
    spelt: set[str] = set()
    for first in range(len(capitals)):
        letters = ""
        for word in capitals[first : first + 6]:
            if not word[0].isupper():
                break
            letters += word[0].casefold()
            spelt.add(letters)
    return {letters for letters in spelt if len(letters) > 1}
