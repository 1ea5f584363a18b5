"""Questions grouped by what they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from langchain_core.embeddings import Embeddings

SAME_TOPIC_COSINE = 0.6
"""Least cosine of a question to the middle of its group: the lowest that mixes no questions about different documents
(`python -m tests.benchmarks.topics`)."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Questions about one thing: `questions` without repeats, most asked first; `asked` counts every time."""

    questions: tuple[str, ...]
    asked: int

    @property
    def example(self) -> str:
        """Return the question that stands for the group."""
        return self.questions[0]


def grouped(questions: Sequence[str], embeddings: Embeddings) -> tuple[Topic, ...]:
    """Return the questions in groups, the most asked group first.

    Each question joins the group whose middle is nearest, or begins one; the most asked questions come first, so that
    they become the middles.
    """
    counts = Counter(" ".join(question.split()) for question in questions if question.strip())
    ordered = [question for question, _ in counts.most_common()]
    if not ordered:
        return ()
    vectors = np.asarray(embeddings.embed_documents(ordered), np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    members: list[list[int]] = []
    middles = np.zeros((0, vectors.shape[1]), np.float32)
    for number, vector in enumerate(vectors):
        near = middles @ vector / np.maximum(np.linalg.norm(middles, axis=1), 1e-9)
        best = int(near.argmax()) if len(near) else -1
        if best >= 0 and near[best] >= SAME_TOPIC_COSINE:
            members[best].append(number)
            middles[best] += vector
        else:
            members.append([number])
            middles = np.vstack([middles, vector])
    topics = (
        Topic(tuple(ordered[number] for number in group), sum(counts[ordered[number]] for number in group))
        for group in members
    )
    return tuple(sorted(topics, key=lambda topic: -topic.asked))
