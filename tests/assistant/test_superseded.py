"""Superseded documents: cited only for their own period, and labelled."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answer import Query, Response
from assistant.factory import open_assistant
from assistant.pipeline import Assistant
from assistant.settings import Settings
from corpus.document import Audience
from index.embedding import MiniLMEmbeddings
from index.sync import sync
from tests.corpus.making import write_files

CATALOGUE = """\
[[document]]
file = "bees-2016.txt"
title = "Bee report"
period = "2016-17"
superseded_by = "bees-2018"

[[document]]
file = "bees-2018.txt"
title = "Bee report"
period = "2017-19"

[[document]]
file = "wasps-2016.txt"
title = "Wasp report"
period = "2016"
superseded_by = "wasps-2018"

[[document]]
file = "wasps-2018.txt"
title = "Wasp report"
period = "2018"
audience = "staff"
"""


@pytest.fixture(scope="module")
def bees(tmp_path_factory: pytest.TempPathFactory, embeddings: MiniLMEmbeddings) -> Assistant:
    """An assistant over two reports with two editions each; the newer one on wasps is for staff."""
    folder = tmp_path_factory.mktemp("superseded")
    files = {
        "bees-2016.txt": "The beekeepers kept 9 hives in the garden.",
        "bees-2018.txt": "The beekeepers kept 14 hives in the garden.",
        "wasps-2016.txt": "The wardens found 3 nests of wasps.",
        "wasps-2018.txt": "The wardens found 8 nests of wasps.",
    }
    write_files(folder / "corpus", {**files, "catalogue.toml": CATALOGUE})
    sync([folder / "corpus"], folder / "home", embeddings)
    settings = Settings(_env_file=None, corpus=(folder / "corpus",), home=folder / "home", answer_threshold=0.0)
    return open_assistant(settings, embeddings)


def documents_of(response: Response) -> set[str]:
    return {ranked.passage.document_id for ranked in response.passages}


@pytest.mark.parametrize(
    ("question", "cited", "not_cited"),
    [
        ("How many hives did the beekeepers keep in the garden?", "bees-2018", "bees-2016"),
        ("How many hives did the beekeepers keep in the garden in 2018?", "bees-2018", "bees-2016"),
        ("How many hives did the beekeepers keep in the garden in 2017?", "bees-2018", "bees-2016"),
    ],
)
def test_only_the_newer_edition_is_cited(bees: Assistant, question: str, cited: str, not_cited: str) -> None:
    response = bees.invoke(Query(question))
    assert cited in documents_of(response)
    assert not_cited not in documents_of(response)
    assert [ranked.rank for ranked in response.passages] == list(range(1, len(response.passages) + 1))


def test_the_older_edition_is_read_for_its_own_period(bees: Assistant) -> None:
    response = bees.invoke(Query("How many hives did the beekeepers keep in the garden in 2016?"))
    assert "bees-2016" in documents_of(response)


def test_a_newer_edition_that_may_not_be_read_still_replaces_the_older_one(bees: Assistant) -> None:
    question = "How many nests of wasps did the wardens find?"
    assert not documents_of(bees.invoke(Query(question))) & {"wasps-2016", "wasps-2018"}
    assert "wasps-2018" in documents_of(bees.invoke(Query(question, audience=Audience.STAFF)))


def test_the_library_says_what_is_replaced(bees: Assistant, tmp_path: Path) -> None:
    titles = {document.id: document.title for document in bees.library(Audience.PUBLIC).documents()}
    assert titles["bees-2016"] == "Bee report (replaced by a newer document)"
    assert titles["bees-2018"] == "Bee report"
    shown = bees.library(Audience.PUBLIC).document("wasps-2016")
    assert shown is not None
    assert shown.title == "Wasp report (replaced by a newer document)"
