"""The pages that are made from the code are up to date."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.reference import settings_page

DOCS = Path(__file__).parent.parent / "docs"
DATA = Path(__file__).parent / "data"


def test_the_settings_page_is_the_one_that_the_code_makes() -> None:
    assert (DOCS / "settings.md").read_text("utf-8") == settings_page(), "run `make docs`"


def test_the_page_of_commands_is_the_one_that_the_code_makes(tmp_path: Path) -> None:
    page = tmp_path / "cli.md"
    command = [sys.executable, "-m", "typer", "ui.cli", "utils", "docs", "--name", "ihub", "--output", str(page)]
    subprocess.run(command, check=True, capture_output=True)
    assert (DOCS / "cli.md").read_text("utf-8") == page.read_text("utf-8"), "run `make docs`"


def test_every_document_that_ships_is_indexed_with_its_source() -> None:
    from corpus.document import Audience
    from corpus.folder import SHIPPED_DOCUMENTS, load, scan

    found = scan([SHIPPED_DOCUMENTS], Audience.PUBLIC)
    assert not found.rejected
    documents = [load(source) for source in found.files]
    assert len(documents) == 25
    for document in documents:
        assert document.title
        assert document.period, document.id
        assert document.kind == "glossary" or document.source.startswith("http"), document.id


@pytest.mark.parametrize("questions", ["questions", "others"])
def test_every_evidence_string_of_the_question_sets_stands_in_its_document(questions: str) -> None:
    from assistant.evaluate import read_questions
    from corpus.document import Audience
    from corpus.folder import SHIPPED_DOCUMENTS, load, scan

    folder = DATA / questions
    documents = SHIPPED_DOCUMENTS if questions == "questions" else folder / "documents"
    sources = scan([documents], Audience.PUBLIC).files
    texts = {source.file.rsplit("/", 1)[-1]: _plain(load(source).text) for source in sources}
    seen: set[str] = set()
    for path in sorted(folder.glob("*.jsonl")):
        for expected in read_questions(path):
            assert expected.question not in seen or expected.history, f"{path.name} {expected.id} is asked twice"
            seen.add(expected.question)
            assert expected.answerable == bool(expected.evidence), expected.id
            for evidence in expected.evidence:
                assert any(_plain(evidence) in texts[file] for file in expected.documents), expected.id


def _plain(text: str) -> str:
    return "".join(text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"').split()).casefold()
