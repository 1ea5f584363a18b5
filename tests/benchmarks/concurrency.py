"""Many people at once: `python -m tests.benchmarks.concurrency --people 50 --seconds 300`.

Each person has a browser of their own and asks a question of their own on a new page, as fast as answers come; every
page must show this question only, and nothing may fail. Printed are answers, errors, mixed-up
conversations, and how long answers took, waiting included; beside them how long one person alone takes in the same run.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from assistant.factory import open_assistant
from assistant.settings import Settings
from index.embedding import MiniLMEmbeddings
from index.sync import sync
from tests.access.events import OpenPage
from tests.corpus.making import write_files
from tests.ui.browser.serving import serving
from ui.app import create_app

_QUESTION = re.compile(r"You asked: </span>([^<]*)<")

COLOURS = ("amber", "black", "coral", "denim", "ebony", "fawn", "green", "hazel", "ivory", "jade")


@dataclass
class Tally:
    """What happened, of all people."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)


def main() -> None:
    """Run it and print one line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=300)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(_app(Path(folder), asked.people)) as address:
        alone = _run(address, people=1, seconds=min(20.0, asked.seconds / 4))
        together = _run(address, people=asked.people, seconds=asked.seconds)
    print(f"answers {len(together.seconds)}, errors {len(together.errors)}, mixed up {len(together.mixed)}")
    print(f"alone: median {statistics.median(alone.seconds):.2f} s; together: median {_at(together, 50):.2f} s, ")
    print(f"p95 {_at(together, 95):.2f} s, {_at(together, 95) / statistics.median(alone.seconds):.1f} times alone")
    for problem in (together.errors + together.mixed)[:5]:
        print(problem)


def _at(tally: Tally, percent: int) -> float:
    return statistics.quantiles(tally.seconds, n=100)[percent - 1] if len(tally.seconds) > 1 else float("nan")


def _app(folder: Path, people: int) -> FastAPI:
    files = {f"{number}.md": _document(number) for number in range(people)}
    corpus = write_files(folder / "corpus", files)
    embeddings = MiniLMEmbeddings()
    sync([corpus], folder / "home", embeddings)
    settings = Settings(
        _env_file=None,
        corpus=(corpus,),
        home=folder / "home",
        questions_per_minute=100_000,
        address_questions_per_minute=1_000_000,
    )
    return create_app(open_assistant(settings, embeddings), settings)


def _name(number: int) -> str:
    return f"{COLOURS[number % 10]} {COLOURS[number // 10 % 10]} house"


def _document(number: int) -> str:
    return f"# The {_name(number)}\n\nThe {_name(number)} was opened by {1000 + number} people in 2017.\n"


def _run(address: str, people: int, seconds: float) -> Tally:
    tally, lock = Tally(), threading.Lock()
    until = time.monotonic() + seconds

    def use(number: int) -> None:
        own: Any = httpx.Client(base_url=address, headers={"Host": "testserver"}, timeout=900)
        question = f"How many people opened the {_name(number)}?"
        while time.monotonic() < until:
            page = OpenPage(own)
            started = time.monotonic()
            told = page.ask(question)
            took = time.monotonic() - started
            shown = set(_QUESTION.findall(told))
            with lock:
                tally.seconds.append(took)
                if "made-by" not in told and "abstention" not in told:
                    tally.errors.append(told[-300:])
                if shown != {question}:
                    tally.mixed.append(f"{question} saw {shown}")

    threads = [threading.Thread(target=use, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


if __name__ == "__main__":
    main()
