"""The report for the content owner, from questions without names and remarks without names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from langchain_core.embeddings import Embeddings

from assistant.library import Library
from corpus.document import Audience, Document
from ui.actions import REASONS
from ui.insights.topics import Topic, grouped
from ui.records.feedback import Feedback
from ui.records.questions import Asked

MOST_LISTED = 20
"""Entries of each list; who sees to twenty things has enough to do."""
WEEKS_SHOWN = 12

_ACRONYM = re.compile(r"(?<![\w-])(?=\w*[A-Z]\w*[A-Z])[A-Z][A-Za-z&]{1,7}(?![\w-])")


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Questions about one thing that had no answer; `now_answered` of them were, when they were asked again."""

    questions: tuple[str, ...]
    asked: int
    seen_to: date | None = None
    now_answered: int = 0


@dataclass(frozen=True, slots=True)
class Count:
    """How often something was asked for or cited."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Week:
    """The questions of seven days that begin on a Monday."""

    begins: date
    answered: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the content owner sees; nothing in it says who asked."""

    asked: int
    answered: int
    weeks: tuple[Week, ...]
    unanswered: tuple[Unanswered, ...]
    unhelpful: tuple[str, ...]
    told_team: tuple[str, ...]
    most_asked: tuple[Count, ...]
    most_cited: tuple[Count, ...]
    never_cited: tuple[str, ...]
    unknown_acronyms: tuple[Count, ...]
    dropped: tuple[str, ...]


def report(
    asked: Sequence[Asked],
    settled: dict[str, tuple[date, str]],
    feedback: Sequence[Feedback],
    library: Library,
    embeddings: Embeddings,
    audience: Audience,
) -> Report:
    """Return what was asked, as far as somebody of `audience` may know; the latest questions and remarks come first."""
    known = [item for item in asked if audience.may_read(item.audience)]
    remarks = [item for item in feedback if audience.may_read(Audience(item.audience))]
    unanswered = [item.question for item in known if not item.answered]
    documents = library.documents()
    cited = Counter(key for item in known for key in item.cited)
    return Report(
        asked=len(known),
        answered=len(known) - len(unanswered),
        weeks=weeks(known),
        unanswered=tuple(_seen_to(topic, settled) for topic in grouped(unanswered, embeddings)[:MOST_LISTED]),
        unhelpful=_said(remarks, "not_helpful"),
        told_team=_said(remarks, "tell_team"),
        most_asked=tuple(
            Count(topic.example, topic.asked)
            for topic in grouped([item.question for item in known], embeddings)[:MOST_LISTED]
        ),
        most_cited=_most_cited(cited, documents),
        never_cited=tuple(document.title for document in documents if document.id not in cited),
        unknown_acronyms=unknown_acronyms([item.question for item in known], library),
        dropped=tuple(sentence for item in known for sentence in item.dropped)[:MOST_LISTED],
    )


def weeks(asked: Sequence[Asked]) -> tuple[Week, ...]:
    """Return the weeks with questions, oldest first, the last `WEEKS_SHOWN` of them."""
    answered: Counter[date] = Counter()
    unanswered: Counter[date] = Counter()
    for item in asked:
        (answered if item.answered else unanswered)[item.day - timedelta(days=item.day.weekday())] += 1
    begun = sorted({*answered, *unanswered})[-WEEKS_SHOWN:]
    return tuple(Week(monday, answered[monday], unanswered[monday]) for monday in begun)


def unknown_acronyms(questions: Sequence[str], library: Library) -> tuple[Count, ...]:
    """Return acronyms in questions that the glossary does not explain, most asked first."""
    terms = {term.term.casefold() for term in library.glossary().terms}
    counts: Counter[str] = Counter()
    for question in questions:
        if question.isupper():
            continue
        found = {word.removesuffix("s") for word in _ACRONYM.findall(question)}
        counts.update(word for word in found if word.casefold() not in terms)
    return tuple(Count(word, number) for word, number in counts.most_common(MOST_LISTED))


def _seen_to(topic: Topic, settled: dict[str, tuple[date, str]]) -> Unanswered:
    found = [settled[question] for question in topic.questions if question in settled]
    day = max((day for day, _ in found), default=None)
    answered = sum(outcome == "answered" for _, outcome in found)
    return Unanswered(topic.questions[:MOST_LISTED], topic.asked, day, answered)


def _said(remarks: Sequence[Feedback], verdict: str) -> tuple[str, ...]:
    return tuple(
        " — ".join(
            [item.question, *(REASONS[name] for name in item.reasons if name in REASONS), *filter(None, [item.comment])]
        )
        for item in remarks
        if item.verdict == verdict
    )[:MOST_LISTED]


def _most_cited(cited: Counter[str], documents: Sequence[Document]) -> tuple[Count, ...]:
    titles = {document.id: document.title for document in documents}
    return tuple(Count(titles[key], number) for key, number in cited.most_common() if key in titles)[:MOST_LISTED]
