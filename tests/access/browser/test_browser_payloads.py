"""Markup in every place where strangers' words are shown: no script runs, in a real Chromium."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant.answer import Abstention, Answer, Mode, NearDocument, Reason, Statement
from assistant.settings import Settings
from corpus.document import Section
from corpus.glossary import Glossary, Term
from tests.access.payloads import PAYLOADS
from tests.ui.browser.conftest import ARGUMENTS, CHROMIUM
from tests.ui.browser.serving import serving
from tests.ui.scripted import ScriptedAssistant, as_assistant, make_citation, make_document
from ui.app import create_app

AT_ONCE = 20
"""Payloads in one question, which may have 2,000 characters."""

pytestmark = pytest.mark.browser

TEXT = "\n\n".join(PAYLOADS)
HELD = (
    make_document(id="whole", title="All", text=TEXT, sections=(Section((PAYLOADS[0],), 0, len(TEXT)),)),
    *(
        make_document(
            id=f"d{n}", title=payload, programme=payload, period=payload, kind=payload, file=payload, source=payload
        )
        for n, payload in enumerate(PAYLOADS)
    ),
)
WORDS = Glossary(tuple(Term(payload, payload, payload, payload, payload, payload) for payload in PAYLOADS))

_FOUND = """() => [
    window.broken,
    ...[...document.querySelectorAll('*')].flatMap(element => [...element.attributes]
        .filter(({name, value}) => (name.startsWith('on') && value.includes('broken')) ||
            (['href', 'src', 'action', 'formaction', 'data', 'srcdoc'].includes(name) &&
                /^\\s*(javascript|data:text)/i.test(value)))
        .map(({name, value}) => `${element.tagName} ${name}=${value}`)),
    ...[...document.scripts].filter(script => script.textContent.includes('window.broken=1') && !script.nonce)
        .map(script => script.outerHTML),
].filter(Boolean)"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def hostile() -> ScriptedAssistant:
    return ScriptedAssistant([], held=HELD, glossary=WORDS)


@pytest.fixture(scope="module")
def address(hostile: ScriptedAssistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home: Path = tmp_path_factory.mktemp("hostile")
    settings = Settings(_env_file=None, home=home, questions_per_minute=1000)
    with serving(create_app(as_assistant(hostile), settings)) as address:
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    dialogs: list[str] = []
    page = chromium.new_page()
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    yield page
    assert page.evaluate(_FOUND) == []
    assert dialogs == []
    page.close()


def test_there_are_payloads_enough() -> None:
    assert len(set(PAYLOADS)) >= 200


@pytest.mark.parametrize("path", ["/documents", "/documents/whole", "/documents/whole?start=0&end=90", "/glossary"])
def test_documents_titles_and_words_run_nothing(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    assert page.get_by_text("window.broken=1").count() > 100 or path != "/documents"
    page.mouse.move(200, 200)


@pytest.mark.parametrize("payload", PAYLOADS[:: len(PAYLOADS) // 12])
def test_titles_and_addresses_of_one_document_run_nothing(page: Page, address: str, payload: str) -> None:
    page.goto(f"{address}/documents/d{PAYLOADS.index(payload)}")
    expect(page.get_by_role("heading", level=1)).to_have_text(" ".join(payload.split()))
    page.goto(f"{address}/documents?q={payload}")
    page.goto(f"{address}/documents/{payload}")


def test_questions_and_answers_run_nothing(page: Page, address: str, hostile: ScriptedAssistant) -> None:
    page.goto(address)
    page.get_by_label("Your question").wait_for()
    for start in range(0, len(PAYLOADS), AT_ONCE):
        payloads = PAYLOADS[start : start + AT_ONCE]
        hostile.replies[:] = [_answer(payloads) if start % (2 * AT_ONCE) else _declined(payloads)]
        turns = page.locator(".turn").count()
        page.get_by_label("Your question").fill("\n".join(payloads)[:1900])
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.locator(".turn").nth(turns).locator(".made-by, .abstention")).to_be_visible()
        assert page.evaluate(_FOUND) == []


def _answer(payloads: tuple[str, ...]) -> Answer:
    citations = tuple(
        dataclasses.replace(
            make_citation(n, document_id="whole", title=payload, period=payload, section=payload, source=payload),
            quotation=payload,
            start=TEXT.index(payload),
            end=TEXT.index(payload) + len(payload),
        )
        for n, payload in enumerate(payloads, start=1)
    )
    statements = tuple(Statement(payload, (n,)) for n, payload in enumerate(payloads, start=1))
    return Answer(statements, citations, Mode.COMPOSE)


def _declined(payloads: tuple[str, ...]) -> Abstention:
    near = tuple(NearDocument(payload, payload, payload, payload) for payload in payloads[:10])
    return Abstention(Reason.NOTHING_FOUND, payloads[0], near)
