"""Sentence selection on the development sets: by the reader, by cosine and by BM25, with MAP, MRR and hits at 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np
import Stemmer

from assistant.reader.network import PairNetwork, Tokeniser, score
from assistant.reader.training.data import Asked, Text, grouped, plain, records
from assistant.reader.training.groups import pairs_of
from index.embedding import MiniLMEmbeddings

SETS = ("wikiqa_dev", "trecqa_dev", "qed_sentences")


@dataclass(frozen=True, slots=True)
class Candidates:
    """A question with the sentences that may answer it; `right` says which do."""

    question: str
    title: str
    sentences: tuple[str, ...]
    right: tuple[bool, ...]

    @property
    def asked(self) -> Asked:
        """Return them as a question on a text."""
        gold = frozenset(place for place, right in enumerate(self.right) if right)
        return Asked(self.question, Text(self.title, self.title, "", self.sentences), gold)


Ranker = Callable[[Sequence[Candidates]], list[list[float]]]
"""Gives every sentence of every question a score, better when higher."""


def candidates(path: Path) -> list[Candidates]:
    """Read a development set of question-sentence pairs."""
    found = []
    for rows in grouped(records(path)):
        title = rows[0].get("title") or (rows[0]["doc"] if path.name.startswith("qed") else "")
        sentences = tuple(plain(row["sentence"]) for row in rows)
        found.append(
            Candidates(plain(rows[0]["question"]), title, sentences, tuple(bool(row["label"]) for row in rows))
        )
    return found


def figures(asked: Sequence[Candidates], scores: Sequence[Sequence[float]]) -> dict[str, float]:
    """Return MAP, MRR and the share with a right sentence first, over questions with both right and wrong sentences."""
    precisions, reciprocals, firsts = [], [], []
    for item, given in zip(asked, scores, strict=True):
        if not 0 < sum(item.right) < len(item.right):
            continue
        order = sorted(range(len(given)), key=lambda index: -given[index])
        places = [place for place, index in enumerate(order, 1) if item.right[index]]
        precisions.append(np.mean([found / place for found, place in enumerate(places, 1)]))
        reciprocals.append(1 / places[0])
        firsts.append(places[0] == 1)
    means = {"map": np.mean(precisions), "mrr": np.mean(reciprocals), "at_1": np.mean(firsts)}
    return {**{name: round(float(value), 3) for name, value in means.items()}, "questions": len(firsts)}


def by_reader(network: PairNetwork) -> Ranker:
    """Rank with the network, each sentence with its title; a sentence that leans back also with the one before."""

    def rank(asked: Sequence[Candidates]) -> list[list[float]]:
        groups = [pairs_of(item.asked) for item in asked]
        logits = iter(score(network, Tokeniser(), [item for group in groups for item in group]))
        return [[next(logits) for _ in group] for group in groups]

    return rank


def by_cosine(asked: Sequence[Candidates]) -> list[list[float]]:
    """Rank by the cosine of MiniLM between question and sentence."""
    model = MiniLMEmbeddings()
    questions = np.array(model.embed_documents([item.question for item in asked]))
    sentences = np.array(model.embed_documents([sentence for item in asked for sentence in item.sentences]))
    scores, begin = [], 0
    for item, question in zip(asked, questions, strict=True):
        scores.append([float(value) for value in sentences[begin : begin + len(item.sentences)] @ question])
        begin += len(item.sentences)
    return scores


def by_bm25(asked: Sequence[Candidates]) -> list[list[float]]:
    """Rank by BM25 (bm25s, stemmed), word statistics from all sentences of the set."""
    stemmer = Stemmer.Stemmer("english")
    retriever = bm25s.BM25()
    sentences = [sentence for item in asked for sentence in item.sentences]
    retriever.index(bm25s.tokenize(sentences, stemmer=stemmer, show_progress=False), show_progress=False)
    questions = bm25s.tokenize(
        [item.question for item in asked], stemmer=stemmer, return_ids=False, show_progress=False
    )
    scores, begin = [], 0
    for item, words in zip(asked, questions, strict=True):
        given = retriever.get_scores(words) if words else np.zeros(len(sentences))
        scores.append([float(value) for value in given[begin : begin + len(item.sentences)]])
        begin += len(item.sentences)
    return scores
