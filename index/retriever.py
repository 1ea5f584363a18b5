"""The retriever: a question -> ranked passages, from the collections that this person may read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as RetrievedDocument
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from corpus.document import Audience
from index.definitions import defines
from index.diversity import diverse
from index.fusion import fuse
from index.generation import Generation
from index.lexical import LexicalMatch
from index.passage import Passage, RankedPassage, document_id_of
from index.search import Search

CANDIDATES = 50
"""Passages taken from each half before fusion; beyond it neither half adds a passage that fusion keeps."""

FAVOUR = 0.05
"""Added to the score of a passage of a document that the question seems to mean: a judgement, small enough to decide
only between near equals; it changes no figure of the question sets (docs/retrieval.md)."""

LIKELY = 0.1
"""The same for a passage that holds a sentence which may answer although it is worded unlike the question. With .02,
.05, .1 and .2 evidence is among the first five for 89%, 92%, 95% and 98% of our tuning, validation and fitting
questions, and for 88% without; at .2 such a passage outranks nearly all others."""

LIKELY_NEAREST = 3
"""Passages nearest to such a sentence that are looked through for it: it stands in the nearest for 91% of the sentences
that known questions are about, in one of three for 98.5%."""

PART_BEHIND = 0.05
"""How far the best passage for a part of a question stays behind the best one for the whole: the whole says more, and
a part such as "how big was the sample" on its own finds other samples. Chosen on four examples; it changes no figure
of the question sets."""

PART_PLACE = 3
"""The passage of a part from which that distance is taken; the first is often a glossary entry, far before the rest."""

_LISTS_COMPLETED = 5
"""Passages from the top whose lists are completed by the passage before or behind; a reader looks at these first."""

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Match:
    """One text of a search against every candidate, by passage id."""

    similarity: dict[str, float]
    within: dict[str, Vectors]
    bm25: dict[str, float]
    score: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Sentences:
    """The sentences of the candidates in one array [sentences, dimension]; those of `keys[i]` begin at `starts[i]`."""

    keys: list[str]
    starts: npt.NDArray[np.intp]
    vectors: Vectors

    @classmethod
    def of(cls, stored: Mapping[str, bytes], dimension: int) -> _Sentences:
        """Unpack what the store keeps; a passage without vectors is left out."""
        keys = [key for key, blob in stored.items() if blob]
        counts = [len(stored[key]) // (2 * dimension) for key in keys]
        together = np.frombuffer(b"".join(stored[key] for key in keys), np.float16).reshape(-1, dimension)
        return cls(keys, np.cumsum([0, *counts[:-1]])[: len(keys)], together.astype(np.float32))

    def similarities(self, question: list[float]) -> tuple[dict[str, Vectors], list[float], list[float]]:
        """Return by passage the cosines of its sentences, the best of them, and that of their mean vector.

        The last stands in for the cosine of a passage that only the lexical half found.
        """
        if not self.keys:
            return {}, [], []
        cosines = self.vectors @ np.asarray(question, np.float32)
        total = np.add.reduceat(self.vectors, self.starts)
        mean = np.add.reduceat(cosines, self.starts) / np.maximum(np.linalg.norm(total, axis=1), 1e-9)
        within = dict(zip(self.keys, np.split(cosines, self.starts[1:]), strict=True))
        return within, np.maximum.reduceat(cosines, self.starts).tolist(), mean.tolist()


class HybridRetriever(BaseRetriever):
    """BM25 and dense search, fused by a weighted sum; only collections up to `audience` are ever opened."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    generation: Generation
    embeddings: Embeddings
    audience: Audience = Audience.PUBLIC
    limit: int = 16

    def retrieve(self, question: str) -> tuple[RankedPassage, ...]:
        """Return up to `limit` passages for a standalone question, best first; none for an empty one."""
        return self.search(Search((question,)))

    def search(self, search: Search) -> tuple[RankedPassage, ...]:
        """Return up to `limit` passages for what a question asks to look for, best first."""
        texts = [text for text in search.texts if text.strip()]
        if not texts:
            return ()
        vectors = [self.embeddings.embed_query(text) for text in texts]
        found = self._dense([*vectors, *(item.vector for item in search.likely)], search.only)
        dense, nearest = found[: len(texts)], found[len(texts) :]
        likely = self._likely(search, nearest)
        matches = self._match(texts, search, vectors, dense, likely)
        scores = _merged([match.score for match in matches], search, likely)
        order = sorted(scores, key=lambda key: (-scores[key], key))
        kept = self._chosen(order, search)
        return tuple(self._ranked(kept, matches[0], scores))

    def _likely(self, search: Search, nearest: Sequence[Mapping[str, float]]) -> frozenset[str]:
        """Return the ids of the passages that hold a likely sentence; `nearest` has the passages nearest to each."""
        keys = [list(found)[:LIKELY_NEAREST] for found in nearest]
        passages = {passage.id: passage for passage in self._passages([key for some in keys for key in some])}
        return frozenset(
            key
            for item, some in zip(search.likely, keys, strict=True)
            for key in some
            if key in passages and item.held_by(passages[key])
        )

    def _match(
        self,
        texts: Sequence[str],
        search: Search,
        vectors: Sequence[list[float]],
        dense: Sequence[Mapping[str, float]],
        likely: frozenset[str],
    ) -> list[_Match]:
        """Match every text, with its vector and what is nearest to it, with the candidates of all of them."""
        lexical = [
            [self.generation.lexical[audience].match(text, search.only) for audience in self.audience.readable]
            for text in texts
        ]
        found = {key for pairs in dense for key in pairs}
        found.update(key for matches in lexical for key in _best(match.top(CANDIDATES) for match in matches))
        found.update(search.defining if search.only is None else ())
        found.update(likely)
        sentences = _Sentences.of(
            self.generation.documents.sentence_vectors(sorted(found), self.audience), len(vectors[0])
        )
        return [_matched(*parts, sentences) for parts in zip(vectors, dense, lexical, strict=True)]

    def _dense(self, vectors: Sequence[Sequence[float]], only: frozenset[str] | None) -> list[dict[str, float]]:
        """Return for each vector the nearest passages of all collections, nearest first."""
        store = self.generation
        found = [
            store.vectors.search(
                audience, vectors, CANDIDATES, None if only is None else store.documents.passage_ids_in(only, audience)
            )
            for audience in self.audience.readable
            if len(store.lexical[audience])
        ]
        return [_best(rankings) for rankings in zip(*found, strict=True)] if found else [{} for _ in vectors]

    def _chosen(self, order: Sequence[str], search: Search) -> list[Passage]:
        """Return the passages to show, from ids best first: what defines leads, lists are whole, nothing repeats."""
        ranked = self._passages(order)
        if search.term:
            head = [passage for _, passage in zip(range(self.limit), ranked, strict=False)]
            head.sort(key=lambda passage: not _defines(passage, search))
            ranked = iter([*head, *ranked])
        return list(diverse(self._with_lists(ranked), self.limit, search.named | (search.only or frozenset())))

    def _passages(self, order: Sequence[str]) -> Iterator[Passage]:
        """Yield passages by id; they are read as they are wanted, since most candidates never are."""
        for start in range(0, len(order), self.limit):
            some = order[start : start + self.limit]
            found = self.generation.documents.passages(some, self.audience)
            yield from (found[key][0] for key in some if key in found)

    def _with_lists(self, ranked: Iterator[Passage]) -> Iterator[Passage]:
        """Yield passages, and behind the first ones the passage that holds the rest of their list."""
        seen: set[str] = set()
        for place, passage in enumerate(ranked):
            if passage.id in seen:
                continue
            seen.add(passage.id)
            yield passage
            steps = _list_goes_on(passage) if place < _LISTS_COMPLETED else ()
            ids = [key for step in steps if (key := self.generation.documents.neighbour_id(passage.id, step))]
            for other in self._passages(ids):
                if other.id not in seen and other.section == passage.section and _shares_list(passage, other):
                    seen.add(other.id)
                    yield other

    def _ranked(self, kept: Sequence[Passage], match: _Match, scores: Mapping[str, float]) -> Iterator[RankedPassage]:
        least = float("inf")
        for rank, passage in enumerate(kept, start=1):
            least = min(least, scores.get(passage.id, least))
            within = match.within.get(passage.id)
            yield RankedPassage(
                passage,
                rank,
                least,
                match.similarity.get(passage.id, 0.0),
                match.bm25.get(passage.id, 0.0),
                () if within is None else tuple(within.tolist()),
            )

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


