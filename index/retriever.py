"""The retriever: a question -> ranked passages, from the collections that this person may read."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as RetrievedDocument
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from corpus.document import Audience
from index.fusion import fuse
from index.generation import Generation
from index.passage import RankedPassage

CANDIDATES = 50
"""Passages taken from each half before fusion; beyond it neither half adds a passage that fusion keeps."""


class HybridRetriever(BaseRetriever):
    """BM25 and dense search, fused by a weighted sum; only collections up to `audience` are ever opened."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    generation: Generation
    embeddings: Embeddings
    audience: Audience = Audience.PUBLIC
    limit: int = 16

    def retrieve(self, question: str) -> tuple[RankedPassage, ...]:
        """Return up to `limit` passages for a standalone question, best first; none for an empty one."""
        if not question.strip():
            return ()
        dense = self._dense(question)
        lexical = self._lexical(question)
        passages = sum(len(self.generation.lexical[audience]) for audience in self.audience.readable)
        fused = fuse(dense, lexical, passages=passages)[: self.limit]
        found = self.generation.documents.passages([key for key, _ in fused], self.audience)
        known = [(key, score) for key, score in fused if key in found]
        return tuple(
            RankedPassage(found[key], rank, score, dense.get(key, 0.0), lexical.get(key, 0.0))
            for rank, (key, score) in enumerate(known, start=1)
        )

    def _dense(self, question: str) -> dict[str, float]:
        vector = self.embeddings.embed_query(question)
        found = [
            pair
            for audience in self.audience.readable
            for pair in self.generation.vectors.search(audience, vector, CANDIDATES)
        ]
        return dict(sorted(found, key=lambda pair: -pair[1])[:CANDIDATES])

    def _lexical(self, question: str) -> dict[str, float]:
        found = [
            pair
            for audience in self.audience.readable
            for pair in self.generation.lexical[audience].search(question, CANDIDATES)
        ]
        return dict(sorted(found, key=lambda pair: -pair[1])[:CANDIDATES])

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[RetrievedDocument]:
        return [
            RetrievedDocument(
                id=found.passage.id,
                page_content=found.passage.text,
                metadata={
                    "document_id": found.passage.document_id,
                    "title": found.passage.title,
                    "section": found.passage.section,
                    "start": found.passage.start,
                    "end": found.passage.end,
                    "score": found.score,
                },
            )
            for found in self.retrieve(query)
        ]
