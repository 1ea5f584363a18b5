"""Remember known questions: `python -m assistant.reader.training.remember CHOICES... --weights DIR`.

Writes the questions of `choose` as vectors, with the keys and vectors of the sentences that answer them, beside the
weights.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from assistant.reader.known import KnownQuestion, save
from assistant.reader.training.choose import read_choices
from assistant.reader.weights import KNOWN, describe, load
from index.embedding import MiniLMEmbeddings


def main() -> None:
    """Read the command line, embed the questions, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("choices", type=Path, nargs="+", help="our own questions, as `choose` wrote them")
    parser.add_argument("--weights", type=Path, required=True)
    options = parser.parse_args()
    known = [
        KnownQuestion((choice.right or choice.wrong)[0].question, tuple(pair.text for pair in choice.right))
        for path in options.choices
        for choice in read_choices(path)
        if choice.right or choice.wrong
    ]
    calibration = load(options.weights).calibration
    embeddings = MiniLMEmbeddings()
    vectors = np.array(embeddings.embed_documents([item.question for item in known]), np.float32)
    texts = list(dict.fromkeys(text for item in known for text in item.answers))
    answers = np.array(embeddings.embed_documents(texts), np.float32)
    save(known, vectors, dict(zip(texts, answers, strict=True)), options.weights / KNOWN)
    describe(options.weights, calibration)


if __name__ == "__main__":
    main()
