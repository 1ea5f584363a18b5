"""Sentence selection on the development sets: by the reader, by cosine and by BM25, with MAP, MRR and hits at 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np
import Stemmer

from assistant.reader.network import ReaderNetwork, Tokeniser
from assistant.reader.trained import Input, read_all
from assistant.reader.training.data import grouped, plain, records
from index.embedding import MiniLMEmbeddings
from index.splitting import PASSAGE_PIECES

SETS = ("wikiqa_dev", "trecqa_dev", "qed_sentences")


@dataclass(frozen=True, slots=True)
class Candidates:
    """A question with the sentences that may answer it; `right` says which do."""

    question: str
    title: str
    sentences: tuple[str, ...]
    right: tuple[bool, ...]


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


def by_reader(network: ReaderNetwork, tokeniser: Tokeniser, *, together: bool) -> Ranker:
    """Rank with the reader: candidates `together` as passages of consecutive sentences, or each one alone."""

    def rank(asked: Sequence[Candidates]) -> list[list[float]]:
        inputs, owners = [], []
        for number, item in enumerate(asked):
            for group in _groups(item.sentences, tokeniser) if together else [(one,) for one in item.sentences]:
                inputs.append(Input(item.question, item.title, group))
                owners.append(number)
        scores: list[list[float]] = [[] for _ in asked]
        for owner, read, parts in zip(owners, inputs, read_all(network, tokeniser, inputs), strict=True):
            logits = {index: value for part in parts for index, value in part.sentences.items()}
            scores[owner] += [logits.get(index, -20.0) for index in range(len(read.sentences))]
        return scores

    return rank


def _groups(sentences: Sequence[str], tokeniser: Tokeniser) -> list[tuple[str, ...]]:
    """Cut candidates into passages as the index does: consecutive sentences of up to 128 word pieces."""
    groups: list[tuple[str, ...]] = []
    used = PASSAGE_PIECES
    for sentence in sentences:
        pieces = tokeniser.count(sentence)
        if used + pieces > PASSAGE_PIECES:
            groups.append(())
            used = 0
        groups[-1] += (sentence,)
        used += pieces
    return groups


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
