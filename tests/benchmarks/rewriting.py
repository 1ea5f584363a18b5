"""Rewriting measured against people: `python -m tests.benchmarks.rewriting DIR`.

DIR holds `rewrite/*.jsonl.gz`, one turn a line: {"id", "history": earlier questions (and answers, marked [A]), "last",
"rewrite": the standalone question that a person wrote}.
Conversations are parted by a checksum of their id: rules were tuned on the odd half, the even half is what to report.
`--odd` shows the tuning half, `--show N` some of its rewrites.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from assistant.answer import Exchange
from assistant.rewrite import standalone
from index.analysis import analyse


@dataclass(frozen=True, slots=True)
class Turn:
    """One follow-up turn, what was asked before, and what a person made of it."""

    id: str
    history: tuple[Exchange, ...]
    last: str
    human: str

    @property
    def is_self_contained(self) -> bool:
        """Say whether the person left the turn as it was."""
        return _words(self.last) == _words(self.human)


METHODS: dict[str, Callable[[Turn], str]] = {
    "last turn": lambda turn: turn.last,
    "previous + last": lambda turn: f"{turn.history[-1].question} {turn.last}",
    "standalone": lambda turn: standalone(turn.last, turn.history),
}


def read(path: Path, *, odd: bool) -> list[Turn]:
    """Return the turns of one half of a file that have a history."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    turns = [Turn(row["id"], _exchanges(row["history"]), row["last"], row["rewrite"]) for row in rows]
    return [turn for turn in turns if turn.history and _conversation(turn.id) % 2 == odd]


def _exchanges(history: Iterable[str]) -> tuple[Exchange, ...]:
    """Return questions with their answers; an answer, where there is one, follows its question and starts with [A]."""
    exchanges: list[Exchange] = []
    for text in history:
        if text.startswith("[A] ") and exchanges:
            exchanges[-1] = Exchange(exchanges[-1].question, text.removeprefix("[A] "))
        else:
            exchanges.append(Exchange(text, ""))
    return tuple(exchanges)


def compare(ours: str, human: str) -> tuple[float, float, float]:
    """Return token F1, and recall and precision of the words with content, all in [0, 1]."""
    shared = sum((Counter(_words(ours)) & Counter(_words(human))).values())
    f1 = 2 * shared / max(1, len(_words(ours)) + len(_words(human)))
    content, wanted = set(analyse(ours)), set(analyse(human))
    both = len(content & wanted)
    return f1, both / len(wanted) if wanted else 1.0, both / len(content) if content else 1.0


def report(name: str, turns: Iterable[Turn]) -> None:
    """Print one line per method; "changed" are self-contained turns that it did not leave as they were."""
    turns = list(turns)
    alone = [turn for turn in turns if turn.is_self_contained]
    for method, rewrite in METHODS.items():
        figures = [compare(rewrite(turn), turn.human) for turn in turns]
        f1, recall, precision = (statistics.fmean(column) for column in zip(*figures, strict=True))
        changed = sum(_words(rewrite(turn)) != _words(turn.last) for turn in alone)
        print(
            f"{name:14} {method:16} n={len(turns):4}  F1 {f1:.3f}  recall {recall:.3f}  precision {precision:.3f}"
            f"  changed {changed}/{len(alone)}"
        )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"['’]s\b", "", text.lower()))


def _conversation(turn_id: str) -> int:
    return zlib.crc32(re.sub(r"(?:<::>|_)\d+$", "", turn_id).encode())


def main() -> None:
    """Measure on every file of the folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--odd", action="store_true", help="the half that the rules were tuned on")
    parser.add_argument("--show", type=int, default=0, help="print this many rewrites of each file of the tuning half")
    arguments = parser.parse_args()
    for path in sorted((arguments.folder / "rewrite").glob("*.jsonl.gz")):
        turns = read(path, odd=arguments.odd)
        report(path.name.removesuffix(".jsonl.gz"), turns)
        for turn in turns[: arguments.show] if arguments.odd else []:
            print(f"   {turn.last} => {METHODS['standalone'](turn)} | {turn.human}")


if __name__ == "__main__":
    main()
