"""Acronyms written out for retrieval, and names given their acronyms, from the glossary."""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.glossary import Glossary, Term

_WORDS = frozenset("ACT AIM ALL ARE CARE CO HIS IT LIST NEWS OR SIGN TRIST US WHO".split())
"""Acronyms that are words too: found in capitals only, and never added to a name that is written out."""
_NONE = Glossary()


def expand(question: str, glossary: Glossary, written_out: Glossary = _NONE) -> str:
    """Return the question with each acronym written out behind it and each spelt-out name given its acronym.

    "IJBs" becomes "IJBs (Integration Joint Boards)"; "integration joint board" becomes "integration joint board (IJB)".
    An acronym that is a word too counts in capitals only, so that "news" stays a word; nothing is written out that the
    question already says. `written_out` are acronyms that documents write out; nobody has checked whether they are
    words, so they count in capitals only too. For retrieval; a reader is better served by the question itself.
    """
    shouted = question.isupper() and " " in question.strip()
    found: list[tuple[int, int, str]] = []
    for term, acronym, name, is_word in _fitting(question, glossary, written_out):
        short, long = acronym.search(question), name.search(question)
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


_Pattern = tuple[Term, re.Pattern[str], re.Pattern[str], bool]
"""A term, what finds its acronym, what finds its name written out, and whether the acronym may be a word."""


def _fitting(question: str, glossary: Glossary, written_out: Glossary) -> list[_Pattern]:
    """Return the patterns that can match: those of acronyms and of first words of names that the question holds."""
    heads = {word.casefold() for word in re.findall(r"\w+", question)}
    heads |= {head[:-1] for head in heads if head.endswith("s")}
    return [
        pattern
        for terms, in_capitals in ((glossary, False), (written_out, True))
        for place in sorted({place for head in heads for place in _by_head(terms, in_capitals).get(head, ())})
        for pattern in [_patterns(terms, in_capitals)[place]]
    ]


@lru_cache(maxsize=16)
def _by_head(glossary: Glossary, in_capitals: bool) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, (term, *_) in enumerate(_patterns(glossary, in_capitals)):
        for text in (term.term, re.sub(r"\(.*?\)", "", term.expansion)):
            places.setdefault(re.findall(r"\w+", text)[0].casefold(), []).append(place)
    return places


@lru_cache(maxsize=16)
def _patterns(glossary: Glossary, in_capitals: bool) -> tuple[_Pattern, ...]:
    patterns: list[_Pattern] = []
    for term in glossary.terms:
        words = re.findall(r"[\w’']+", re.sub(r"\(.*?\)", "", term.expansion))
        if not words or sum(letter.isupper() for letter in term.term) < 2:
            continue  # a name in small letters, such as "ihub", is known to readers and says nothing of the question
        plain = term.term.upper() not in _WORDS and not in_capitals
        whole = rf"(?<![\w@&-]){re.escape(term.term)}(?P<plural>s)?(?:['’]s?)?(?![\w@&]|-\w)"
        name = r"(?<![\w@&-])" + r"\W{1,3}".join(re.escape(word) for word in words) + r"s?(?![\w@&]|-\w)"
        both = re.compile(whole, re.IGNORECASE if plain else 0), re.compile(name, re.IGNORECASE)
        patterns.append((term, *both, term.term.upper() in _WORDS))
    return tuple(patterns)
