"""Whether an index is whole after a sync was killed: `python -m tests.benchmarks.crashing [--kills N] [--seed N]`.

A process syncs a folder that changes all the time and is killed with SIGKILL at a random moment. After each kill the
current generation must be complete and of one single state of the folder, and the next sync must bring the index in
step with the folder. The vectors are cheap ones made from the words, so that most of the time goes into writing.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from corpus.document import Audience
from index.embedding import MiniLMEmbeddings, PassageVectors
from index.generation import Generations
from index.passage import Passage
from index.sync import sync

DOCUMENTS = 12
LONGEST_SECONDS = 1.5
"""Latest moment of a kill: a sync of this folder takes about half a second, so some kills hit between two syncs."""


class WordVectors(MiniLMEmbeddings):
    """Vectors that are made from the words alone, without a model."""

    def __init__(self) -> None:
        super().__init__("words")

    @property
    def dimension(self) -> int:
        return 16

    def count_pieces(self, text: str) -> int:
        return len(text.split())

    def embed_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        return [
            PassageVectors(
                vector_of(passage.searched_text),
                np.array([vector_of(sentence.line) for sentence in passage.sentences], np.float16),
            )
            for passage in passages
        ]


def vector_of(text: str) -> list[float]:
    """Return a unit vector of 16 numbers that depends on every character."""
    digest = np.frombuffer(hashlib.blake2b(text.encode(), digest_size=16).digest(), np.uint8).astype(np.float32) + 1
    return [float(x) for x in digest / np.linalg.norm(digest)]


def write_state(corpus: Path, state: int) -> None:
    """Write state number `state` of the folder: every text names it, and one document is missing in each."""
    corpus.mkdir(exist_ok=True)
    for number in range(DOCUMENTS):
        path = corpus / f"paper-{number}.txt"
        if number == state % DOCUMENTS:
            path.unlink(missing_ok=True)
        else:
            path.write_text("\n\n".join(f"Part {part} of paper {number} in state {state}." for part in range(30)))
    audience = tuple(Audience)[state % 3]
    (corpus / "catalogue.toml").write_text(f'default_audience = "{audience}"\n')


def work(corpus: Path, home: Path, first: int, ready: Connection) -> None:
    """Sync one state after the other until killed; tells once when it begins."""
    embeddings = WordVectors()
    for state in range(first, first + 1000):
        write_state(corpus, state)
        if state == first:
            ready.send(True)
        sync([corpus], home, embeddings)


def problems(home: Path) -> list[str]:
    """Return what is wrong with the current generation; nothing is wrong where there is none yet."""
    embeddings = WordVectors()
    generations = Generations(home)
    folder = generations.current_folder()
    if folder is None:
        return ["the pointer names no generation"] if (home / "current").exists() else []
    generation = generations.open(folder, embeddings)
    generation.check_files()
    generation.check()
    states: set[str] = set()
    found: list[str] = []
    for audience in Audience:
        passages = list(generation.documents.passages_of(audience))
        stored = generation.vectors.vectors(audience, [passage.id for passage in passages])
        for passage in passages:
            states.add(passage.text.rpartition(" ")[2])
            if not np.allclose(stored[passage.id], vector_of(passage.searched_text), atol=1e-5):
                found.append(f"the vector of {passage.id} is that of another text")
    if len(states) != 1:
        found.append(f"the generation mixes the states {sorted(states)}")
    if len(generation.documents.stored()) != DOCUMENTS - 1:
        found.append(f"the generation holds {len(generation.documents.stored())} documents")
    generation.close()
    return found


def crash(folder: Path, kills: int, seed: int) -> list[str]:
    """Kill a sync `kills` times and return everything that was wrong afterwards."""
    chance = random.Random(seed)
    corpus, home = folder / "corpus", folder / "home"
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["index.sync"])
    found: list[str] = []
    for kill in range(kills):
        receiving, sending = processes.Pipe(duplex=False)
        process = processes.Process(target=work, args=(corpus, home, kill * 1000, sending))
        process.start()
        sending.close()
        receiving.recv()
        time.sleep(chance.uniform(0, LONGEST_SECONDS))
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        found += [f"kill {kill}: {problem}" for problem in problems(home)]
        write_state(corpus, kill * 1000 + 999)
        sync([corpus], home, WordVectors())
        found += [f"after kill {kill}: {problem}" for problem in problems(home)]
        if left := [path.name for path in (home / "generations").iterdir() if not path.name.isdigit()]:
            found.append(f"after kill {kill}: {left} were left behind")
    return found


def main() -> None:
    """Kill and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = crash(Path(folder), options.kills, options.seed)
    print("\n".join(found))
    print(f"{options.kills} kills, {len(found)} problems")
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
