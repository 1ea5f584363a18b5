"""Composing: evidence -> an answer that a chat model wrote, of which only the checked sentences are shown."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass

from assistant.answer import Abstention, Answer, Dropped, Exchange, Mode, Progress, Stage, Wish
from assistant.compose.draft import Draft
from assistant.compose.errors import ChatModelFailed
from assistant.compose.evidence import number_evidence
from assistant.compose.patience import HEARTBEAT_SECONDS, PatientChatModel
from assistant.compose.prompt import NOT_ANSWERED, messages, read_prompt
from assistant.compose.sentences import SentenceStream, Written
from assistant.grounding.check import GroundingCheck
from assistant.grounding.claim_reader import ClaimReader
from assistant.reader.reading import Reading
from corpus.document import Document
from index.embedding import MiniLMEmbeddings

MOST_SENTENCES = {Wish.SHORT: 4, Wish.FULLER: 10}
"""Sentences shown at most: a little more than the prompt asks for."""

MOST_WRITTEN = 3
"""A model is stopped when it has written this many times the sentences that may be shown."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Composition:
    """What came of the answer step: the reply, the sentences that were not shown, the version of the prompt."""

    reply: Answer | Abstention
    dropped: tuple[Dropped, ...] = ()
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What an answer is written from: a standalone question, the conversation, what was read, and the wish."""

    question: str
    history: tuple[Exchange, ...]
    reading: Reading
    documents: Mapping[str, Document]
    wish: Wish


class Composer:
    """Lets a chat model write from the evidence and checks every sentence before it is shown."""

    def __init__(self, model: PatientChatModel, embeddings: MiniLMEmbeddings, reader: ClaimReader) -> None:
        self._model = model
        self._embeddings = embeddings
        self._reader = reader

    def compose(self, request: Request, quoted: Answer) -> Iterator[Progress | Composition]:
        """Yield `Progress` while the answer is written, at the latest every `HEARTBEAT_SECONDS`, then its composition.

        `quoted` is the quotation answer to the same question; it is the reply where the model fails, or where too
        little of what it writes can be shown. Closing the iterator stops the model.
        """
        yield Progress(Answer((), (), Mode.COMPOSE), Stage.WRITING)
        evidence = number_evidence(request.reading, request.documents, request.wish)
        if not evidence:
            yield Composition(quoted)
            return
        check = GroundingCheck(self._embeddings, self._reader, [item.source for item in evidence])
        draft = Draft(evidence, check)
        with contextlib.closing(self._sentences(request, draft)) as events:
            yield from events
        for dropped in draft.dropped:
            _log.info("a sentence of the chat model was not shown: %s", dropped.reason)
            _log.debug("it was: %s", dropped.text)
        composed = draft.answer if draft.stands else None
        yield Composition(composed or quoted, tuple(draft.dropped), read_prompt().version)

    def _sentences(self, request: Request, draft: Draft) -> Generator[Progress]:
        """Feed the draft with sentences as they are written, until the model ends, fails or has written enough."""
        stream = SentenceStream()
        told = time.monotonic()
        prompt = messages(request.question, request.history, draft.evidence, request.wish)
        most = MOST_SENTENCES[request.wish]
        try:
            with contextlib.closing(self._model.stream(prompt)) as pieces:
                for piece in pieces:
                    for written in stream.feed(piece):
                        yield from _check(draft, written)
                        told = time.monotonic()
                        if draft.shown >= most or draft.written >= MOST_WRITTEN * most or _declines(written):
                            return
                    if stream.runs_on:
                        draft.drop(stream.pending, "it does not end")
                        return
                    if time.monotonic() - told >= HEARTBEAT_SECONDS:
                        yield Progress(draft.answer, Stage.WRITING)
                        told = time.monotonic()
            for written in stream.finish():
                if draft.shown < most:
                    yield from _check(draft, written)
        except ChatModelFailed as failure:
            _log.warning("%s", failure)


def _check(draft: Draft, written: Written) -> Iterator[Progress]:
    yield Progress(draft.answer, Stage.CHECKING)
    if draft.add(written):
        yield Progress(draft.answer, Stage.WRITING)


def _declines(written: Written) -> bool:
    return NOT_ANSWERED in written.text.upper()
