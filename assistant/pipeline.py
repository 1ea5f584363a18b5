"""The way of a question: rewrite, retrieve, read, answer; an answer is quoted, or composed and checked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from langchain_core.embeddings import Embeddings
from langchain_core.runnables import Runnable, RunnableConfig

from assistant.abstain import NearestFirst, abstention_for, decline_early
from assistant.answer import Exchange, Filters, Progress, Query, Response
from assistant.compose.composer import Composer, Composition, Request
from assistant.finder import Finder
from assistant.follow_up import less_if_said, was_said, with_last
from assistant.library import Library
from assistant.parts import read_parts
from assistant.question import clean
from assistant.quote import quote
from assistant.reader.reading import Reader, Reading
from assistant.rewrite import Rewriter, standalone
from corpus.document import Audience
from corpus.glossary import Glossary
from index.errors import IndexUnusable
from index.generation import Generation, Generations
from index.passage import RankedPassage
from index.search import Likely

T = TypeVar("T")

Recall = Callable[[str], Sequence[Likely]]
"""Sentences that answered questions like this one before."""


@dataclass(frozen=True, slots=True)
class _Looked:
    """A standalone question, the passages found for it, best first, and what was read in them."""

    question: str
    passages: tuple[RankedPassage, ...]
    reading: Reading


class Assistant(Runnable[Query, Response | Progress]):
    """Answers questions from the current generation; a LangChain `Runnable`, so it can be batched, streamed, awaited.

    `invoke` gives the final `Response`; `stream` gives `Progress` while an answer is composed, then that `Response`.

    A generation that is published while it runs is picked up at the next question.
    """

    def __init__(
        self,
        generations: Generations,
        embeddings: Embeddings,
        reader: Reader,
        *,
        glossary: Glossary,
        answer_threshold: float,
        passages: int,
        rewriter: Rewriter = standalone,
        composer: Composer | None = None,
        recall: Recall | None = None,
    ) -> None:
        """`recall` names sentences that may answer a question; their vectors must be of the model of `embeddings`."""
        self._generations = generations
        self._embeddings = embeddings
        self._reader = reader
        self._answer_threshold = answer_threshold
        self._passages = passages
        self._rewriter = rewriter
        self._composer = composer
        self._recall = recall
        self._generation: Generation | None = None
        self._finders: dict[Audience, Finder] = {}
        self.glossary = glossary

    def invoke(self, input: Query, config: RunnableConfig | None = None, **kwargs: Any) -> Response:
        """Answer one question, or decline to; errors as for `stream`."""
        for event in self.stream(input, config, **kwargs):
            if isinstance(event, Response):
                return event
        raise AssertionError("a stream ends with its response")

    def stream(
        self, input: Query, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Response | Progress]:
        """Answer one question step by step: any number of `Progress`, then exactly one `Response`.

        Closing the iterator gives the question up at once.

        Raises:
            QuestionRejected: the question is empty or too long.
            IndexUnusable: nothing was indexed yet, or the index is damaged.
        """
        question = clean(input.question)
        generation = self.current_generation()
        timings: dict[str, float] = {}
        finder = self._finder(generation, input.audience)
        rewritten = _timed(timings, "rewrite", lambda: finder.mended(self._rewriter(question, input.history)))
        declined = decline_early(question)
        if declined is not None:
            yield Response(question, rewritten, declined, (), timings)
            return
        library = Library(generation, input.audience, self.glossary)
        look = partial(self._look, finder, library, input.filters, timings)
        looked = self._settled(look(rewritten), question, input.history, look) if input.history else look(rewritten)
        started = time.perf_counter()
        for event in self._answer(input, looked, library):
            if isinstance(event, Progress):
                yield event
            else:
                timings["answer"] = (time.perf_counter() - started) * 1000
                yield Response(
                    question, looked.question, event.reply, looked.passages, timings, event.dropped, event.prompt
                )

    def find(self, query: Query) -> tuple[str, tuple[RankedPassage, ...]]:
        """Return the standalone question and the passages that are read for it; errors as for `stream`."""
        finder = self._finder(self.current_generation(), query.audience)
        question = finder.mended(self._rewriter(clean(query.question), query.history))
        return question, self.library(query.audience).current_only(
            question, self._found(finder, question, query.filters)
        )

    def _look(
        self, finder: Finder, library: Library, filters: Filters, timings: dict[str, float], question: str
    ) -> _Looked:
        """Find passages for a standalone question and read them."""
        found = _timed(timings, "retrieve", lambda: self._found(finder, question, filters))
        passages = library.current_only(question, found)
        reading = _timed(timings, "read", lambda: read_parts(self._reader, question, passages, self._answer_threshold))
        return _Looked(question, passages, reading)

    def _settled(
        self, first: _Looked, question: str, history: Sequence[Exchange], look: Callable[[str], _Looked]
    ) -> _Looked:
        """Return what was found for a follow-up, or what is found with the question before it, if only that answers."""
        if first.question != question:
            first = replace(first, reading=less_if_said(first.reading, history[-1]))
        if first.reading.answerable >= self._answer_threshold:
            return first
        second = look(with_last(question, history))
        answers = second.reading.answerable >= self._answer_threshold and not was_said(second.reading, history[-1])
        return second if answers else first

    def _found(self, finder: Finder, question: str, filters: Filters) -> tuple[RankedPassage, ...]:
        return finder.find(question, filters, self._recall(question) if self._recall else ())

    def _finder(self, generation: Generation, audience: Audience) -> Finder:
        finder = self._finders.get(audience)
        if finder is None or finder.generation is not generation:
            words = Library(generation, audience, self.glossary).glossary()
            finder = Finder(generation, self._embeddings, audience, words, self._passages)
            self._finders[audience] = finder
        return finder

    @property
    def embeddings(self) -> Embeddings:
        """Return the model that questions are embedded with; an index of documents is made with the same one."""
        return self._embeddings

    def library(self, audience: Audience) -> Library:
        """Return the documents that a person of `audience` may read now."""
        return Library(self.current_generation(), audience, self.glossary)

    def _answer(
        self,
        query: Query,
        looked: _Looked,
        library: Library,
    ) -> Iterator[Progress | Composition]:
        question, passages, reading = looked.question, looked.passages, looked.reading
        abstention = abstention_for(passages, reading, self._answer_threshold, NearestFirst(library))
        if abstention is not None:
            yield Composition(abstention)
            return
        cited = {evidence.passage.document_id for evidence in reading.evidence}
        documents = {document.id: document for key in cited if (document := library.document(key)) is not None}
        quoted = quote(question, reading, documents)
        if self._composer is None:
            yield Composition(quoted)
            return
        request = Request(question, query.history, reading, documents, query.wish)
        yield from self._composer.compose(request, quoted)

    def current_generation(self) -> Generation:
        """Return the published state of the index; questions in flight keep the one that they began with.

        Raises:
            IndexUnusable: as for `invoke`.
        """
        folder = self._generations.current_folder()
        if folder is None:
            raise IndexUnusable(str(self._generations.home), "is not there yet; run `ihub sync`")
        generation = self._generation
        if generation is None or generation.folder != folder:
            generation = self._generations.open(folder, self._embeddings)
            self._generation = generation
        return generation


def _timed(timings: dict[str, float], step: str, work: Callable[[], T]) -> T:
    started = time.perf_counter()
    result = work()
    timings[step] = timings.get(step, 0.0) + (time.perf_counter() - started) * 1000
    return result
