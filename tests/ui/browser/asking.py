"""Asking a question in the browser, and the questions that the browser tests ask."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

ANSWERABLE = "How many organisations did the ihub work in partnership with in 2017-18?"
UNANSWERABLE = "How much money did the ihub get from the Scottish Government?"
EVIDENCE = "117 separate organisations"

ANY_ANSWERED = "What is Hospital at Home?"
"""A question that is answered in any case, for the tests of the page itself."""
ANY_DECLINED = "How do I mend the front wheel of a bicycle?"


def ask(page: Page, question: str) -> Locator:
    """Ask and return the last turn, complete."""
    before = page.locator(".turn").count()
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    turn = page.locator(".turn").nth(before)
    expect(turn.locator(".made-by, .abstention")).to_be_visible()
    return turn


def tab_to(page: Page, selector: str, limit: int = 40) -> None:
    """Press Tab until an element that matches `selector` has the focus."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} was not reached with {limit} presses of Tab")


def outline_width(page: Page) -> float:
    """Return the width of the ring around the element that has the focus, in pixels."""
    style = "const style = getComputedStyle(document.activeElement);"
    ring = page.evaluate(f"() => {{ {style} return style.outlineStyle === 'none' ? '0px' : style.outlineWidth; }}")
    return float(str(ring).removesuffix("px"))
