"""The source reader marks exactly what was cited and gives nothing away about documents one may not read."""

from __future__ import annotations

import re
from html import unescape

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from corpus.document import Document
from tests.ui.scripted import TEXT, ScriptedAssistant, as_assistant, make_document, make_pages
from ui.access.gate import Gate
from ui.body import heading_level
from ui.marks import Span
from ui.sources import render_document, source_router


def client_for(document: Document) -> TestClient:
    app = FastAPI()
    assistant = as_assistant(ScriptedAssistant([], held=(document,)))
    app.include_router(source_router(assistant, Gate().person, site="<Chat>"))
    return TestClient(app)


def marked(html: str) -> str:
    parts = re.findall(r"<mark[^>]*>(.*?)</mark>", html, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", part)) for part in parts)


@pytest.mark.parametrize("quotation", ["Cited words here.", "First words & more. Cited", "one <i>item</i>", "Councils"])
def test_exactly_the_cited_characters_are_marked(quotation: str) -> None:
    start = TEXT.index(quotation)
    html = client_for(make_document()).get(f"/documents/overview?start={start}&end={start + len(quotation)}").text
    assert marked(html) == quotation
    assert html.count('id="cited"') == 1


def test_a_citation_across_blocks_is_marked_in_each_with_one_anchor() -> None:
    html = render_document(make_document(), Span(TEXT.index("Last"), TEXT.index("two items") + 3))
    assert marked(html) == "Last words. Partners one <i>item</i> two"
    assert html.count('id="cited"') == 1


BAD_OFFSETS = [
    "5&end=",
    "&end=5",
    "x&end=y",
    "-1&end=4",
    "9&end=9",
    "9&end=3",
    "1&end=99999",
    "1e3&end=2e3",
    "%00&end=1",
]


@pytest.mark.parametrize("query", ["end=5", *(f"start={offsets}" for offsets in [*BAD_OFFSETS, "9" * 5000, "²&end=³"])])
def test_bad_offsets_are_ignored(query: str) -> None:
    response = client_for(make_document()).get(f"/documents/overview?{query}")
    assert response.status_code == 200
    assert "<mark" not in response.text
    assert "Cited words here." in response.text


@pytest.mark.parametrize("name", ["unknown", "..%2F..%2Fetc%2Fpasswd", "%3Cscript%3E", "", "a%00b", "overview/"])
def test_unknown_documents_get_one_kind_page(name: str) -> None:
    client = client_for(make_document())
    response = client.get(f"/documents/{name}")
    assert response.status_code == 404
    assert response.text == client.get("/documents/other").text
    assert "This document is not here" in response.text


def test_everything_on_the_page_is_escaped() -> None:
    html = client_for(make_document(period="<u>1</u>", source="javascript:alert(1)")).get("/documents/overview").text
    for markup in ("<b>", "<i>", "<u>", "javascript:", "<Chat>"):
        assert markup not in html


def test_headings_lists_and_addresses_keep_their_form() -> None:
    html = render_document(make_document())
    assert ">Partners</h2>" in html
    assert ">Councils</h3>" in html
    assert "<ul><li>one &lt;i&gt;item&lt;/i&gt;</li><li>two items</li></ul>" in html
    assert '<a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer">' in html
    assert html.count("<h1>") == 1


def test_numbered_items_keep_their_numbers() -> None:
    text = "3. third\n4) fourth\nstill fourth\n"
    html = render_document(make_document(text=text, sections=()))
    assert '<ol><li value="3">third</li><li value="4">fourth\nstill fourth</li></ol>' in html


def test_heading_levels_follow_the_path_of_the_next_section() -> None:
    document = make_document()

    def level(line: str) -> int | None:
        start = TEXT.index(line)
        return heading_level(document, Span(start, start + len(line)))

    assert [level(line) for line in ("A <b>bold</b> title", "Partners", "Councils", "First words")] == [1, 2, 3, None]


def test_pages_are_announced_where_they_begin() -> None:
    html = render_document(make_document(pages=make_pages(0, TEXT.index("Partners"))))
    assert html.index("Page p1") < html.index("First words") < html.index("Page p2") < html.index(">Partners</h2>")


def test_the_page_is_accessible_and_runs_only_our_own_script() -> None:
    response = client_for(make_document()).get("/documents/overview")
    assert '<html lang="en-GB">' in response.text
    for landmark in ("<header", "<nav ", "<main ", 'class="skip"'):
        assert landmark in response.text
    assert "<title>A &lt;b&gt;bold&lt;/b&gt; title – &lt;Chat&gt;</title>" in response.text
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert re.findall(r"<script[^>]*>", response.text) == ['<script src="/ui/page.js" defer>']


def test_the_other_words_that_an_answer_cites_are_marked_too() -> None:
    first, other = TEXT.index("Cited words"), TEXT.index("two items")
    address = f"/documents/overview?start={first}&end={first + 5}&also={other}-{other + 9}_7-x_99999-5"
    html = client_for(make_document()).get(address).text
    assert marked(html) == "Cited two items"
    assert html.count('class="also"') == 1


def test_a_search_inside_marks_every_place_and_counts_them() -> None:
    html = client_for(make_document()).get("/documents/overview?q=WORDS").text
    assert marked(html) == "words words words"
    assert "is in 3 places" in html
    assert 'href="#found-3"' in html
    assert 'id="found-3"' in html


@pytest.mark.parametrize("search", ["[a-z", "nowhere to be found", "<script>", "(?P<x>"])
def test_a_search_that_finds_nothing_says_so(search: str) -> None:
    html = client_for(make_document()).get("/documents/overview", params={"q": search}).text
    assert "is not in this document" in html
    assert "<mark" not in html


def test_the_reference_quotes_the_cited_words_and_leads_back_to_them() -> None:
    start = TEXT.index("Cited words")
    html = client_for(make_document()).get(f"/documents/overview?start={start}&end={start + 17}").text
    (line,) = re.findall(r'<p id="reference">(.*?)</p>', html)
    assert unescape(line) == (
        "“Cited words here.” A <b>bold</b> title, 2017-18, https://example.org/overview. "
        f"http://testserver/documents/overview?start={start}&end={start + 17}#cited"
    )


def test_a_document_opened_without_a_citation_shows_what_the_conversation_cites() -> None:
    other = TEXT.index("two items")
    html = client_for(make_document()).get(f"/documents/overview?also={other}-{other + 9}").text
    assert marked(html) == "two items"
    assert 'href="#also-1"' in html
    assert 'id="also-1"' in html


def test_a_search_inside_keeps_what_is_marked() -> None:
    address = "/documents/overview?start=1&end=9&also=12-15_x-9&q=words"
    html = client_for(make_document()).get(address).text
    for name, value in (("start", "1"), ("end", "9"), ("also", "12-15")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in html
