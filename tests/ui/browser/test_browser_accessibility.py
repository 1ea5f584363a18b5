"""axe-core on every screen and state, light and dark, wide and narrow: no violation. And what axe cannot see."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.ui.browser.asking import ask, outline_width
from tests.ui.browser.conftest import Visit

EXCEPTIONS: dict[str, str] = {}
"""Rules of axe-core that may be broken, each with the reason; none is needed."""

PLAIN = [
    "/start",
    "/documents",
    "/documents/directors-overview-2017-18?start=0&end=40&also=100-200#cited",
    "/documents/hospital-at-home?q=hospital",
    "/documents/unknown",
    "/glossary",
    "/conversations",
    "/upload",
    "/accessibility",
]
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll(
    'a.citation, .links a, button, nav a, input, select, textarea, summary, .library h3 a, .path li a')]
    .filter(target => target.offsetParent !== null && getComputedStyle(target).visibility === 'visible')
    .map(target => [target.outerHTML.slice(0, 80), target.getBoundingClientRect()])
    .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)"""


def violations(page: Page) -> list[str]:
    """Return the violations of a page, each with its rule, impact and first element."""
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']} ({violation['impact']}): {json.dumps(violation['nodes'][0]['html'])[:300]}"
        for violation in found
        if violation["id"] not in EXCEPTIONS
    ]


def check_all_looks(page: Page) -> None:
    """Check a page at four widths in light and dark; axe runs where the layout or the colours differ."""
    for width in (1280, 768, 390, 320):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate(SIDEWAYS) <= 0, f"it scrolls sideways at {width} pixels"
        assert page.evaluate(SMALL_TARGETS) == [], f"targets are too small at {width} pixels"
        for scheme in ("light", "dark") if width in (1280, 320) else ():
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            assert violations(page) == [], f"{width} pixels, {scheme}"


def test_the_chat_has_no_violation_in_any_state(visit: Visit, quick: str) -> None:
    page = visit(server=quick)
    check_all_looks(page)
    page.set_viewport_size({"width": 1280, "height": 700})
    turn = ask(page, "what?")
    ask(page, "what is declined?")
    turn.get_by_role("button", name="No, this did not help").click()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Please type")).to_be_visible()
    turn.locator("a.citation").first.focus()
    expect(turn.locator(".card").first).to_be_visible()
    check_all_looks(page)


@pytest.mark.parametrize("path", PLAIN)
def test_the_plain_pages_have_no_violation(visit: Visit, path: str) -> None:
    page = visit(path, signed_in=True)
    assert page.title().endswith(" – ihub assistant")
    check_all_looks(page)


def test_everything_on_the_chat_page_is_reached_by_keyboard_with_visible_focus(visit: Visit, quick: str) -> None:
    page = visit(server=quick)
    ask(page, "what?")
    ask(page, "what is declined?")
    expect(page.locator(".abstention")).to_be_visible()
    page.locator(".skip").focus()
    reached: list[str] = []
    for _ in range(70):
        page.keyboard.press("Tab")
        name = page.evaluate("() => document.activeElement.id || document.activeElement.textContent.trim()")
        if name in reached[:1] or page.evaluate("() => document.activeElement === document.body"):
            break
        assert outline_width(page) >= 2, f"the focus on {name} is not visible"
        reached.append(name)
    expected = ["copy-text-1", "retry-1", "edit-1", "print-1", "helpful-1", "unhelpful-1", "tell-2", "citation-1-1"]
    assert [name for name in expected if name not in reached] == []
    assert [name for name in ("Ask", "New conversation", "Words to know") if name not in reached] == []


def test_a_screen_reader_finds_question_answer_and_sources(visit: Visit, quick: str) -> None:
    page = visit(server=quick)
    turn = ask(page, "what?")
    article = page.get_by_role("article", name="You asked: what?")
    expect(article.get_by_role("heading", level=2)).to_have_count(1)
    expect(article.get_by_role("link", name="Source 1: The")).to_have_count(1)
    expect(turn.get_by_role("group", name="Did reply 1 help?")).to_be_visible()
    expect(page.get_by_role("region", name="Sources")).to_be_visible()
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    assert page.get_by_role("main").count() == 1
    assert page.evaluate("document.documentElement.lang") == "en-GB"
    assert page.locator("#conversation [aria-live], #conversation [role=log], #conversation [role=status]").count() == 0


def test_nothing_moves_for_people_who_do_not_want_it(visit: Visit, quick: str) -> None:
    page = visit(server=quick)
    page.emulate_media(reduced_motion="reduce")
    ask(page, "what?")
    moving = "() => document.getAnimations().filter(motion => motion.playState === 'running').length"
    assert page.evaluate(moving) == 0


def test_four_hundred_per_cent_zoom_loses_nothing(visit: Visit, quick: str) -> None:
    page = visit(server=quick, width=320, height=256)
    turn = ask(page, "what?")
    for part in (turn.locator(".statement").first, turn.locator(".actions"), page.get_by_label("Your question")):
        part.scroll_into_view_if_needed()
        expect(part).to_be_in_viewport()
    assert page.evaluate(SIDEWAYS) <= 0
