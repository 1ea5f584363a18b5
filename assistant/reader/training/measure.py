"""Measure the reader on public sets: `python -m assistant.reader.training.measure --data DIR --weights DIR`.

DIR holds `train/`, of which only the articles are read that training leaves out, and `dev/`. Prints the tables of
docs/reader.md; on our own questions `calibrate` and `ihub evaluate` measure.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from assistant.reader.trained import SHIPPED
from assistant.reader.training.data import Asked, held_out
from assistant.reader.training.ranking import (
    SETS,
    Candidates,
    Ranker,
    by_bm25,
    by_cosine,
    by_reader,
    candidates,
    figures,
)
from assistant.reader.weights import load


def selection(rankers: dict[str, Ranker], folder: Path) -> list[str]:
    """Return the table of how well sentences are chosen, in Markdown."""
    lines = ["| set (questions) | way | MAP | MRR | sentence at 1 |", "|---|---|---|---|---|"]
    for name in SETS:
        asked = candidates(folder / f"{name}.jsonl.gz")
        for way, rank in rankers.items():
            found = figures(asked, rank(asked))
            cells = " | ".join(f"{found[figure]:.3f}" for figure in ("map", "mrr", "at_1"))
            lines.append(f"| {name} ({found['questions']:.0f}) | {way} | {cells} |")
    return lines


def answerability(rankers: dict[str, Ranker], asked: Sequence[Asked]) -> list[str]:
    """Return the table of how well the best sentence's score tells answerable questions from others, in Markdown."""
    lines = ["| way | answerable or not, area under the curve | sentence at 1 |", "|---|---|---|"]
    items = [
        Candidates(
            item.question,
            item.text.title,
            item.text.sentences,
            tuple(place in item.gold for place in range(len(item.text.sentences))),
        )
        for item in asked
    ]
    for way, rank in rankers.items():
        scores = rank(items)
        area = roc_auc_score([bool(item.gold) for item in asked], [max(given) for given in scores])
        first = [int(np.argmax(given)) in item.gold for item, given in zip(asked, scores, strict=True) if item.gold]
        lines.append(f"| {way} | {area:.3f} | {np.mean(first):.3f} |")
    return lines


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="folder with reader.safetensors")
    options = parser.parse_args()
    network = load(options.weights).network
    rankers = {"BM25": by_bm25, "cosine MiniLM": by_cosine, "reader": by_reader(network)}
    print("\n".join(selection(rankers, options.data / "dev")), flush=True)
    print("\n".join(answerability(rankers, held_out(options.data / "train"))))


if __name__ == "__main__":
    main()
