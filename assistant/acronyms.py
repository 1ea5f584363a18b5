"""Acronyms written out for retrieval, and names given their acronyms, from the glossary."""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.glossary import Glossary, Term

_WORDS = frozenset("ACT AIM ALL ARE CARE CO HIS IT LIST NEWS OR SIGN TRIST US WHO".split())
"""Acronyms that are words too: found in capitals only, and never added to a name that is written out."""


def expand(question: str, glossary: Glossary) -> str:
    """Return the question with each acronym written out behind it and each spelt-out name given its acronym.

    "IJBs" becomes "IJBs (Integration Joint Boards)"; "integration joint board" becomes "integration joint board (IJB)".
    An acronym that is a word too counts in capitals only, so that "news" stays a word; nothing is written out that the
    question already says. For retrieval; a reader is better served by the question itself.
    """
    shouted = question.isupper() and " " in question.strip()
    found: list[tuple[int, int, str]] = []
    for term, acronym, name in _patterns(glossary):
        short, long, is_word = acronym.search(question), name.search(question), term.term.upper() in _WORDS
        if short and not long and not (shouted and is_word):
            several = short["plural"] and not term.expansion.endswith("s")
            found.append((*short.span(), re.sub(r"[()]", "", term.expansion) + ("s" if several else "")))
        elif long and not short and not is_word:
            found.append((*long.span(), term.term))
    text = question
    for start, end, other in sorted(found, reverse=True):
        if not any(begin <= start and end <= stop and (begin, stop) != (start, end) for begin, stop, _ in found):
            text = f"{text[:end]} ({other}){text[end:]}"
    return text


@lru_cache(maxsize=8)
def _patterns(glossary: Glossary) -> tuple[tuple[Term, re.Pattern[str], re.Pattern[str]], ...]:
    """Return each acronym with what finds it and what finds its name written out."""
    patterns = []
    for term in glossary.terms:
        words = re.findall(r"[\w’']+", re.sub(r"\(.*?\)", "", term.expansion))
        if not words or sum(letter.isupper() for letter in term.term) < 2:
            continue  # a name in small letters, such as "ihub", is known to readers and says nothing of the question
        plain = term.term.upper() not in _WORDS
        whole = rf"(?<![\w@&-]){re.escape(term.term)}(?P<plural>s)?(?:['’]s?)?(?![\w@&]|-\w)"
        name = r"(?<![\w@&-])" + r"\W{1,3}".join(re.escape(word) for word in words) + r"s?(?![\w@&]|-\w)"
        patterns.append((term, re.compile(whole, re.IGNORECASE if plain else 0), re.compile(name, re.IGNORECASE)))
    return tuple(patterns)
