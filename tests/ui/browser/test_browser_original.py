"""The printed page beside the text: the page of the cited words, following the reader, and on a phone below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.settings import Settings
from corpus.document import Audience, Document
from corpus.folder import load, scan
from corpus.load.pdf.picture import WIDTH
from tests.ui.browser.conftest import Visit
from tests.ui.browser.serving import serving
from tests.ui.browser.test_browser_accessibility import check_all_looks
from tests.ui.printed import SENTENCES, write_report
from tests.ui.scripted import ScriptedAssistant, as_assistant
from ui.app import create_app


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("printed")
    write_report(folder / "report.pdf")
    return folder


@pytest.fixture(scope="module")
def report(folder: Path) -> Document:
    (source,) = scan([folder], Audience.PUBLIC).files
    return load(source)


@pytest.fixture(scope="module")
def library(report: Document, folder: Path) -> Iterator[str]:
    assistant = as_assistant(ScriptedAssistant([], held=(report,)))
    with serving(create_app(assistant, Settings(_env_file=None, corpus=(folder,), home=folder / "home"))) as address:
        yield address


@pytest.fixture
def cited(report: Document) -> str:
    start = report.text.index(SENTENCES[1])
    return f"/documents/report?start={start}&end={start + len(SENTENCES[1])}#cited"


def shown(page: Page, number: int) -> None:
    """Wait until the picture of a page is there, drawn and named."""
    expect(page.locator("#original .number")).to_have_text(f"Page {number}")
    expect(page.locator("#original img")).to_have_attribute("src", re.compile(rf"^/originals/{number}/report"))
    expect(page.get_by_role("img", name=f"Page {number} as a picture")).to_be_visible()
    expect(page.locator("#original img")).to_have_js_property("naturalWidth", WIDTH)


def test_the_page_of_the_cited_words_is_shown_and_follows_the_reader(visit: Visit, library: str, cited: str) -> None:
    page = visit(cited, server=library)
    shown(page, 2)
    expect(page.locator("#cited")).to_be_in_viewport()
    expect(page.locator("#original img")).to_be_in_viewport()
    page.locator("#page-3").evaluate("mark => mark.scrollIntoView()")
    shown(page, 3)
    page.get_by_role("link", name="Previous page").press("Enter")
    shown(page, 2)
    expect(page.get_by_role("link", name="Previous page")).to_be_focused()
    page.get_by_role("link", name="Previous page").press("Enter")
    shown(page, 1)
    expect(page.get_by_role("link", name="Previous page")).to_have_count(0)
    expect(page.locator(".sheet")).to_be_focused()


def test_on_a_phone_the_page_is_below_and_each_page_of_the_text_leads_to_it(
    visit: Visit, library: str, cited: str
) -> None:
    page = visit(cited, server=library, width=390, touch=True)
    expect(page.locator("#cited")).to_be_in_viewport()
    page.locator("#page-3").get_by_role("link", name="See it as printed").tap()
    shown(page, 3)
    expect(page.locator("#original")).to_be_in_viewport()
    page.go_back()
    expect(page.locator("#cited")).to_be_in_viewport()


def test_a_page_that_cannot_be_drawn_is_said_in_one_sentence(visit: Visit, library: str, cited: str) -> None:
    page = visit(cited, server=library)
    shown(page, 2)
    page.route("**/originals/3/**", lambda route: route.abort())
    page.get_by_role("link", name="Next page").click()
    expect(page.locator("#original").get_by_text("This page cannot be shown as a picture.")).to_be_visible()
    expect(page.locator("#original img")).to_be_hidden()
    page.get_by_role("link", name="Previous page").click()
    shown(page, 2)


def test_the_reader_with_a_printed_page_has_no_violation(visit: Visit, library: str, cited: str) -> None:
    page = visit(cited, server=library)
    shown(page, 2)
    check_all_looks(page)
