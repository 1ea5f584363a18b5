"""Suggestions: questions that the documents can really answer, made from their headings and checked by the reader.

A heading becomes a question by one of a few patterns; the question is kept only where the assistant, asked it, quotes
that very section. So nothing is suggested that leads nowhere, and no question is invented by a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Event, Lock

from assistant.acronyms import expand
from assistant.answer import Abstention, Answer, Query
from assistant.library import Library
from assistant.pipeline import Assistant
from corpus.document import Audience, Document
from corpus.glossary import Glossary
from index.passage import RankedPassage
from index.retriever import HybridRetriever

FOLLOW_UPS = 3
"""Questions offered after a reply; more is a menu."""

MOST_HEADINGS = 6
MOST_TRIED = 8
"""Questions asked at most to find those; each takes about as long as an answer."""

NEAR_PASSAGES = 24
MOST_DOCUMENTS = 4
"""Passages looked through for sections near the question, and documents whose headings become questions."""

MOST_REMEMBERED = 5_000
"""Verdicts kept in memory, about 200 bytes each."""

_NOT_ASKED = re.compile(r"^(?:Sources|References|What is not known|Contents|Annex|Appendix)\b", re.IGNORECASE)

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"What (?P<rest>.+) (?P<verb>is|are)"), "What {verb} {rest}?"),
    (re.compile(r"What (?P<rest>.+) (?P<verb>covers|does|means?)"), "What {do} {rest} {base}?"),
    (re.compile(r"What (?P<rest>.+) (?P<verb>found|reported)"), "What did {rest} {base}?"),
    (re.compile(r"How (?P<rest>.+) (?P<verb>began|ran|started)"), "How did {rest} {base}?"),
    (re.compile(r"How (?P<rest>common .+) (?P<verb>are|is)"), "How {swapped}?"),
    (re.compile(r"Why (?P<rest>.+) (?P<verb>matters?)"), "Why {do} {rest} matter?"),
    (re.compile(r"(?P<rest>The [^,]+)"), "What {be} {rest}?"),
    (re.compile(r"(?:Aims?\b.*)"), "What are the aims of {topic}?"),
    (re.compile(r"(?:Principles?\b.*)"), "What are the principles of {topic}?"),
    (re.compile(r"(?:.*\bresults\b.*|Results\b.*|Gains\b.*)"), "What results did {topic} have?"),
    (re.compile(r"(?:Origins?|Start|Founding|Launch|Background|Purpose and start)\b.*"), "How did {topic} begin?"),
    (re.compile(r"(?P<rest>Support (?:for|in|after) .+|Testing .+|Sharing .+)"), "What is said about {rest}?"),
)
_COMMON_STARTS = ("The ", "Support ", "Testing ", "Sharing ")
_NAMED = re.compile(r"(?<=.)[A-Z0-9]")
_PLURAL = re.compile(r"the (?:(?!\b(?:of|in|at|with|by)\b).)*[^s]s(?: (?:of|in|at|with|by)\b.*)?$")
_TAKES_ARTICLE = re.compile(r"\b(?:Programme|Collaborative|Hub|Portfolio|Unit|Team|Network)$")
_BASES = {"covers": "cover", "does": "do", "means": "mean", "mean": "mean", "found": "find", "reported": "report"}
_BASES |= {"began": "begin", "ran": "run", "started": "start"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question with the section of the document that must answer it."""

    question: str
    document_id: str
    section: str


