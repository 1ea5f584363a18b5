"""What a question asks for, and cheap signs that a sentence only shares its topic.

"Who chaired the group?" is not answered by a sentence without a name, however near it is; nor is "how many wards?" by
a sentence that counts boards. The patterns were written on the tuning, fitting and validation questions, and are
measured on the test questions (docs/reader.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from assistant.defining import term_asked
from assistant.reader.figure_signs import (
    DATE,
    DURATION,
    MONEY,
    NUMBER,
    TIME,
    opposed,
    ordinals,
    without_dates,
    years,
)
from assistant.reader.name_signs import (
    is_about_publisher,
    named,
    names_person,
    new_names,
    share_held,
    speaks_of_publisher,
    words,
)
from index.passage import Passage, Sentence


class Kind(StrEnum):
    """The kind of thing that answers a question."""

    MEANING = "meaning"
    CONTACT = "contact"
    MONEY = "money"
    COUNT = "count"
    REASON = "reason"
    AMOUNT = "amount"
    TIME = "time"
    PERSON = "person"
    PLACE = "place"
    BODIES = "bodies"
    DEFINITION = "definition"
    ANYTHING = "anything"


_ENDS = (
    "are|is|were|was|did|do|does|has|have|had|can|could|will|would|must|might|should|took|take|came|come|sent|joined|"
    "in|at|of|on|from|for|to|turned|live|lived|work|worked|signed|use|used|go|went|got|get|gave|said|attended|"
    "completed|shared|needed|there|land|a"
)
_COUNT = re.compile(rf"\bhow many ([\w’'&-]+(?: [\w’'&-]+){{0,3}}?)(?= (?:{_ENDS})\b|[?.,]|$)", re.IGNORECASE)
_COUNT_LOOSE = re.compile(r"([\w’'-]+) how many\W*$|^(?:what (?:was|is) the )?number of ([\w’'&-]+)", re.IGNORECASE)
_MEANING = re.compile(
    r"\b(?i:what (?:does|do|did)) ([\w@&-]*[A-Z][\w@&-]*) (?:stand for|mean)\b|"
    r"\b([A-Z][\w@&-]+) (?:meaning|full name|acronym)\b|\bmeaning of ([A-Z][\w@&-]+)\b"
)
_ROLE = re.compile(
    r"\b(?:leads?|led|heads?|headed|chairs?|chaired|manages?|managed|manager|director|chief|officer|nurse|doctor|"
    r"minister|student|president|speak|spoke|talk|wrote|author|writer)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:which|what|name|list)(?: the)? (?:\d+|two|three|four|five|six|seven|eight|nine|ten|dozen)\b|"
    r"\bnames of\b|\bthe dozen\b",
    re.IGNORECASE,
)
_SORT = re.compile(r"(?<=[A-Z]) (?:team|cycle|programme|model|method|approach|tool|project|work)$")
_DURATION = re.compile(r"\bhow (?:long|old)\b|\bin terms of how\b", re.IGNORECASE)
_CONTACT = re.compile(r"@|\bwww\.|https?:|\b\d{4,}|\b0\d{2,}", re.IGNORECASE)
_REASON = re.compile(
    r"\b(?:because|so that|so they|in order|due to|owing|reasons?|since|as a result|thanks to|leads? to|led to|means?|"
    r"meant|causes?d?|aim(?:s|ed)?|need(?:s|ed)?|want(?:s|ed)?|help(?:s|ed|ing)?|avoid|in case|therefore|for|"
    r"so (?=a|the|each|it|we)|answer to|asked for|clear that|prompted|concerns?)\b|"
    r"\bto (?!the\b|an?\b|its\b|their\b|our\b|\d)[a-z]+",
    re.IGNORECASE,
)

_ASKS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        Kind.CONTACT,
        re.compile(
            r"\be-?mail\b|\b(?:tele)?phone\b|\bnumber (?:to|would|do|can|should)\b.*\b(?:call|ring)\b|"
            r"\b(?:postal|web) ?address\b|\bwebsite\b|\bwhat number\b",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.MONEY,
        re.compile(
            r"^(?!.*\b(?:by how much|how much (?:better|less|more|sooner|longer))\b)"
            r"(?:.*\bhow much (?:money|funding|cash)\b|"
            r".*\b(?:costs?|budget|salary|salaries|price)\b(?!.{0,40}\b(?:better|less|more)\b)|"
            r".*\bhow much\b.*\b(?:spen[dt]|pa(?:y|ys|id)|grants?|secured?|g[ai]ven?|fund(?:ed)?|charged?|fees?)\b|.*£|"
            r".*\bwhat .*\bset .* back\b|.*\bwhat (?:do|does|did) .* (?:pay|charge)\b)",
            re.IGNORECASE,
        ),
    ),
    (Kind.COUNT, re.compile(f"{_COUNT.pattern}|{_COUNT_LOOSE.pattern}", re.IGNORECASE)),
    (Kind.REASON, re.compile(r"\bwhy\b|\bhow come\b|\bwhat (?:was|is|were) the reasons?\b", re.IGNORECASE)),
    (
        Kind.AMOUNT,
        re.compile(
            r"\bhow (?:much|far|long|old|often|big|large|likely)\b|\bper ?cent|\bpercentage|"
            r"\bwhat (?:share|proportion|rate|fraction|figure|fall|rise|drop|cut|compliance)\b|\bnumber of\b",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.TIME,
        re.compile(
            r"(?:^|\band |\bsince |[,;:] ?|\btell me |\bknow )when\b"
            r"(?! (?:an?|it comes|someone|people|you|the|they)\b)|^when\b|"
            r"\b(?:what|which) (?:year|date|month|day)\b|\bdates?\b",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.PERSON,
        re.compile(
            rf"\b(?:who|whose name)\b(?=.*(?:{_ROLE.pattern}|\b(?:runs?|ran|directs?|invented|founded|designed|"
            r"produced|became|succe\w+|gave|said|told|carried)\b))|\bname of the\b|\bwho(?:se)? (?:is|was)\b|"
            r"\bwhich (?:minister|director|professor|doctor|nurse|officer|manager|chief)\b(?!['’]s)",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.PLACE,
        re.compile(
            r"^(?:\W|and |so )*where\b(?! people)|"
            r"\b(?:which|what) (?:city|town|place|building|venue|country|corner|village|nation|area|island)\b",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.BODIES,
        re.compile(
            r"\b(?:which|name|list|what)(?: of)?(?: the)? (?:\w+ ){0,3}?(?:boards?|hospitals?|practices?|"
            r"surger(?:y|ies)|councils?|partnerships?|countries|cities|towns?|wards?|universit(?:y|ies)|compan(?:y|ies)|"
            r"organisations?|body|bodies|sites?|areas?|clusters?|pharmacies|prisons?)\b(?! (?:is|does|do) [a-z]+ for)",
            re.IGNORECASE,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks against a sentence as an answer; all but `names` are yes or no.

    `lacks`: it holds nothing of the kind asked for, or does not speak of the ihub although the question does. `names`:
    the share of the question's proper names that its passage holds, in [0, 1]. `other_year`: the year asked about
    stands nowhere in the passage, or, less bad, `year_elsewhere`: not in the sentence. `other_place`: "first" or "phase
    two" asked about, and it names another. `opposed`: one speaks of a rise, the other of a fall.
    """

    lacks: bool
    names: float
    other_year: bool
    year_elsewhere: bool
    other_place: bool
    opposed: bool


