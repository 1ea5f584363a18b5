"""The environment in which the verbs run: the small corpus, already indexed, read by the baseline reader."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.generation import Generation


@pytest.fixture
def installed(
    own_environment: pytest.MonkeyPatch, small_corpus: Path, small_home: Path, small_index: Generation
) -> pytest.MonkeyPatch:
    """An installation over the small corpus whose index is up to date; nobody may change it."""
    own_environment.setenv("IHUB_CORPUS", str(small_corpus))
    own_environment.setenv("IHUB_HOME", str(small_home))
    own_environment.setenv("IHUB_READER", "baseline")
    own_environment.setenv("COLUMNS", "200")
    return own_environment


@pytest.fixture
def own_copy(installed: pytest.MonkeyPatch, small_corpus: Path, small_home: Path, tmp_path: Path) -> Path:
    """A folder with an own corpus/ and home/ of that installation, to be changed or damaged."""
    shutil.copytree(small_corpus, tmp_path / "corpus")
    shutil.copytree(small_home, tmp_path / "home")
    installed.setenv("IHUB_CORPUS", str(tmp_path / "corpus"))
    installed.setenv("IHUB_HOME", str(tmp_path / "home"))
    return tmp_path
