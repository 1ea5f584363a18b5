"""axe-core on every screen and state, light and dark: no serious or critical violation."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.ui.browser.asking import ANY_ANSWERED, ANY_DECLINED, ask
from tests.ui.browser.conftest import Visit

EXCEPTIONS: dict[str, str] = {}
"""Rules of axe-core that may be broken, each with the reason; none is needed."""


def violations(page: Page) -> list[str]:
    """Return the violations of a page, each with its rule, impact and first element."""
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']} ({violation['impact']}): {json.dumps(violation['nodes'][0]['html'])[:300]}"
        for violation in found
        if violation["id"] not in EXCEPTIONS
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_chat_has_no_violation_in_any_state(visit: Visit, scheme: str, width: int) -> None:
    page = visit(scheme=scheme, width=width)
    assert violations(page) == []
    expect(ask(page, ANY_ANSWERED).locator(".answer")).to_be_visible()
    assert violations(page) == []
    expect(ask(page, ANY_DECLINED).locator(".abstention")).to_be_visible()
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_role("alert").filter(has_text="Please type").wait_for()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    ["/documents/directors-overview-2017-18?start=0&end=40#cited", "/documents", "/glossary", "/documents/unknown"],
)
def test_the_plain_pages_have_no_violation(visit: Visit, path: str, scheme: str) -> None:
    assert violations(visit(path, scheme=scheme)) == []
