"""The vector store: the only module that knows Chroma; one collection per audience."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import chromadb
from chromadb.api import ClientAPI
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateCollectionConfiguration
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

from corpus.document import Audience
from index.errors import IndexUnusable

__all__ = ["SPACE", "ChromaError", "VectorStore"]

SPACE: Final = "cosine"
_BATCH = 5_000
"""Passages written at once; Chroma refuses more than about 5,400 in one call."""


class VectorStore:
    """The collections of one generation on disk. A collection that is never opened cannot leak."""

    def __init__(self, folder: Path, embeddings: Embeddings) -> None:
        self._folder = folder
        self._embeddings = embeddings
        self._client = chromadb.PersistentClient(str(folder), ChromaSettings(anonymized_telemetry=False))
        self._collections: dict[Audience, chromadb.Collection] = {}
        # Chroma itself holds every client until it is closed, so one that nobody uses any more is closed here: a server
        # that answers from many generations, one after the other, would run out of files.
        self._closing = weakref.finalize(self, _close, self._client)
        self._closing.atexit = False

    def collection(self, audience: Audience) -> Chroma:
        """Return the LangChain vector store of the documents of exactly this audience; errors as for `prepare`."""
        self.prepare(audience)
        return Chroma(
            collection_name=_name(audience),
            embedding_function=self._embeddings,
            client=self._client,
            create_collection_if_not_exists=False,
        )

    def prepare(self, audience: Audience) -> None:
        """Make the collection of this audience if it is missing.

        Raises:
            IndexUnusable: the collection on disk measures distance in another space.
        """
        self._plain(audience)

    def _plain(self, audience: Audience) -> chromadb.Collection:
        """Return Chroma's own collection, which takes vectors as they are and need not give the texts back."""
        if audience not in self._collections:
            found = self._client.get_or_create_collection(
                _name(audience),
                configuration=CreateCollectionConfiguration(hnsw={"space": SPACE}),
                embedding_function=None,
            )
            space = found.configuration_json["hnsw"]["space"]
            if space != SPACE:
                raise IndexUnusable(str(self._folder), f"measures {space} instead of {SPACE} distance")
            self._collections[audience] = found
        return self._collections[audience]

    def add(
        self, audience: Audience, ids: Sequence[str], texts: Sequence[str], vectors: Sequence[Sequence[float]]
    ) -> None:
        """Add passages with the vectors that were computed for them."""
        target = self._plain(audience)
        for start in range(0, len(ids), _BATCH):
            batch = slice(start, start + _BATCH)
            target.upsert(ids=list(ids[batch]), documents=list(texts[batch]), embeddings=list(vectors[batch]))

    def vectors(self, audience: Audience, ids: Sequence[str]) -> dict[str, list[float]]:
        """Return the stored vectors of these passages, by id; those that are not there are left out."""
        source = self._plain(audience)
        found: dict[str, list[float]] = {}
        for start in range(0, len(ids), _BATCH):
            rows = source.get(list(ids[start : start + _BATCH]), include=["embeddings"])
            vectors = [] if rows["embeddings"] is None else rows["embeddings"]
            found.update((key, [float(x) for x in row]) for key, row in zip(rows["ids"], vectors, strict=True))
        return found

    def remove(self, audience: Audience, ids: Sequence[str]) -> None:
        """Remove passages by id."""
        for start in range(0, len(ids), _BATCH):
            self._plain(audience).delete(list(ids[start : start + _BATCH]))

    def count(self, audience: Audience) -> int:
        """Return how many passages the collection of this audience holds."""
        return int(self._plain(audience).count())

    def search(
        self, audience: Audience, vectors: Sequence[Sequence[float]], limit: int, only: Sequence[str] | None = None
    ) -> list[list[tuple[str, float]]]:
        """Return for each vector up to `limit` passage ids with their cosine similarity, best first.

        With `only`, of those ids. Several vectors cost little more than one.
        """
        if only is not None and not only:
            return [[] for _ in vectors]
        asked: list[Sequence[float] | Sequence[int]] = [list(vector) for vector in vectors]
        found = self._plain(audience).query(
            query_embeddings=asked,
            n_results=limit if only is None else min(limit, len(only)),
            include=["distances"],
            ids=None if only is None else list(only),
        )
        rows = zip(found["ids"], found["distances"] or [[] for _ in vectors], strict=True)
        return [[(key, 1.0 - far) for key, far in zip(ids, distances, strict=True)] for ids, distances in rows]

    def close(self) -> None:
        """Give the files back; the store is not used afterwards."""
        self._closing()


def _close(client: ClientAPI) -> None:
    if isinstance(client, Client):
        client.close()


def _name(audience: Audience) -> str:
    return f"passages-{audience}"
