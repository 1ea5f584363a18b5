"""Quoting: evidence -> an answer made of the documents' own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Answer, Citation, Statement
from assistant.reader.reading import Evidence, Reading
from corpus.document import Document
from index.passage import Passage, Sentence

MAX_STATEMENTS = 3
"""Sentences quoted at most beside the items of one list; more is a document to read, not an answer."""

COMPANION_SHARE = 0.8
"""A further sentence is quoted when it is at least this likely relative to the best one (set on tuning questions)."""

SURE = 0.75
"""A best sentence this likely stands alone; below it, what is nearly as likely is quoted too."""

LIST_SHARE = 0.6
"""The same where the question asks for several things."""

GAPS_HEADING = "what is not known"
"""A section of a brief that says what its sources lack; quoting it is an abstention, not an answer."""

_ASKS_LIST = re.compile(
    r"\b(?:what|which) (?:are|were|\w+ (?:are|were|did|do)|other)\b|\bwhat (?!is\b|was\b|does\b|has\b)\w+s\b|"
    r"\blist\b|\bname (?:the|all)\b|"
    r"\b(?:factors|reasons|aims|principles|themes|sites|areas|strands|examples|measures|steps|ways|partners)\b",
    re.IGNORECASE,
)
_LEANS_BACK = re.compile(
    r"^(?:It|Its|It’s|It's|This|That|These|Those|They|Their|He|She|His|Her|Such|Both|The same|Another|Also|However)\b"
)


def quote(question: str, reading: Reading, documents: dict[str, Document]) -> Answer:
    """Quote as few sentences as answer the question: one where one does, all items where a list is asked for.

    `reading` holds at least one evidence; `documents` has every document that it cites, by id, with its text.
    """
    spans = _join_overlaps([span for chosen in _choose(question, reading) for span in _complete(chosen)])
    statements: list[Statement] = []
    citations: list[Citation] = []
    for number, (passage, start, end, score) in enumerate(spans, start=1):
        document = documents[passage.document_id]
        quotation = document.text[start:end]
        page = document.page_at(start)
        citations.append(
            Citation(
                number=number,
                document_id=document.id,
                title=document.title,
                period=document.period,
                section=passage.section,
                page=page.label if page else None,
                start=start,
                end=end,
                quotation=quotation,
                source=document.source,
                score=score,
                passage=passage,
            )
        )
        statements.append(Statement(" ".join(quotation.split()), (number,)))
    return Answer(tuple(statements), tuple(citations))


def says_not_known(evidence: Evidence) -> bool:
    """Say whether a sentence only states that something is not known."""
    return GAPS_HEADING in evidence.passage.section.casefold()


def _choose(question: str, reading: Reading) -> list[Evidence]:
    """Return the best evidence, of each part or with what is nearly as good, without sentences that say the same."""
    evidence = reading.evidence
    if reading.heads > 1:
        return list(evidence[: reading.heads])
    best = evidence[0]
    several = _ASKS_LIST.search(question) is not None
    chosen = [best]
    if best.probability >= SURE and not several:
        return chosen
    share = LIST_SHARE if several else COMPANION_SHARE
    for item in evidence[1:]:
        if len(chosen) == MAX_STATEMENTS or item.probability < share * best.probability:
            break
        if not says_not_known(item) and not any(_same_words(item, other) for other in chosen):
            chosen.append(item)
    return chosen


def _same_words(one: Evidence, other: Evidence) -> bool:
    mine, theirs = (set(item.sentence.text.casefold().split()) for item in (one, other))
    return len(mine & theirs) >= 0.8 * min(len(mine), len(theirs))


Span = tuple[Passage, int, int, float]


def _complete(item: Evidence) -> list[Span]:
    """Add what a sentence needs to be understood: the sentence it leans on, or the rest of its list."""
    sentences = item.passage.sentences
    position = sentences.index(item.sentence)
    group = [item.sentence]
    if item.sentence.item or item.sentence.text.endswith(":"):
        group = _list_around(sentences, position)
    starts = [part.start for part in group]
    before = sentences.index(group[0]) - 1
    if before >= 0 and _LEANS_BACK.match(group[0].text) and not sentences[before].item:
        starts[0] = sentences[before].start
    return [(item.passage, start, part.end, item.probability) for start, part in zip(starts, group, strict=True)]


def _list_around(sentences: Sequence[Sentence], position: int) -> list[Sentence]:
    """Return the lead-in and all items of the list in which the sentence at `position` stands."""
    first = last = position
    while first > 0 and sentences[first].item:
        first -= 1
    while last + 1 < len(sentences) and sentences[last + 1].item:
        last += 1
    if not sentences[first].item and not sentences[first].text.endswith(":") and first != position:
        first += 1
    return list(sentences[first : last + 1])


def _join_overlaps(spans: Sequence[Span]) -> list[Span]:
    """Merge spans of one document that overlap, so that no words are quoted twice; order of first places is kept."""
    joined: list[Span] = []
    for span in spans:
        merged = span
        place = len(joined)
        while overlapping := next((other for other in joined if _overlap(other, merged)), None):
            place = min(place, joined.index(overlapping))
            joined.remove(overlapping)
            passage, start, end, score = overlapping
            merged = (passage, min(start, merged[1]), max(end, merged[2]), max(score, merged[3]))
        joined.insert(place, merged)
    return joined


def _overlap(one: Span, other: Span) -> bool:
    return one[0].document_id == other[0].document_id and one[1] < other[2] and other[1] < one[2]
