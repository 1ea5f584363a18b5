"""Spelling: a mistyped name or rare word -> the one that the passages hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.analysis import analyse
from index.lexical import LexicalIndex

LONG_WORD = 8
"""Letters from which two slips are mended rather than one: in shorter words two changed letters make another word."""

MOST_MENDED = 3
"""Unknown words of a question up to which they are taken for slips; more means another language or another topic."""

_WORD = re.compile(r"[^\W\d_]{5,}")

IsWord = Callable[[str], bool]


def mend(question: str, indexes: Sequence[LexicalIndex], is_word: IsWord) -> str:
    """Return the question with each mistyped word as the passages of `indexes` write it.

    A word is mistyped when no passage holds it in any form, `is_word` does not know it as an ordinary word, and
    passages hold a word with the same first letter that is one slip away (two in long words): a letter left out, added,
    changed, or two neighbours swapped. Where half of the words or more are unknown, nothing is changed.
    """
    words = list(_WORD.finditer(question))
    unknown = [match for match in words if not _is_known(match[0], indexes)]
    if len(unknown) > MOST_MENDED or (len(unknown) > 1 and 2 * len(unknown) >= len(words)):
        return question
    for match in reversed(unknown):
        if not is_word(match[0].lower()) and (meant := _nearest(match[0].lower(), indexes)):
            question = question[: match.start()] + meant + question[match.end() :]
    return question


def _is_known(word: str, indexes: Sequence[LexicalIndex]) -> bool:
    terms = analyse(word)
    return not terms or any(index.knows(term) for index in indexes for term in terms)


def _nearest(word: str, indexes: Sequence[LexicalIndex]) -> str:
    """Return the nearest word in its usual form, names before other words; empty where none is near."""
    slips = 2 if len(word) >= LONG_WORD else 1
    near: list[tuple[float, bool, str]] = []
    for index in indexes:
        alike = [known for known in index.words if known[0] == word[0] and abs(len(known) - len(word)) <= slips]
        for known, distance, _ in process.extract(word, alike, scorer=OSA.distance, score_cutoff=slips, limit=5):
            usual = index.words[known]
            near.append((distance, usual == known, usual))
    return min(near)[2] if near else ""
