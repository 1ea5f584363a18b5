"""The finder: a standalone question -> passages, with all that is known about what this person may read."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import cached_property

from langchain_core.embeddings import Embeddings

from assistant.acronyms import expand
from assistant.answer import Filters
from assistant.defining import defining, term_asked, written_out
from assistant.filters import favoured, picked
from assistant.parts import parts_of
from corpus.document import Audience, Document
from corpus.glossary import Glossary
from index.definitions import Definition
from index.embedding import MiniLMEmbeddings
from index.generation import Generation
from index.passage import RankedPassage
from index.retriever import HybridRetriever
from index.search import Likely, Search
from index.spelling import mend


class Finder:
    """Finds passages in one generation for the people of one audience; what it reads of it is read once."""

    def __init__(
        self, generation: Generation, embeddings: Embeddings, audience: Audience, glossary: Glossary, limit: int
    ) -> None:
        self.generation = generation
        self.audience = audience
        self._embeddings = embeddings
        self._glossary = glossary
        self._retriever = HybridRetriever(generation=generation, embeddings=embeddings, audience=audience, limit=limit)

    def mended(self, question: str) -> str:
        """Return the question with mistyped names as the documents of this person write them."""
        indexes = [self.generation.lexical[audience] for audience in self.audience.readable]
        return mend(question, indexes, self._is_word)

    def find(self, question: str, filters: Filters, likely: Sequence[Likely] = ()) -> tuple[RankedPassage, ...]:
        """Return passages for a standalone question, best first, from documents that pass the filters.

        `likely` are sentences that may answer it; the passages that hold them are found as well.
        """
        expanded, *parts = (expand(text, self._glossary, self._written_out) for text in (question, *parts_of(question)))
        meant, named = favoured(expanded, self._documents, datetime.datetime.now(datetime.UTC).date())
        term = term_asked(question)
        return self._retriever.search(
            Search(
                (expanded, *parts),
                favoured=meant,
                named=named,
                only=picked(filters, self._documents),
                term=term,
                defining=defining(term, self._definitions),
                likely=tuple(likely),
            )
        )

    @cached_property
    def _documents(self) -> tuple[Document, ...]:
        return tuple(self.generation.documents.documents(self.audience))

    @cached_property
    def _definitions(self) -> tuple[Definition, ...]:
        found = self.generation.definitions
        return tuple(one for audience in self.audience.readable for one in found[audience])

    @cached_property
    def _written_out(self) -> Glossary:
        return written_out(self._definitions, self._glossary)

    def _is_word(self, word: str) -> bool:
        """Say whether the encoder has a piece of its own for a word, which it has for ordinary English ones."""
        return isinstance(self._embeddings, MiniLMEmbeddings) and self._embeddings.count_pieces(word) == 1
