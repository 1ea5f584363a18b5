"""What the tests share: a small corpus, the real model, and one real index of that corpus."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.corpus.making import SMALL_CORPUS, write_files

if TYPE_CHECKING:
    from assistant.pipeline import Assistant
    from assistant.settings import Settings
    from index.embedding import MiniLMEmbeddings
    from index.generation import Generation

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("IHUB_READER", "baseline")  # it reads in half the time; tests of the trained reader name it
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # read when the libraries are imported, so before them

settings.register_profile(
    "shared-machine", deadline=None, max_examples=60, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shared-machine")


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Ctrl-C works in this process and in those it starts, also where a shell runs the tests in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment without settings of the person who runs the tests, in an empty working folder."""
    for name in [name for name in os.environ if name.upper().startswith("IHUB_")]:
        monkeypatch.delenv(name)
    working = tmp_path / "working"
    working.mkdir()
    monkeypatch.chdir(working)
    return monkeypatch


@pytest.fixture(scope="session")
def embeddings() -> MiniLMEmbeddings:
    """The pinned model, loaded once."""
    from index.embedding import MiniLMEmbeddings

    return MiniLMEmbeddings()


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a few public documents, one for partners and one for staff, with catalogue and glossary."""
    return write_files(tmp_path_factory.mktemp("small-corpus"), SMALL_CORPUS)


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory, small_corpus: Path, embeddings: MiniLMEmbeddings) -> Path:
    """A state folder with the index of the small corpus; nobody may change it."""
    from index.sync import sync

    home = tmp_path_factory.mktemp("small-home")
    sync([small_corpus], home, embeddings)
    return home


@pytest.fixture(scope="session")
def small_index(small_home: Path, embeddings: MiniLMEmbeddings) -> Generation:
    """The published index of the small corpus."""
    from index.generation import Generations

    generations = Generations(small_home)
    folder = generations.current_folder()
    assert folder is not None
    return generations.open(folder, embeddings)


@pytest.fixture(scope="session")
def small_settings(small_corpus: Path, small_home: Path) -> Settings:
    """Settings of an assistant over the small corpus, read by the baseline reader."""
    from assistant.settings import Settings

    return Settings(_env_file=None, corpus=(small_corpus,), home=small_home, reader="baseline")


@pytest.fixture(scope="session")
def assistant(small_settings: Settings, embeddings: MiniLMEmbeddings) -> Assistant:
    """The assistant over the small corpus."""
    from assistant.factory import open_assistant

    return open_assistant(small_settings, embeddings)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory, embeddings: MiniLMEmbeddings) -> Assistant:
    """The assistant over the documents that ship, with the trained reader."""
    from assistant.factory import open_assistant, synchronise
    from assistant.settings import Settings

    settings = Settings(_env_file=None, reader="trained", home=tmp_path_factory.mktemp("shipped"))
    synchronise(settings, embeddings, lambda stage, done, total: None)
    return open_assistant(settings, embeddings)
