"""Analysis: a text -> the terms by which lexical search finds it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer

ANALYSER_VERSION = "3"
"""Raised whenever a text would give other terms, so that the lexical index is built again."""

STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a about an and any are as at be because been being but by can could did do does doing for from had has have
        having he her here hers him his how i if in into is it its just me more most my no nor not of off on once only
        or other our ours out own please same she should so some such tell than that the their theirs them then there
        these they this those through to too under until up us very was we were what when where which while who whom
        whose why will with would you your yours
        """,
    )
)
"""Words that tell no passage from another; question words are among them, since passages do not hold them."""

_PERIOD = re.compile(r"\b((?:19|20)\d\d)\s*(?:-|–|—|/|to)\s*((?:19|20)?\d\d)\b(?![-/–]\d)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_POSSESSIVE = re.compile(r"['’]s\b|['’](?=\s|$)")
_TOKEN = re.compile(r"[^\W_]+(?:[-‐‑'’&@.][^\W_]+)*")
_DECIMAL = re.compile(r"\d+\.\d+")
_MARKED_YEAR = re.compile(r"(?:fy|cy|q[1-4])'?((?:19|20)\d\d)")
_PART = re.compile(r"[^\W_]+")


def analyse(text: str) -> list[str]:
    """Return the terms of `text` in order: lower case, without accents and stop words, stemmed.

    "2017-18", "2017/18" and "2017 to 2018" give the same three terms: both years and the period. A hyphenated word
    gives its parts and the joined word, "FY2018" itself and the year. Stems are those of Snowball's English stemmer
    (Porter 2).
    """
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in plain if not unicodedata.combining(character)).lower()
    plain = _THOUSANDS.sub("", _POSSESSIVE.sub("", plain))
    terms = [f"{match[1]}-{match[2][-2:]}" for match in _PERIOD.finditer(plain)]
    plain = _PERIOD.sub(lambda match: f"{match[1]} {_last_year(match[1], match[2])}", plain)
    for token in _TOKEN.findall(plain):
        parts = [token] if _DECIMAL.fullmatch(token) else _PART.findall(token)
        words = [*parts, "".join(parts)] if len(parts) > 1 else parts
        words += [year[1] for word in parts if (year := _MARKED_YEAR.fullmatch(word))]
        terms.extend(_stem(word) for word in words if word not in STOP_WORDS)
    return terms


def _last_year(first: str, last: str) -> str:
    """Return the last year of a period in four digits: 2018 for 2017-18, 2000 for 1999-00."""
    if len(last) == 4:
        return last
    century = int(first[:2]) + (last < first[2:])
    return f"{century}{last}"


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    return word if any(character.isdigit() for character in word) else _stemmer().stemWord(word)


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")