class AskedFor:
    """What one question asks for, taken apart once and compared with many sentences."""

    def __init__(self, question: str) -> None:
        meaning = _MEANING.search(question)
        self._question = question
        self._short_form = next(filter(None, meaning.groups())) if meaning else ""
        self._words = words(question)
        self._names = named(question)
        self._years = years(question)
        self._ordinals = ordinals(question)
        term = term_asked(question)
        self._definition = _definition_of(term)
        self.kind = _kind_of(question, self._short_form, term)
        self._of_publisher = self.kind not in (Kind.ANYTHING, Kind.DEFINITION) and is_about_publisher(question)

    @property
    def counted(self) -> tuple[int, int] | None:
        """Return where the question names what is to be counted, as characters; None where nothing is."""
        if self.kind is not Kind.COUNT:
            return None
        found = _COUNT.search(self._question) or _COUNT_LOOSE.search(self._question)
        if found is None:
            return None
        start, end = found.span(found.lastindex or 0)
        return start + self._question[start:end].rfind(" ") + 1, end

    def defined_by(self, sentence: Sentence) -> bool:
        """Say whether the question wants something defined and the sentence begins with saying what it is."""
        return self._definition is not None and self._definition.search(sentence.line) is not None

    def signs(self, passage: Passage, sentence: Sentence) -> Signs:
        """Return the signs for a sentence of a passage."""
        whole, text, near = f"{passage.context} {passage.text}", sentence.line, f"{passage.context} {sentence.line}"
        return Signs(
            lacks=not self._holds(text, passage.context) or (self._of_publisher and not speaks_of_publisher(text)),
            names=share_held(self._names, whole),
            other_year=bool(self._years) and not self._years & years(whole),
            year_elsewhere=bool(self._years) and not self._years & years(near),
            other_place=self._other_place(text, near),
            opposed=opposed(self._question, text),
        )

    def _other_place(self, text: str, near: str) -> bool:
        """Say whether an order is asked about and missing; a first one may go unsaid unless another is said."""
        missing = self._ordinals - ordinals(near)
        return bool(missing - {1}) or (1 in missing and bool(ordinals(text)))

    def _holds(self, text: str, context: str) -> bool:
        known = self._words | words(context)
        match self.kind:
            case Kind.MEANING:
                return self._explains(text)
            case Kind.DEFINITION:
                return self._definition is not None and self._definition.search(text) is not None
            case Kind.CONTACT:
                return _CONTACT.search(text) is not None
            case Kind.MONEY:
                return MONEY.search(text) is not None
            case Kind.REASON:
                return _REASON.search(text) is not None
            case Kind.COUNT | Kind.AMOUNT:
                return self._holds_number(text)
            case Kind.TIME:
                dates = (words(found[0]) for found in DATE.finditer(text))
                return any(not date <= self._words for date in dates) or TIME.search(text) is not None
            case Kind.PERSON if _ROLE.search(self._question):
                return names_person(text, self._words)
            case Kind.PERSON | Kind.PLACE | Kind.BODIES:
                return len(new_names(text, known)) >= (2 if _SEVERAL.search(self._question) else 1)
        return True

    def _holds_number(self, text: str) -> bool:
        if any(found[0].casefold() not in self._words for found in NUMBER.finditer(without_dates(text))):
            return True
        if self.kind is Kind.COUNT:
            return False
        lasting = _DURATION.search(self._question) is not None and DATE.search(text) is not None
        return lasting or DURATION.search(text) is not None

    def _explains(self, text: str) -> bool:
        short = re.escape(self._short_form)
        return re.search(rf"\b{short}\b (?:stands for|means|is short for|\([A-Z])|\({short}\)", text) is not None


def _definition_of(term: str) -> re.Pattern[str] | None:
    """Return how a sentence begins that defines the term; None where there is none."""
    if not term:
        return None
    term = _SORT.sub("", term)  # "the PDSA cycle" is defined as PDSA
    verbs = "is|are|was|were|means?|stands? for|refers? to|measures?|describes?|covers?|helps?|grew out of|works?"
    return re.compile(
        rf"^.{{0,60}}\b{re.escape(term)}s?\)?(?: \([^)]*\))?(?:,? (?:{verbs})\b|,|:|"
        rf" (?:\w+ ){{0,3}}(?:director|lead|officer|chief|head|chair|manager|professor)\b)|"
        rf"\b(?:called|known as|set up|started|launched) (?:the )?{re.escape(term)}\b",
        re.IGNORECASE,
    )


def _kind_of(question: str, short_form: str, term: str) -> Kind:
    if short_form:
        return Kind.MEANING
    kind = next((kind for kind, pattern in _ASKS if pattern.search(question)), Kind.ANYTHING)
    named_one = kind is Kind.PERSON and term[:1].isupper()
    return Kind.DEFINITION if term and (named_one or kind in (Kind.BODIES, Kind.ANYTHING)) else kind
