"""What is new: what came or changed after the first sync, lately, and only what one may read."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant.factory import open_assistant
from assistant.settings import Settings
from corpus.document import Audience
from index.embedding import MiniLMEmbeddings
from index.sync import sync
from tests.ui.scripted import ScriptedLibrary, make_document
from ui.library import Filters, render_library
from ui.news import MOST_SHOWN, NEW_DAYS, newest

NOW = datetime(2018, 6, 1, 12, tzinfo=UTC)
DAYS = {"first": 300, "also-first": 300, "late": 3, "later": 2, "old": NEW_DAYS + 1}
DOCUMENTS = tuple(make_document(id=key, title=key) for key in DAYS)


def at(days: Mapping[str, int]) -> dict[str, str]:
    return {key: (NOW - timedelta(days=ago)).isoformat() for key, ago in days.items()}


def test_what_came_lately_is_new_and_the_latest_comes_first() -> None:
    found = newest(DOCUMENTS, at(DAYS), NOW)
    assert [document.id for document, _ in found] == ["later", "late"]
    assert found[0][1] == NOW - timedelta(days=2)


def test_where_all_came_together_nothing_is_new() -> None:
    assert newest(DOCUMENTS, at(dict.fromkeys(DAYS, 1)), NOW) == ()
    assert newest((), {}, NOW) == ()
    assert newest(DOCUMENTS, {}, NOW) == ()


def test_no_more_than_a_few_are_listed() -> None:
    many = tuple(make_document(id=str(number), title=str(number)) for number in range(20))
    times = at({str(number): 1 if number else 2 for number in range(20)})
    assert len(newest(many, times, NOW)) == MOST_SHOWN


def test_the_library_lists_what_is_new_unless_something_is_looked_for() -> None:
    lately = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    held = (make_document(), make_document(id="new", title="New <one>"))
    library = ScriptedLibrary(held, times={"new": lately})
    html = render_library(library, Filters(), lambda document: ())  # type: ignore[arg-type]
    assert "What is new" in html
    assert '<a href="/documents/new">New &lt;one&gt;</a>' in html.partition("What is new")[2].partition("</section>")[0]
    assert "What is new" not in render_library(library, Filters(search="words"), lambda document: ())  # type: ignore[arg-type]


def test_a_second_sync_brings_news_to_those_who_may_read_it(tmp_path: Path, embeddings: MiniLMEmbeddings) -> None:
    corpus, home = tmp_path / "corpus", tmp_path / "home"
    corpus.mkdir()
    (corpus / "one.md").write_text("# One\n\nThe garden is open on Mondays.\n")
    (corpus / "two.md").write_text("# Two\n\nThe walk is closed on Mondays.\n")
    assistant = open_assistant(Settings(_env_file=None, corpus=(corpus,), home=home), embeddings)
    sync([corpus], home, embeddings)

    def new(audience: Audience) -> list[str]:
        library = assistant.library(audience)
        return [document.title for document, _ in newest(library.documents(), library.indexed_at())]

    assert new(Audience.STAFF) == []
    first = datetime.fromisoformat(min(assistant.library(Audience.STAFF).indexed_at().values()))
    while datetime.now(UTC) < first + timedelta(seconds=1):  # times are kept to the second
        time.sleep(0.1)
    (corpus / "catalogue.toml").write_text('[[document]]\nfile = "pay.md"\naudience = "staff"\n')
    (corpus / "pay.md").write_text("# Pay\n\nPay rises in April.\n")
    (corpus / "two.md").write_text("# Two\n\nThe walk is closed on Sundays.\n")
    sync([corpus], home, embeddings)
    assert new(Audience.STAFF) == ["Pay", "Two"]
    assert new(Audience.PUBLIC) == ["Two"]
