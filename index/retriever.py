"""The retriever: a question -> ranked passages, from the collections that this person may read."""

from __future__ import annotations

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as RetrievedDocument
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from corpus.document import Audience
from index.embedding import SentenceVectors
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
        vector = self.embeddings.embed_query(question)
        dense = self._dense(vector)
        bm25 = self._lexical(question)
        found = self.generation.documents.passages([*{**dense, **bm25}], self.audience)
        within = {key: _similarities(vectors, vector) for key, (_, vectors) in found.items()}
        whole = {key: dense.get(key, _mean(within[key])) for key in found}
        similarity = {key: (whole[key] + max(within[key], default=whole[key])) / 2 for key in found}
        passages = sum(len(self.generation.lexical[audience]) for audience in self.audience.readable)
        fused = fuse(similarity, {key: bm25.get(key, 0.0) for key in found}, passages=passages)
        return tuple(
            RankedPassage(found[key][0], rank, score, whole[key], bm25.get(key, 0.0), within[key])
            for rank, (key, score) in enumerate(fused[: self.limit], start=1)
        )

    def _dense(self, vector: list[float]) -> dict[str, float]:
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


def _similarities(vectors: SentenceVectors | None, question: list[float]) -> tuple[float, ...]:
    if vectors is None:
        return ()
    return tuple((vectors.astype(np.float32) @ np.asarray(question, np.float32)).tolist())


def _mean(similarities: tuple[float, ...]) -> float:
    """Stand in for the cosine of a passage that only the lexical half found: the mean of its sentences'."""
    return sum(similarities) / len(similarities) if similarities else 0.0