class Suggestions:
    """Finds follow-up questions, other wordings and the questions that a document answers; threads may share it."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._verdicts: dict[tuple[str, Audience, Candidate], bool] = {}
        self._known: dict[tuple[str, str, str], tuple[str, ...]] = {}
        self._lock = Lock()
        self._trying = Lock()
        self._closed = Event()

    def close(self) -> None:
        """Stop looking and wait for what is being tried: a thread that is cut off inside a model ends the process."""
        self._closed.set()
        with self._trying:
            pass

    def follow_ups(
        self, question: str, reply: Answer | Abstention, asked: Iterable[str], audience: Audience
    ) -> tuple[str, ...]:
        """Return up to `FOLLOW_UPS` answerable questions near a reply, none of them in `asked`."""
        past = {_plain(earlier) for earlier in asked}
        candidates = (c for c in self._near(question, reply, audience) if _plain(c.question) not in past)
        return self._answerable(candidates, audience, FOLLOW_UPS, MOST_TRIED)

    def learn(self, audience: Audience) -> None:
        """Find out for every document that `audience` may read which questions it answers; takes a few minutes."""
        library = self._assistant.library(audience)
        for document in library.documents():
            whole = None if self._closed.is_set() else library.document(document.id)
            if whole is not None and _held(whole) not in self._known:
                self._known[_held(whole)] = self._answerable(
                    candidates_of(whole), whole.audience, FOLLOW_UPS, MOST_TRIED
                )

    def known_questions(self, document: Document) -> tuple[str, ...]:
        """Return up to `FOLLOW_UPS` questions that a document answers; empty until `learn` has come to it."""
        return self._known.get(_held(document), ())

    def _near(self, question: str, reply: Answer | Abstention, audience: Audience) -> Iterator[Candidate]:
        library = self._assistant.library(audience)
        if isinstance(reply, Abstention):
            yield from self._rewordings(question, library)
            cited = []
        else:
            cited = [(citation.document_id, citation.section) for citation in reply.citations]
        passages = self._retrieve(question, audience)
        found = [(p.passage.document_id, p.passage.section) for p in passages]
        keys = list(dict.fromkeys(key for key, _ in (*cited, *found)))[:MOST_DOCUMENTS]
        listed = [list(candidates_of(whole)) for key in keys if (whole := library.document(key)) is not None]
        candidates = [c for c in _in_turn(listed) if (c.document_id, c.section) not in cited]
        yield from sorted(candidates, key=lambda c: (c.document_id, c.section) not in found)[:MOST_HEADINGS]
        yield from _short_names(passages, library.glossary(), question)

    def _retrieve(self, question: str, audience: Audience) -> tuple[RankedPassage, ...]:
        retriever = HybridRetriever(
            generation=self._assistant.current_generation(),
            embeddings=self._assistant.embeddings,
            audience=audience,
            limit=NEAR_PASSAGES,
        )
        with self._trying:
            return () if self._closed.is_set() else retriever.retrieve(question)

    def _rewordings(self, question: str, library: Library) -> Iterator[Candidate]:
        """Yield the question with its acronyms written out, and without years: what most often hides an answer."""
        written_out = expand(question, library.glossary())
        without_year = re.sub(r"\s*\b(?:in|for|of|during|since)?\s*\(?(?:19|20)\d\d(?:[-/–]\d\d)?\)?", "", question)
        for reworded in (written_out, without_year):
            if _plain(reworded) != _plain(question) and reworded.strip():
                yield Candidate(reworded.strip(), "", "")

    def _answerable(
        self, candidates: Iterable[Candidate], audience: Audience, wanted: int, tries: int
    ) -> tuple[str, ...]:
        found: list[str] = []
        for number, candidate in enumerate(candidates):
            if len(found) == wanted or number == tries:
                break
            with self._trying:
                if self._closed.is_set():
                    break
                if candidate.question not in found and self._leads_there(candidate, audience):
                    found.append(candidate.question)
        return tuple(found)

    def _leads_there(self, candidate: Candidate, audience: Audience) -> bool:
        """Ask the question and say whether the answer quotes the section that it was made from."""
        key = (str(self._assistant.current_generation().folder), audience, candidate)
        if key not in self._verdicts:
            reply = self._assistant.invoke(Query(candidate.question, (), audience)).reply
            verdict = isinstance(reply, Answer) and any(
                candidate.document_id in ("", citation.document_id) and candidate.section in ("", citation.section)
                for citation in reply.citations
            )
            with self._lock:
                if len(self._verdicts) >= MOST_REMEMBERED:
                    self._verdicts.clear()
                self._verdicts[key] = verdict
        return self._verdicts[key]


def _held(document: Document) -> tuple[str, str, str]:
    """Return what the questions of a document are kept under: two with the same content have different titles."""
    return document.id, document.title, document.content_hash


def _short_names(passages: Sequence[RankedPassage], glossary: Glossary, question: str) -> Iterator[Candidate]:
    """Yield what the acronyms of the nearest passages stand for, those that the question does not name."""
    text = " ".join(ranked.passage.text for ranked in passages[:MOST_DOCUMENTS])
    for term in glossary.terms:
        named = re.search(rf"(?<!\w){re.escape(term.term)}(?!\w)", text)
        if named and term.expansion and sum(map(str.isupper, term.term)) > 1 and term.term not in question:
            yield Candidate(f"What does {term.term} stand for?", "", "")


def candidates_of(document: Document) -> Iterator[Candidate]:
    """Yield the questions that the headings of a document make, in order."""
    made: set[str] = set()
    for section in document.sections:
        heading = section.headings[-1] if section.headings else ""
        question = question_from(heading, document.title)
        if question and question not in made:
            made.add(question)
            yield Candidate(question, document.id, section.name)


def question_from(heading: str, title: str) -> str:
    """Return the question that a heading answers in the document called `title`, or nothing where no pattern fits."""
    if not heading or _NOT_ASKED.match(heading):
        return ""
    for pattern, form in _PATTERNS:
        match = pattern.fullmatch(heading)
        if match:
            question = _fill(form, match.groupdict(), topic_of(title))
            return question if _NAMED.search(question) else f"{title_of(title)}: {question[:1].lower()}{question[1:]}"
    return ""


def title_of(title: str) -> str:
    """Return the first name in a title: what stands before a colon, or before a comma if it is more than a word."""
    name = re.split(r"[:?]", title, maxsplit=1)[0].strip()
    first, _, _ = name.partition(",")
    return first if " " in first.strip() else name


def topic_of(title: str) -> str:
    """Return the first name in a title as it stands within a sentence."""
    name = re.sub(r"^The ", "the ", title_of(title))
    return f"the {name}" if _TAKES_ARTICLE.search(name) and not name.startswith("the ") else name


def _fill(form: str, found: dict[str, str], topic: str) -> str:
    rest, verb = found.get("rest", ""), found.get("verb", "")
    if rest.startswith(_COMMON_STARTS):
        rest = rest[:1].lower() + rest[1:]
    swapped = f"common {verb} {rest.removeprefix('common ')}" if rest.startswith("common ") else ""
    is_or_are = "are" if _PLURAL.match(rest) else "is"
    do = "do" if verb in ("matter", "mean") or _PLURAL.match(rest) else "does"
    return form.format(
        rest=rest, verb=verb, base=_BASES.get(verb, verb), swapped=swapped, topic=topic, be=is_or_are, do=do
    )


def _in_turn(listed: Sequence[Sequence[Candidate]]) -> Iterator[Candidate]:
    """Yield the first of each list, then the second of each, so that several documents have their say."""
    for place in range(max(map(len, listed), default=0)):
        for candidates in listed:
            if place < len(candidates):
                yield candidates[place]


def _plain(question: str) -> str:
    return re.sub(r"\W+", " ", question).casefold().strip()
