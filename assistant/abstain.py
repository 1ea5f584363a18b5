"""Abstaining: when not to answer, and what to say instead."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Abstention, NearDocument, Reason
from assistant.library import Library
from assistant.question import asks_for_clinical_advice, has_words
from assistant.quote import SURE, says_not_known
from assistant.reader.reading import Reading
from index.passage import RankedPassage

NEAR_DOCUMENTS = 3
"""Documents offered with an abstention; more is a list to search, not a hint."""

SAME_TOPIC = 0.35
"""Cosine from which the documents are taken to be about the topic: unanswerable near misses of the tuning questions
reach it in nine of ten cases, questions about other things in one of ten."""

TEXTS = {
    Reason.NOTHING_FOUND: (
        "The documents do not say. They are about the work of the ihub, and nothing in them fits this question. "
        "Try other words, or ask in English about a programme."
    ),
    Reason.NOT_THIS_DETAIL: "The documents do not say. They are about this topic, but they do not hold this detail.",
    Reason.CLINICAL_ADVICE: (
        "This assistant is about improvement work and cannot give advice on anyone's care. "
        "Ask a doctor, nurse or pharmacist, or call NHS 24 on 111. In an emergency call 999."
    ),
    Reason.NOT_A_QUESTION: "There are no words to look for in this question. Please ask it in words.",
}


class NearestFirst:
    """Names the documents nearest to a question, from those that this person may read."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def near(self, passages: Sequence[RankedPassage]) -> tuple[NearDocument, ...]:
        """Return up to `NEAR_DOCUMENTS` documents in the order of their best passages."""
        keys = list(dict.fromkeys(found.passage.document_id for found in passages))[:NEAR_DOCUMENTS]
        documents = (self._library.document(key) for key in keys)
        return tuple(NearDocument(d.id, d.title, d.period, d.source) for d in documents if d is not None)


def decline_early(question: str) -> Abstention | None:
    """Decline what no document can answer, before anything is looked for; None for everything else."""
    if not has_words(question):
        return _abstain(Reason.NOT_A_QUESTION)
    if asks_for_clinical_advice(question):
        return _abstain(Reason.CLINICAL_ADVICE)
    return None


def abstention_for(
    passages: Sequence[RankedPassage], reading: Reading, threshold: float, nearest: NearestFirst
) -> Abstention | None:
    """Decline where the reader finds no answer that is likely enough; None where there is one.

    A sentence that says that something is not known is no answer: where it surely is about what was asked, it becomes
    part of the abstention.
    """
    if not reading.evidence:
        return _abstain(Reason.NOTHING_FOUND)
    best = reading.evidence[0]
    if reading.answerable >= threshold and not says_not_known(best):
        return None
    near = nearest.near(passages)
    if reading.answerable >= threshold and best.probability >= SURE:
        return Abstention(Reason.NOT_THIS_DETAIL, f"The documents do not say. {best.sentence.text}", near)
    same_topic = max(found.similarity for found in passages) >= SAME_TOPIC
    reason = Reason.NOT_THIS_DETAIL if same_topic else Reason.NOTHING_FOUND
    return Abstention(reason, TEXTS[reason], near if same_topic else ())


def _abstain(reason: Reason) -> Abstention:
    return Abstention(reason, TEXTS[reason])
