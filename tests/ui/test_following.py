"""A server that runs goes on answering while a sync publishes, and answers from the new state without a restart."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

import httpx

from assistant.factory import open_assistant
from assistant.settings import Settings
from index.embedding import MiniLMEmbeddings
from index.sync import sync
from tests.access.events import OpenPage
from tests.corpus.making import write_files
from tests.ui.browser.serving import serving
from ui.app import create_app

QUESTION = "How many people opened the amber house?"
STATES = 4


def write_state(corpus: Path, state: int) -> None:
    write_files(
        corpus,
        {
            "amber.md": f"# The amber house\n\nThe amber house was opened by {4000 + state} people in 2017.\n",
            "boats.md": "# The boat yard\n\nThe boat yard mends forty boats a year.\n",
        },
    )


class Asking(threading.Thread):
    """Somebody who asks the same question again and again, each time on a new page."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self._client: Any = httpx.Client(base_url=address, headers={"Host": "testserver"}, timeout=120)
        self._enough = threading.Event()
        self.told: list[str] = []

    def run(self) -> None:
        while not self._enough.is_set():
            self.told.append(self.ask())

    def ask(self) -> str:
        return OpenPage(self._client).ask(QUESTION)

    def stop(self) -> None:
        self._enough.set()
        self.join(120)


def states(told: str) -> set[int]:
    return {int(number) - 4000 for number in re.findall(r"opened by (400\d) people", told)}


def test_a_server_answers_from_each_new_state_and_fails_no_question(
    tmp_path: Path, embeddings: MiniLMEmbeddings
) -> None:
    corpus, home = tmp_path / "corpus", tmp_path / "home"
    write_state(corpus, 0)
    sync([corpus], home, embeddings)
    settings = Settings(
        _env_file=None,
        corpus=(corpus,),
        home=home,
        reader="baseline",
        questions_per_minute=100_000,
        address_questions_per_minute=1_000_000,
    )
    with serving(create_app(open_assistant(settings), settings)) as address:
        asking = Asking(address)
        assert states(asking.ask()) == {0}
        asking.start()
        for state in range(1, STATES):
            write_state(corpus, state)
            assert sync([corpus], home, embeddings).published
            assert states(Asking(address).ask()) == {state}
        asking.stop()
    seen = [states(told) for told in asking.told]
    assert all(len(found) == 1 for found in seen), next(
        told[-500:] for told, found in zip(asking.told, seen, strict=True) if len(found) != 1
    )
    assert [min(found) for found in seen] == sorted(min(found) for found in seen)
