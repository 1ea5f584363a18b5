"""Nothing is lost: reloads, two tabs, a lost connection, a server that starts again, the back button, signing in."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.ui.browser.asking import ask
from tests.ui.browser.conftest import Visit, opened, quick_app
from tests.ui.browser.serving import serving
from tests.ui.scripted import ObedientAssistant


def test_a_reload_brings_the_conversation_and_the_draft_back(visit: Visit, quick: str) -> None:
    page = visit(server=quick)
    ask(page, "first?")
    ask(page, "what is declined?")
    page.get_by_label("Your question").fill("half a quest")
    page.reload()
    opened(page)
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".statement").first).to_contain_text("Cited words here.")
    expect(page.locator(".abstention")).to_have_count(1)
    expect(page.get_by_label("Your question")).to_have_value("half a quest")
    ask(page, "third?")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    page.reload()
    opened(page)
    expect(page.locator(".welcome")).to_be_visible()


def test_a_reload_in_mid_answer_asks_again(visit: Visit, quick: str, obedient: ObedientAssistant) -> None:
    obedient.go.clear()
    page = visit(server=quick)
    page.get_by_label("Your question").fill("a slow one?")
    page.keyboard.press("Enter")
    expect(page.locator(".pending")).to_be_visible()
    page.reload()
    expect(page.locator(".pending")).to_be_visible()
    obedient.go.set()
    expect(page.locator(".made-by")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(1)


def test_two_tabs_have_conversations_of_their_own(visit: Visit, quick: str) -> None:
    page = visit(server=quick)
    ask(page, "in one tab?")
    other = page.context.new_page()
    other.goto(quick)
    opened(other)
    expect(other.locator(".turn")).to_have_count(0)
    ask(other, "in the other tab?")
    page.reload()
    opened(page)
    expect(page.locator(".question")).to_contain_text(["in one tab?"])


def test_the_back_button_leads_back_to_the_conversation(visit: Visit, quick: str) -> None:
    page = visit(server=quick)
    ask(page, "first?")
    page.get_by_role("link", name="Words to know").click()
    page.wait_for_url("**/glossary")
    page.go_back()
    opened(page)
    expect(page.locator(".made-by")).to_be_visible()


def test_a_lost_connection_is_said_in_one_sentence(visit: Visit, quick: str) -> None:
    page = visit(server=quick)
    ask(page, "first?")
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_contain_text("There is no connection. Your conversation is safe here.")
    page.context.set_offline(False)
    expect(page.locator("#connection")).to_be_empty()
    box = page.get_by_label("Your question")
    box.fill("second?")
    for _ in range(3):  # Gradio loads the page anew once it is back; what was being asked then stands in the box
        box.press("Enter")
        try:
            expect(page.locator(".turn .made-by")).to_have_count(2, timeout=10_000)
            break
        except AssertionError:
            opened(page)
            expect(box).to_have_value("second?")
    expect(page.locator(".turn .made-by")).to_have_count(2)


def test_a_server_that_starts_again_finds_the_conversation_where_it_was(visit: Visit, tmp_path: Path) -> None:
    with serving(quick_app(tmp_path, ObedientAssistant())) as address:
        page = visit(server=address)
        ask(page, "before?")
    page.get_by_label("Your question").fill("typed while it was away")
    with serving(quick_app(tmp_path, ObedientAssistant()), port=int(address.rsplit(":", 1)[1])):
        page.reload()
        opened(page)
        expect(page.locator(".made-by")).to_be_visible()
        expect(page.get_by_label("Your question")).to_have_value("typed while it was away")
        ask(page, "after?")
        expect(page.locator(".turn")).to_have_count(2)


def test_a_signed_in_persons_conversations_are_listed_opened_renamed_and_deleted(visit: Visit, quick: str) -> None:
    page = visit(server=quick, signed_in=True)
    ask(page, "What is kept?")
    ask(page, "And this?")
    page.get_by_role("link", name="Your conversations").click()
    entry = page.locator(".conversations li").filter(has_text="What is kept?")
    expect(entry).to_contain_text("2 questions")
    entry.locator("summary").click()
    entry.get_by_label("New title").fill("My notes")
    entry.get_by_role("button", name="Rename").click()
    page.get_by_label("Search your questions").fill("And this")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="My notes", exact=True).click()
    opened(page)
    expect(page.locator(".turn")).to_have_count(2)
    ask(page, "A third?")
    page.goto(f"{quick}/conversations")
    entry = page.locator(".conversations li").filter(has_text="My notes")
    expect(entry).to_contain_text("3 questions")
    entry.locator("summary").click()
    with page.expect_download() as saved:
        entry.get_by_role("link", name="Markdown").click()
    assert "What is kept" in saved.value.path().read_text()
    entry.get_by_role("button", name="Delete").click()
    expect(page.locator(".conversations li").filter(has_text="My notes")).to_have_count(0)
