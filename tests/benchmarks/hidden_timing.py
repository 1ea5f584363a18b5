"""Whether time tells what is hidden: `python -m tests.benchmarks.hidden_timing --rounds 8`.

The same public documents are indexed twice: alone, and beside 200 staff documents. Somebody who reads public documents
only asks about the names of hidden documents and about names of the same form that stand nowhere; and opens addresses
of hidden and of unknown documents. Printed for each comparison are the ratio of the medians with a 95% interval
(bootstrap), and how often a guess from one time alone would be right (0.5 is chance).
"""

from __future__ import annotations

import argparse
import gc
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

import numpy as np
from fastapi.testclient import TestClient

from assistant.answer import Query
from assistant.factory import open_assistant
from assistant.pipeline import Assistant
from assistant.settings import Settings
from corpus.document import Audience
from index.embedding import MiniLMEmbeddings
from index.sync import sync
from tests.corpus.making import SMALL_CORPUS, write_files
from ui.app import create_app

HIDDEN = 200
RESAMPLES = 2_000

_BEGINNINGS = (
    "Brin",
    "Tor",
    "Hex",
    "Var",
    "Kel",
    "Umb",
    "Quor",
    "Mir",
    "Zan",
    "Wex",
    "Plim",
    "Osk",
    "Dra",
    "Fen",
    "Gul",
)
_ENDINGS = (
    "dlewax",
    "quenby",
    "alode",
    "nishoe",
    "pardine",
    "erfolk",
    "vandel",
    "lothex",
    "thipole",
    "haddon",
    "brook",
)

Samples = dict[str, list[float]]


def main() -> None:
    """Run it and print one line for each comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=8)
    asked = parser.parse_args()
    names = [first + second for first, second in product(_BEGINNINGS, _ENDINGS)]
    random.Random(1).shuffle(names)
    hidden, unknown = names[:60], names[60:120]
    embeddings = MiniLMEmbeddings()
    with tempfile.TemporaryDirectory() as folder:
        beside = _assistant(Path(folder) / "beside", embeddings, [*hidden] + [f"{n}a" for n in names[: HIDDEN - 60]])
        alone = _assistant(Path(folder) / "alone", embeddings, [])
        questions = _questions(beside, alone, hidden, unknown, asked.rounds)
        pages = _pages(beside, alone, Path(folder), hidden, unknown, asked.rounds)
    for name, first, second, samples in (
        ("question: hidden / unknown name", "hidden beside", "unknown beside", questions),
        ("question: hidden documents there / not there", "hidden beside", "hidden alone", questions),
        ("address: hidden / unknown document", "hidden beside", "unknown beside", pages),
        ("address: hidden documents there / not there", "hidden beside", "hidden alone", pages),
    ):
        print(f"{name}: {compared(samples[first], samples[second])}")


def compared(first: Sequence[float], second: Sequence[float]) -> str:
    """Return the medians in ms, their ratio with its interval, and the share of right guesses with its interval."""
    one, other, choose = np.array(first), np.array(second), np.random.default_rng(1)
    ratios, guesses = [], []
    for _ in range(RESAMPLES):
        a, b = choose.choice(one, len(one)), choose.choice(other, len(other))
        ratios.append(np.median(a) / np.median(b))
        guesses.append(_right(a, b))
    low, high = np.percentile(ratios, [2.5, 97.5])
    worst, best = np.percentile(guesses, [2.5, 97.5])
    medians = f"{np.median(one):.2f} / {np.median(other):.2f} ms, n = {len(one)} each"
    return (
        f"{medians}; ratio {np.median(one) / np.median(other):.3f} ({low:.3f} to {high:.3f}); "
        f"guess {_right(one, other):.3f} ({worst:.3f} to {best:.3f})"
    )


def _right(one: np.ndarray, other: np.ndarray) -> float:
    """Return the share of pairs in which `one` took longer (the area under the ROC curve)."""
    ranked = np.sort(other)
    below = np.searchsorted(ranked, one, "left") + np.searchsorted(ranked, one, "right")
    return float(below.mean() / 2 / len(other))


def _assistant(folder: Path, embeddings: MiniLMEmbeddings, hidden: Sequence[str]) -> Assistant:
    public = write_files(folder / "public", SMALL_CORPUS)
    folders = [public]
    if hidden:
        files = {
            f"{name}.md": f"# The {name} fund\n\nThe {name} fund pays £{n}00 a year.\n" for n, name in enumerate(hidden)
        }
        folders.append(write_files(folder / "staff", {"catalogue.toml": 'default_audience = "staff"\n', **files}))
    sync(folders, folder / "home", embeddings)
    settings = Settings(_env_file=None, corpus=tuple(folders), home=folder / "home", answer_threshold=0.0)
    return open_assistant(settings, embeddings)


def _questions(
    beside: Assistant, alone: Assistant, hidden: Sequence[str], unknown: Sequence[str], rounds: int
) -> Samples:
    def ask(assistant: Assistant, name: str) -> Callable[[], object]:
        query = Query(f"How much does the {name} fund pay a year?", (), Audience.PUBLIC)
        return lambda: assistant.invoke(query)

    return _timed(
        {
            "hidden beside": [ask(beside, name) for name in hidden],
            "unknown beside": [ask(beside, name) for name in unknown],
            "hidden alone": [ask(alone, name) for name in hidden],
        },
        rounds,
    )


def _pages(
    beside: Assistant, alone: Assistant, folder: Path, hidden: Sequence[str], unknown: Sequence[str], rounds: int
) -> Samples:
    settings = Settings(_env_file=None, home=folder)
    clients = {name: TestClient(create_app(made, settings)) for name, made in (("beside", beside), ("alone", alone))}

    def visit(where: str, name: str) -> Callable[[], object]:
        return lambda: clients[where].get(f"/documents/{name.lower()}")

    return _timed(
        {
            "hidden beside": [visit("beside", name) for name in hidden],
            "unknown beside": [visit("beside", name) for name in unknown],
            "hidden alone": [visit("alone", name) for name in hidden],
        },
        rounds,
    )


def _timed(work: dict[str, list[Callable[[], object]]], rounds: int) -> Samples:
    """Return how long everything took in ms, done in an order drawn anew each round; the first round warms up."""
    samples: Samples = {name: [] for name in work}
    order = [(name, one) for name, listed in work.items() for one in listed]
    gc.disable()
    for number in range(rounds + 1):
        random.Random(number).shuffle(order)
        for name, one in order:
            started = time.perf_counter()
            one()
            if number:
                samples[name].append((time.perf_counter() - started) * 1000)
        gc.collect()
    gc.enable()
    return samples


if __name__ == "__main__":
    main()
