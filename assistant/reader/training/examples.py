"""The recipe: which examples, how many of each kind, in which order."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import bm25s
import numpy as np
import Stemmer

from assistant.reader.training.data import Asked, Text
from assistant.reader.training.negatives import (
    Editor,
    Example,
    elsewhere,
    missing_details,
    short_forms,
    shown,
    without_gold,
)
from assistant.reader.training.rewording import Rewording
from index.embedding import MiniLMEmbeddings


def pool(asked: Sequence[Asked], *, size: int = 5) -> list[Text]:
    """Return texts of at most `size` sentences that together cover all texts of the questions, few sentences twice."""
    seen: set[str] = set()
    texts = []
    for item in asked:
        sentences = item.text.sentences
        fresh = [index for index, sentence in enumerate(sentences) if sentence not in seen]
        while len(fresh) >= min(3, len(sentences)):
            begin = max(0, min(fresh[0], len(sentences) - size))
            chosen = sentences[begin : begin + size]
            texts.append(replace(item.text, sentences=chosen))
            seen.update(chosen)
            fresh = [index for index in fresh if index >= begin + size]
    return texts


def similar(asked: Sequence[Asked], texts: Sequence[Text], cache: Path) -> list[list[int]]:
    """Return for each question the indices of the texts nearest to it, BM25's and MiniLM's in turn, nearest first.

    MiniLM takes minutes, so what it finds is kept in the file `cache`.
    """
    both = zip(_by_words(asked, texts), _by_meaning(asked, texts, cache), strict=True)
    return [list(dict.fromkeys(index for pair in zip(*row, strict=True) for index in pair)) for row in both]


def _by_words(asked: Sequence[Asked], texts: Sequence[Text], *, depth: int = 12) -> list[list[int]]:
    retriever = bm25s.BM25()
    stemmer = Stemmer.Stemmer("english")
    words = [" ".join([text.title, *text.sentences]) for text in texts]
    retriever.index(bm25s.tokenize(words, stemmer=stemmer, show_progress=False), show_progress=False)
    queries = bm25s.tokenize([item.question for item in asked], stemmer=stemmer, show_progress=False)
    found, _ = retriever.retrieve(queries, k=depth, show_progress=False)
    return [list(map(int, row)) for row in found]


def _by_meaning(asked: Sequence[Asked], texts: Sequence[Text], cache: Path, *, depth: int = 12) -> list[list[int]]:
    if cache.exists():
        kept = np.load(cache)
        if len(kept) == len(asked):
            return [list(map(int, row)) for row in kept]
    model = MiniLMEmbeddings()
    found = np.array(model.embed_documents([" ".join(text.sentences) for text in texts]), dtype=np.float32)
    queries = np.array(model.embed_documents([item.question for item in asked]), dtype=np.float32)
    ranked = np.argsort(-(queries @ found.T), axis=1)[:, :depth]
    np.save(cache, ranked.astype(np.int32))
    return [list(map(int, row)) for row in ranked]


def build(
    asked: Sequence[Asked],
    texts: Sequence[Text],
    ranked: Sequence[Sequence[int]],
    seed: int,
    *,
    words: int,
    reworded: float,
) -> list[Example]:
    """Return one pass over the data, shuffled: every question once where it is answered, and about as many misses.

    Stretches of text are cropped to at most `words` words; near words are put into the share `reworded` of the
    questions.
    """
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    editor = Editor(asked)
    examples = []
    for item, order in zip(asked, ranked, strict=True):
        if not item.gold:
            examples += [shown(item, "native", rng, words=words) for _ in range(2)]
            continue
        examples.append(shown(item, item.origin, rng, words=words))
        examples += _misses(item, [texts[index] for index in order], editor, rng, words)
    examples += [shown(item, "detail", rng, words=words) for item in missing_details(texts, rng, 1500)]
    examples += [shown(item, "form", rng, words=words) for item in short_forms(texts, rng)]
    for item in rng.choices(list(asked), k=600):
        elsewhere_at_random = Asked(item.question, rng.choice(texts), frozenset())
        examples.append(shown(elsewhere_at_random, "random", rng, words=words))
    rewording = Rewording()
    examples = [
        replace(item, question=rewording.reword(item.question, rng)) if rng.random() < reworded else item
        for item in examples
    ]
    rng.shuffle(examples)
    return examples


def _misses(item: Asked, found: Sequence[Text], editor: Editor, rng: random.Random, words: int) -> list[Example]:
    examples = []
    if rng.random() < 0.5:
        others = elsewhere(item, found)
        if others:
            other = others[min(int(rng.expovariate(0.5)), len(others) - 1)]
            examples.append(shown(other, "retrieved", rng, words=words))
    if rng.random() < 0.25:
        left = without_gold(item)
        if left is not None:
            examples.append(shown(left, "removed", rng, words=words))
    if rng.random() < 0.5:
        edited = editor.edit(item, rng)
        if edited is not None:
            kept = shown(replace(item, question=edited.question), "edited", rng, words=words)
            examples.append(replace(kept, gold=frozenset(), span=None))
    return examples


def counts(examples: Sequence[Example]) -> dict[str, int]:
    """Return how many examples there are of each kind, and how many are answered."""
    return {
        **Counter(example.kind for example in examples),
        "answered": sum(bool(example.gold) for example in examples),
    }
