"""What can be done with a reply: look at its words, copy, print, ask again, edit, and say what one thinks."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.ui.browser.asking import ask
from tests.ui.browser.conftest import Visit


@pytest.fixture
def chat(visit: Visit, quick: str) -> Page:
    page = visit(server=quick)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return page


def test_a_card_shows_the_words_while_it_is_pointed_at_and_goes_with_escape(chat: Page) -> None:
    cite = ask(chat, "what?").locator(".cite").first
    card = cite.locator(".card")
    expect(card).to_be_hidden()
    cite.locator("a.citation").hover()
    expect(card).to_contain_text("Cited words here.")
    expect(card).to_contain_text('The "<overview>"')
    expect(card).to_contain_text("2017-18")
    card.hover()
    expect(card).to_be_visible()
    chat.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_a_tap_shows_the_card_and_the_next_one_opens_the_document(visit: Visit, quick: str) -> None:
    page = visit(server=quick, width=390, touch=True)
    cite = ask(page, "what?").locator(".cite").first
    cite.locator("a.citation").tap()
    expect(cite.locator(".card")).to_be_in_viewport()
    with page.expect_popup() as opened:
        cite.locator("a.citation").tap()
    expect(opened.value.locator("mark#cited")).to_have_text("Cited words here.")


@pytest.mark.parametrize(("name", "held"), [("as text", "[1]"), ("as Markdown", "\\[1\\]"), ("for Word", "[1]")])
def test_an_answer_is_copied_with_its_sources(chat: Page, name: str, held: str) -> None:
    turn = ask(chat, "what?")
    turn.get_by_role("button", name=name).click()
    expect(chat.locator("#told")).to_have_text("Copied.")
    copied = chat.evaluate("() => navigator.clipboard.readText()")
    assert held in copied
    assert "what" in copied
    assert "https://example" in copied.replace("\\", "")


def test_the_copy_for_word_is_formatted_text(chat: Page) -> None:
    ask(chat, "what?").get_by_role("button", name="for Word").click()
    expect(chat.locator("#told")).to_have_text("Copied.")
    kinds = chat.evaluate("async () => (await navigator.clipboard.read()).flatMap(item => item.types)")
    assert "text/html" in kinds


def test_copying_works_where_the_browser_has_no_clipboard_to_write_to(chat: Page) -> None:
    chat.evaluate("() => { Object.defineProperty(navigator.clipboard, 'writeText', {value: () => Promise.reject()}); }")
    ask(chat, "what?").get_by_role("button", name="as text").click()
    expect(chat.locator("#told")).to_have_text("Copied.")
    assert "[1]" in chat.evaluate("() => navigator.clipboard.readText()")


def test_a_printed_page_holds_answers_and_sources_only(chat: Page) -> None:
    ask(chat, "what?")
    chat.evaluate("() => { window.print = () => { document.title = 'printed'; }; }")
    chat.get_by_role("button", name="Print").click()
    assert chat.title() == "printed"
    chat.emulate_media(media="print")
    for shown in (".statement", ".source"):
        expect(chat.locator(shown).first).to_be_visible()
    for hidden in ("#ask", ".actions", ".opinion", "nav", "#footer"):
        expect(chat.locator(hidden).first).to_be_hidden()


def test_asking_again_replaces_the_last_reply_and_editing_gives_the_question_back(chat: Page) -> None:
    turn = ask(chat, "what now?")
    turn.get_by_role("button", name="Ask again").click()
    expect(chat.locator(".made-by")).to_be_visible()
    expect(chat.locator(".turn")).to_have_count(1)
    turn.get_by_role("button", name="Edit question").click()
    expect(chat.get_by_label("Your question")).to_have_value("what now?")


def test_somebody_can_say_what_is_wrong_by_keyboard(chat: Page) -> None:
    turn = ask(chat, "what?")
    turn.get_by_role("button", name="No, this did not help").press("Enter")
    expect(turn.get_by_label("It does not answer my question")).to_be_focused()
    chat.keyboard.press("Space")
    turn.get_by_label("Anything else?").fill("It is <b>old</b>.")
    turn.get_by_role("button", name="Send").press("Enter")
    expect(turn.locator(".thanks")).to_contain_text("Thank you")
    expect(chat.get_by_role("status").filter(has_text="Thank you")).to_have_count(1)
    expect(turn.locator(".opinion")).to_have_count(0)


def test_a_helpful_answer_and_a_missing_one_can_be_told(chat: Page) -> None:
    helped = ask(chat, "what?")
    helped.get_by_role("button", name="Yes, this helped").click()
    expect(helped.locator(".thanks")).to_be_visible()
    missing = ask(chat, "what is declined?")
    expect(missing.locator(".abstention")).to_contain_text("No answer found")
    missing.get_by_role("button", name="Tell the team").click()
    expect(missing.locator(".thanks")).to_contain_text("The team that keeps the documents")