def _best(rankings: Iterable[list[tuple[str, float]]]) -> dict[str, float]:
    """Return the best candidates of several collections, best first."""
    found = [pair for ranking in rankings for pair in ranking]
    return dict(sorted(found, key=lambda pair: -pair[1])[:CANDIDATES])


def _matched(
    vector: list[float], dense: Mapping[str, float], lexical: Sequence[LexicalMatch], sentences: _Sentences
) -> _Match:
    keys = sentences.keys
    within, best, mean = sentences.similarities(vector)
    whole = {key: dense.get(key, cosine) for key, cosine in zip(keys, mean, strict=True)}
    near = {key: (whole[key] + cosine) / 2 for key, cosine in zip(keys, best, strict=True)}
    bm25 = {key: max((score for match in lexical if (score := match.score(key))), default=0.0) for key in keys}
    mass = max((match.mass for match in lexical), default=0.0)
    confidence = min(1.0, max(bm25.values(), default=0.0) / mass) if mass else 0.0
    passages = sum(len(match) for match in lexical)
    return _Match(whole, within, bm25, fuse(near, bm25, passages=passages, confidence=confidence))


def _merged(scores: Sequence[Mapping[str, float]], search: Search, likely: frozenset[str]) -> dict[str, float]:
    """Return one score per passage: that of the text that it fits best, counted from that text's best passage."""
    tops = [sorted(found.values(), reverse=True)[:PART_PLACE][-1] if found else 0.0 for found in scores]
    return {
        key: tops[0]
        + max(
            found[key] - top - PART_BEHIND * (part > 0)
            for part, (found, top) in enumerate(zip(scores, tops, strict=True))
        )
        + FAVOUR * (document_id_of(key) in search.favoured)
        + LIKELY * (key in likely)
        for key in scores[0]
    }


def _defines(passage: Passage, search: Search) -> bool:
    return passage.id in search.defining or any(defines(sentence.line, search.term) for sentence in passage.sentences)


def _list_goes_on(passage: Passage) -> tuple[int, ...]:
    """Return where the rest of a list may stand: 1 for the passage behind, -1 for the one before."""
    first, last = passage.sentences[0], passage.sentences[-1]
    return (-1,) * first.item + (1,) * (last.item or last.text.endswith(":"))


def _shares_list(passage: Passage, other: Passage) -> bool:
    before, behind = (passage, other) if passage.start < other.start else (other, passage)
    return behind.sentences[0].item and (before.sentences[-1].item or before.sentences[-1].text.endswith(":"))
