"""Library, words, path, upload, brand and statement: what they list, for whom, and that all of it is escaped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.settings import Settings, contrast
from corpus.document import Audience
from corpus.errors import DocumentRejected
from index.sync import SyncReport
from tests.ui.scripted import GLOSSARY, ScriptedAssistant, as_assistant, make_abstention, make_answer, make_document
from ui.access.gate import Gate
from ui.brand import brand_style
from ui.conversation import Turn
from ui.export import as_html, as_markdown, as_text
from ui.glossary import render_glossary
from ui.library import Filters, describe, render_library
from ui.person import Person, Role
from ui.start_here import render_start, starters_for
from ui.upload import upload_router

HOUSING = make_document(id="housing", title="Housing", programme="Homes", kind="brief", period="2012 to 2019")
LIBRARY = ScriptedAssistant([], held=(make_document(), HOUSING)).library(Audience.PUBLIC)


def listed(filters: Filters) -> str:
    return render_library(LIBRARY, filters, lambda document: (f"What is {document.title}?",))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        (Filters(), ("overview", "housing")),
        (Filters(search="HOUSING"), ("overview", "housing")),
        (Filters(search="homes"), ("housing",)),
        (Filters(programme="Homes"), ("housing",)),
        (Filters(kind="report"), ("overview",)),
        (Filters(year="2013"), ("housing",)),
        (Filters(year="2017"), ("overview", "housing")),
        (Filters(search="zebra"), ()),
    ],
)
def test_the_library_lists_what_fits(filters: Filters, shown: tuple[str, ...]) -> None:
    html = listed(filters)
    for key in ("overview", "housing"):
        assert (f'href="/documents/{key}"' in html) == (key in shown)


def test_a_document_is_described_in_its_own_words_and_questions_lead_to_the_chat() -> None:
    html = listed(Filters())
    assert "<q>First words &amp; more. Cited words here.</q>" in html
    assert 'href="/?ask=What%20is%20Housing%3F"' in html
    assert "<b>" not in html


def test_a_description_is_a_whole_sentence_of_the_document() -> None:
    assert describe(make_document(text="Short.\n", sections=())) == ""
    assert describe(make_document()) in make_document().text


def test_words_are_searched_in_name_and_meaning() -> None:
    assert "A way &lt;to&gt; improve." in render_glossary(GLOSSARY.terms, "IMPROVE")
    assert "0 words" in render_glossary(GLOSSARY.terms, "<zebra>")
    assert "<zebra>" not in render_glossary(GLOSSARY.terms, "<zebra>")


def test_partners_and_staff_have_starters_of_their_own() -> None:
    settings = Settings()
    assert len({starters_for(settings, audience) for audience in Audience}) == 3
    assert starters_for(Settings(starters="One? | Two?"), Audience.STAFF) == ("One?", "Two?")  # type: ignore[arg-type]
    assert "For staff" not in render_start(Audience.PARTNER)
    assert "Working with the ihub" in render_start(Audience.PUBLIC)


def upload_client(tmp_path: Path, person: Person, rejected: tuple[DocumentRejected, ...] = ()) -> TestClient:
    app = FastAPI()
    settings = Settings(home=tmp_path)
    gate = Gate(ways=[lambda request: person])
    update: Callable[[], SyncReport] = lambda: SyncReport("g", rejected=rejected)  # noqa: E731
    assistant = as_assistant(ScriptedAssistant([]))
    app.include_router(upload_router(assistant, settings, gate.person, update, site="Site"))
    return TestClient(app)


OWNER = Person("o", "Owner", Audience.STAFF, Role.CONTENT_OWNER)


def test_a_content_owner_adds_a_document_for_staff_unless_they_say_otherwise(tmp_path: Path) -> None:
    client = upload_client(tmp_path, OWNER)
    assert '<option value="staff">' in client.get("/upload").text.partition("partner")[0]
    html = client.post("/upload", files={"files": ("../a <plan>.md", b"# A plan\n\nWe plan.\n")}).text
    assert "<strong>Added:</strong>" in html
    assert "<plan>" not in html
    (stored,) = Settings(home=tmp_path).intake.glob("*.md")
    assert "staff" in (Settings(home=tmp_path).intake / "catalogue.toml").read_text()
    assert stored.read_text() == "# A plan\n\nWe plan.\n"


def test_what_is_not_taken_is_said_with_its_reason(tmp_path: Path) -> None:
    files = [("files", ("song.mp3", b"la")), ("files", ("empty.md", b"")), ("files", ("good.md", b"# Good\n\nYes.\n"))]
    html = upload_client(tmp_path, OWNER).post("/upload", files=files).text
    assert html.count("Not added:") == 2
    assert html.count("<strong>Added:") == 1


def test_a_file_that_cannot_be_read_in_the_end_is_said_too(tmp_path: Path) -> None:
    rejected = (DocumentRejected("torn.md", "it is torn"),)
    html = upload_client(tmp_path, OWNER, rejected).post("/upload", files={"files": ("torn.md", b"# T\n\nt.\n")}).text
    assert "torn.md was left out: it is torn." in html


def test_nobody_else_can_add_a_document(tmp_path: Path) -> None:
    client = upload_client(tmp_path, Person("r", "Reader", Audience.STAFF))
    assert client.get("/upload").status_code == 403
    assert client.post("/upload", files={"files": ("a.md", b"# A\n\na.\n")}).status_code == 403
    assert not Settings(home=tmp_path).intake.exists()


def test_colours_that_cannot_be_read_are_refused() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    for name, colour in (("colour", "#ffff00"), ("colour_dark", "#220000"), ("colour", "red;}")):
        with pytest.raises(ValueError, match="colour"):
            Settings(**{name: colour})
    style = brand_style(Settings(colour="#7a1f5c", colour_dark="#f2a6dc"))
    assert "--accent: #7a1f5c" in style
    assert "prefers-color-scheme: dark" in style
    assert brand_style(Settings()) == ""


def test_a_copied_answer_carries_its_sources_and_no_markup() -> None:
    turn = Turn("What <b>is</b> *it*?", make_answer(2))
    assert '[2] The "<overview>", 2017-18, section “Partners › Councils”, https://example.org/overview' in as_text(turn)
    assert "\\*it\\*" in as_markdown(turn)
    assert "\\<b\\>" in as_markdown(turn)
    assert "<b>" not in as_html(turn)
    assert "<sup>[1]</sup>" in as_html(turn)
    for write in (as_text, as_markdown, as_html):
        assert "Not for clinical advice" in write(turn)
        assert "do not say" in write(Turn("q", make_abstention()))
