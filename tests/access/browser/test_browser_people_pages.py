"""Signing in, account, insights, people and changing a document in a real Chromium: no violation, and they work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant.pipeline import Assistant
from corpus.document import Audience
from tests.access.signing import PASSWORD, Installation, install
from tests.ui.browser.asking import ANY_DECLINED, ask
from tests.ui.browser.conftest import ARGUMENTS, CHROMIUM
from tests.ui.browser.serving import serving
from tests.ui.browser.test_browser_accessibility import violations
from ui.person import Role

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def made(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = install(tmp_path_factory.mktemp("people"), assistant)
    made.add("Ada", Audience.STAFF, Role.ADMINISTRATOR)
    made.add("Pat", Audience.PARTNER)
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def page(made: Installation) -> Iterator[Page]:
    with serving(made.app) as address, sync_playwright() as playwright:
        chromium: Browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        page = chromium.new_context(base_url=address).new_page()
        page.goto("/sign-in")
        yield page
        chromium.close()


def check(page: Page) -> None:
    """Let axe look at the page in light and dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        assert violations(page) == [], f"{page.url} {scheme}"


def test_an_administrator_signs_in_and_finds_every_page(page: Page, made: Installation) -> None:
    check(page)
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    ask(page, ANY_DECLINED)
    style = "element => getComputedStyle(element).boxSizing"
    assert page.locator(".gradio-container *").first.evaluate(style) == "border-box", "Gradio's styles do not apply"
    for path in ("/account", "/insights", "/upload", "/change/garden", "/people"):
        page.goto(path)
        check(page)
    page.get_by_role("button", name="Switch off Pat").click()
    expect(page.get_by_text("Switched off")).to_be_visible()
    check(page)
    assert made.people.named("Pat").disabled


def test_a_document_is_withdrawn_only_with_the_tick(page: Page) -> None:
    page.goto("/documents/garden")
    page.get_by_role("link", name="Change or withdraw this document").click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("alert")).to_have_text("Tick the box if you are sure.")
    check(page)
    assert page.goto("/documents/garden").status == 200  # type: ignore[union-attr]
