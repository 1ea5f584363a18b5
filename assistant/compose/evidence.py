"""Numbered evidence: the sentences that a chat model may write from, and the citations that come of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant.answer import Citation, Wish
from assistant.compose.orders import orders, speaks_to_model
from assistant.grounding.evidence import Source
from assistant.quote import says_not_known
from assistant.reader.reading import Reading
from corpus.document import Document
from index.passage import Passage, Sentence

PASSAGES = {Wish.SHORT: 3, Wish.FULLER: 6}
"""Passages given to the model. On the tuning questions three of them hold the evidence for nine in ten."""


@dataclass(frozen=True, slots=True)
class NumberedSentence:
    """A sentence that may be cited as `number`; `score` is the reader's probability that it answers the question."""

    number: int
    sentence: Sentence
    passage: Passage
    document: Document
    score: float

    @property
    def text(self) -> str:
        """Return the sentence on one line."""
        return self.sentence.line

    @property
    def source(self) -> Source:
        """Return the sentence as the grounding check takes it; "we" is whoever publishes the document at its source."""
        names = [name for name in (self.document.title, self.passage.section) if not orders(name)]
        context = ". ".join((*names, self.document.period))
        site = (urlsplit(self.document.source).hostname or "").removeprefix("www.").partition(".")[0]
        return Source(self.number, self.text, self.passage.id, context, site)


def number_evidence(reading: Reading, documents: Mapping[str, Document], wish: Wish) -> tuple[NumberedSentence, ...]:
    """Number the sentences of the best passages from 1, best passage first; `documents` has each cited one by id.

    What tells a writer what to write is left out, and so is a document that speaks to a model: whoever wrote it may
    have put more into it. So there may be none.
    """
    read = {item.passage.id: item.passage for item in reading.evidence}
    spoilt = {p.document_id for p in read.values() if speaks_to_model(p.section) or speaks_to_model(p.text)}
    passages: dict[str, Passage] = {}
    for item in reading.evidence:
        if len(passages) == PASSAGES[wish]:
            break
        if not says_not_known(item) and item.passage.document_id in documents.keys() - spoilt:
            passages.setdefault(item.passage.id, item.passage)
    scores = {(item.passage.id, item.sentence.start): item.probability for item in reading.evidence}
    sentences = [
        (passage, sentence)
        for passage in passages.values()
        for sentence in passage.sentences
        if not orders(sentence.line)
    ]
    return tuple(
        NumberedSentence(
            number, sentence, passage, documents[passage.document_id], scores.get((passage.id, sentence.start), 0.0)
        )
        for number, (passage, sentence) in enumerate(sentences, start=1)
    )


def cite(evidence: NumberedSentence, number: int) -> Citation:
    """Return the citation of one sentence under the number that it has in the answer."""
    sentence, document = evidence.sentence, evidence.document
    page = document.page_at(sentence.start)
    return Citation(
        number=number,
        document_id=document.id,
        title=document.title,
        period=document.period,
        section=evidence.passage.section,
        page=page.label if page else None,
        start=sentence.start,
        end=sentence.end,
        quotation=document.text[sentence.start : sentence.end],
        source=document.source,
        score=evidence.score,
        passage=evidence.passage,
    )
