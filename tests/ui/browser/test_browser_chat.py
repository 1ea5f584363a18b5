"""The main job in a real browser: ask, read, open the citation at its sentence, and be told what is not known."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.ui.browser.asking import (
    ANSWERABLE,
    ANY_ANSWERED,
    EVIDENCE,
    UNANSWERABLE,
    ask,
    outline_width,
    tab_to,
)
from tests.ui.browser.conftest import Visit


def test_the_answer_cites_the_very_sentence_of_the_document(visit: Visit) -> None:
    page = visit()
    turn = ask(page, ANSWERABLE)
    expect(turn).to_contain_text(EVIDENCE)
    cited = turn.locator(".statement", has_text=EVIDENCE).locator(".citation").first
    assert (cited.get_attribute("aria-label") or "").startswith("Source ")
    expect(page.locator(".source mark").first).to_contain_text(EVIDENCE)
    with page.expect_popup() as opened:
        cited.click()
    document = opened.value
    mark = document.locator("mark#cited")
    expect(mark).to_contain_text(EVIDENCE)
    expect(mark).to_be_in_viewport()
    expect(document.get_by_role("heading", level=1)).to_have_text("Director's overview")
    expect(page.locator(".turn")).to_have_count(1)


def test_what_the_documents_do_not_say_is_declined_with_near_documents(visit: Visit) -> None:
    page = visit()
    turn = ask(page, UNANSWERABLE)
    expect(turn.locator(".abstention")).to_be_visible()
    expect(turn.locator(".answer")).to_have_count(0)
    near = turn.locator(".abstention a").first
    with page.expect_popup() as opened:
        near.click()
    expect(opened.value.get_by_role("heading", level=1)).to_be_visible()


def test_a_starter_question_is_answered_and_a_new_conversation_brings_them_back(visit: Visit) -> None:
    page = visit()
    starters = page.locator("#starters button")
    assert starters.count() >= 4
    starters.filter(has_text="What is quality improvement?").click()
    expect(page.locator(".turn .made-by")).to_be_visible()
    expect(starters.first).to_be_hidden()
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(starters.first).to_be_visible()
    expect(page.locator(".source")).to_have_count(0)


def test_the_whole_way_can_be_gone_with_the_keyboard(visit: Visit) -> None:
    page = visit()
    tab_to(page, "textarea")
    assert outline_width(page) >= 2
    page.keyboard.type(ANY_ANSWERED)
    page.keyboard.press("Enter")
    expect(page.locator(".turn .made-by")).to_be_visible()
    page.locator("body").evaluate("() => document.activeElement.blur()")
    tab_to(page, "a.citation")
    assert outline_width(page) >= 2
    expect(page.locator(".cite:focus-within .card")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".card:visible")).to_have_count(0)
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    expect(opened.value.locator("mark#cited")).to_be_in_viewport()


def test_the_answer_is_announced_once(visit: Visit, quick: str) -> None:
    page = visit(server=quick)
    turn = ask(page, ANY_ANSWERED)
    status = page.get_by_role("status").filter(has_text="Answer from")
    expect(status).to_have_count(1)
    first, _, _ = turn.locator(".statement").first.inner_text().partition("\xa0")
    expect(status).to_contain_text(first)
    assert page.locator("#conversation [aria-live], #conversation [role=log]").count() == 0


@pytest.mark.parametrize("question", ["", "   "])
def test_an_empty_question_is_refused_in_one_sentence(visit: Visit, quick: str, question: str) -> None:
    page = visit(server=quick)
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Please type a question")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(0)


def test_a_page_that_is_pasted_stays_in_the_box(visit: Visit, quick: str) -> None:
    page = visit(server=quick)
    question = "words " * 3_000
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#notice")).not_to_be_empty()
    expect(page.get_by_label("Your question")).to_have_value(question)
    page.get_by_label("Your question").fill(ANY_ANSWERED)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".turn .made-by")).to_be_visible()
    expect(page.locator("#notice")).to_be_empty()


@pytest.mark.parametrize(
    "question",
    [
        "<img src=x onerror=\"document.title='broken'\"> how many organisations?",
        "<script>document.title='broken'</script> how many organisations?",
        "[organisations](javascript:document.title='broken') **how** `many` $x^2$ $$y$$?",
        "${document.title='broken'} {{constructor}} how many organisations?",
    ],
)
def test_a_hostile_question_is_only_text(visit: Visit, quick: str, question: str) -> None:
    page = visit(server=quick)
    turn = ask(page, question)
    expect(turn.locator(".question")).to_contain_text(question)
    expect(turn.locator(".question :not(.visually-hidden)")).to_have_count(0)
    assert page.title() == "ihub assistant"


def test_a_query_in_the_address_does_not_break_the_links_within_the_page(visit: Visit, quick: str) -> None:
    page = visit("/?from=intranet", server=quick)
    ask(page, "anything?")
    page.get_by_role("link", name="Back to answer").first.click()
    expect(page.locator(".citation:target")).to_be_in_viewport()
    expect(page.locator(".turn")).to_have_count(1)


def test_follow_up_questions_are_answered_by_the_documents(visit: Visit) -> None:
    page = visit()
    ask(page, "What is anticipatory care planning?")
    offered = page.locator("#suggestions button:visible")
    expect(offered.first).to_be_visible(timeout=60_000)
    question = offered.first.inner_text()
    offered.first.click()
    turn = page.locator(".turn").nth(1)
    expect(turn.locator(".question")).to_contain_text(question)
    expect(turn.locator(".made-by")).to_be_visible()
