"""Clues: cheap signs, beside what the network says, that a sentence answers a question or only shares its topic."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.analysis import analyse
from index.passage import RankedPassage

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NUMBER = re.compile(
    r"\d|£|%|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand|million|half|third|"
    r"quarter|twice|double)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(r"£|\$|€|\b(?:pounds?|million|fund(?:ed|ing)?|cost|budget|grant)\b", re.IGNORECASE)
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|spring|summer|autumn|winter|daily|weekly|monthly|yearly|century)\b"
)
_NAME = re.compile(r"\b[A-Z][a-z’']+ (?:[A-Z][a-z]*[A-Z]?[a-z’'-]+)\b")
_PROPER = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z@][\w@’'&-]*")

_WORD = re.compile(r"[\w@’'&-]+")

_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|often|long|big|large|far)\b|\bper ?cent|\bpercentage|\bnumber of\b|"
    r"\bwhat (?:share|proportion|rate|fraction|figure)\b",
    re.IGNORECASE,
)
_ASKS_MONEY = re.compile(
    r"\bhow much (?:money|did|does|do|was|were|is|funding)\b|\bcosts?\b|\bbudget|\bsalar|\bfund(?:ing|ed)\b|"
    r"\bspen[dt]\b|\bpaid\b|\bpounds?\b|£",
    re.IGNORECASE,
)
_ASKS_DATE = re.compile(
    r"\bwhen\b|\bwhat (?:year|date|month|day)\b|\bwhich (?:year|month)\b|\bsince when\b", re.IGNORECASE
)
_ASKS_PERSON = re.compile(
    r"^\W*(?:and )?who(?!\s+are\b)|\bwhose\b|\bwho (?:is|was|leads?|led|wrote|chairs?|runs?)\b|\bname of the\b",
    re.IGNORECASE,
)
_ASKS = {"number": _ASKS_NUMBER, "money": _ASKS_MONEY, "date": _ASKS_DATE, "person": _ASKS_PERSON}
_HOLDS = {"number": _NUMBER, "money": _MONEY, "date": _DATE, "person": _NAME}


@dataclass(frozen=True, slots=True)
class Clues:
    """Signs for one sentence, each about in [-1, 1].

    `similarity` and `passage_similarity` are cosines; `overlap` and `passage_overlap` the shares of the question's
    terms that stand in the sentence with its title and section, or in the whole passage; `names` the share of its
    proper names that stand in the passage; `kind` is 1 where the sentence holds the kind of thing asked for (number,
    money, date, person), -1 where it does not, 0 where none is asked for; `year` the same for a year that is named.
    """

    similarity: float
    passage_similarity: float
    overlap: float
    passage_overlap: float
    names: float
    kind: float
    year: float

    @property
    def values(self) -> tuple[float, ...]:
        """Return the signs in the order in which the calibration weighs them."""
        return (
            self.similarity,
            self.passage_similarity,
            self.overlap,
            self.passage_overlap,
            self.names,
            self.kind,
            self.year,
        )


class AskedFor:
    """What one question asks for, taken apart once and compared with many sentences."""

    def __init__(self, question: str) -> None:
        self._terms = frozenset(analyse(question))
        self._names = frozenset(_plain(name) for name in _PROPER.findall(question))
        self._years = frozenset(_YEAR.findall(question))
        self._kinds = tuple(kind for kind, pattern in _ASKS.items() if pattern.search(question))

    def clues(self, ranked: RankedPassage) -> tuple[Clues, ...]:
        """Return the clues of each sentence of a passage, in order."""
        passage = ranked.passage
        context = passage.context
        whole = f"{context} {passage.text}"
        passage_terms = frozenset(analyse(whole))
        similarities = ranked.sentence_similarities or (ranked.similarity,) * len(passage.sentences)
        return tuple(
            Clues(
                similarity=similarity,
                passage_similarity=ranked.similarity,
                overlap=_share(self._terms, frozenset(analyse(f"{context} {sentence.line}"))),
                passage_overlap=_share(self._terms, passage_terms),
                names=_share(self._names, frozenset(_plain(word) for word in _WORD.findall(whole))),
                kind=self._holds_kind(sentence.line),
                year=self._holds_year(sentence.line, whole),
            )
            for sentence, similarity in zip(passage.sentences, similarities, strict=True)
        )

    def _holds_kind(self, text: str) -> float:
        if not self._kinds:
            return 0.0
        return 1.0 if all(_HOLDS[kind].search(text) for kind in self._kinds) else -1.0

    def _holds_year(self, text: str, whole: str) -> float:
        if not self._years:
            return 0.0
        if self._years <= frozenset(_YEAR.findall(text)):
            return 1.0
        return 0.0 if self._years & frozenset(_YEAR.findall(whole)) else -1.0


def _plain(name: str) -> str:
    """Return a name as it is compared: without a possessive ending, in small letters."""
    return re.sub(r"['’]s?$", "", name).casefold()


def _share(wanted: frozenset[str], held: frozenset[str]) -> float:
    return len(wanted & held) / len(wanted) if wanted else 1.0
