"""A sync that is killed, or that finds no room on the disk, leaves one complete generation."""

from __future__ import annotations

import multiprocessing
import resource
from multiprocessing.connection import Connection
from pathlib import Path

from corpus.load import parse
from index.errors import StateUnavailable
from index.sync import sync
from tests.benchmarks.crashing import WordVectors, crash, problems, write_state


def test_a_sync_that_is_killed_leaves_one_complete_generation(tmp_path: Path) -> None:
    assert crash(tmp_path, kills=8, seed=1) == []


def sync_without_room(corpus: Path, home: Path, most: int, said: Connection) -> None:
    """Sync in a process that may not write files of more than `most` bytes, which is how a full disk looks to it."""
    parse(corpus / "paper-5.txt", "paper-5.txt")  # starts the parsing process, which is not to be limited
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    try:
        sync([corpus], home, WordVectors())
        said.send("nothing")
    except StateUnavailable as error:
        said.send(str(error))


def test_a_sync_that_finds_no_room_says_so_and_leaves_the_old_generation(tmp_path: Path) -> None:
    corpus, home = tmp_path / "corpus", tmp_path / "home"
    write_state(corpus, 0)
    sync([corpus], home, WordVectors())
    before = (home / "current").read_text()
    write_state(corpus, 1)
    processes = multiprocessing.get_context("forkserver")
    for most in (2_000, 50_000, 150_000, 300_000):
        receiving, sending = processes.Pipe(duplex=False)
        process = processes.Process(target=sync_without_room, args=(corpus, home, most, sending))
        process.start()
        sending.close()
        assert "cannot be written" in receiving.recv()
        process.join()
        assert (home / "current").read_text() == before
        assert problems(home) == []
        assert not [path for path in (home / "generations").iterdir() if path.name.startswith("building")]
    sync([corpus], home, WordVectors())
    assert problems(home) == []
