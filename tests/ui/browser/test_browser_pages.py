"""The pages around the chat: source reader, library, path, words, upload."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.ui.browser.conftest import Visit, opened

OVERVIEW = "/documents/directors-overview-2017-18"


def test_the_library_is_searched_and_filtered(visit: Visit) -> None:
    page = visit("/documents")
    all_of_them = page.locator(".library > li").count()
    page.get_by_label("Programme").select_option("Scottish Patient Safety Programme")
    page.get_by_role("button", name="Search").click()
    fewer = page.locator(".library > li").count()
    assert 0 < fewer < all_of_them
    page.get_by_label("Search the documents").fill("sepsis")
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_contain_text(f"of {all_of_them}")
    assert 0 < page.locator(".library > li").count() < fewer
    expect(page.get_by_label("Programme")).to_have_value("Scottish Patient Safety Programme")


def test_a_document_is_searched_inside_and_its_words_are_explained(visit: Visit) -> None:
    page = visit("/documents/hospital-at-home")
    page.get_by_label("Search in this document").fill("multidisciplinary team")
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_contain_text("is in 1 place")
    page.locator("a[href='#found-1']").click()
    expect(page.locator("mark.found")).to_be_in_viewport()
    page.goto(page.url.replace("hospital-at-home", "frailty"))
    word = page.locator(".word").first
    word.locator("abbr").focus()
    expect(word.locator(".explained")).to_be_visible()
    page.keyboard.press("Escape")
    expect(word.locator(".explained")).to_be_hidden()


def test_a_reference_can_be_copied_and_leads_back(visit: Visit) -> None:
    page = visit(f"{OVERVIEW}?start=0&end=40")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_text("Cite this").click()
    page.get_by_role("button", name="Copy the reference").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    page.goto(copied[copied.rindex("http") :])
    expect(page.locator("mark#cited")).to_be_visible()


def test_the_path_leads_to_answers_and_remembers_its_ticks(visit: Visit, quick: str) -> None:
    page = visit("/start", server=quick)
    page.get_by_label("I have done this step: What the ihub is").check()
    expect(page.locator("#progress")).to_have_text("1 of 5 steps done.")
    page.get_by_role("link", name="When was the ihub set up?").click()
    opened(page)
    expect(page.locator(".question")).to_contain_text("When was the ihub set up?")
    expect(page.locator(".made-by")).to_be_visible()
    page.reload()
    opened(page)
    expect(page.locator(".turn")).to_have_count(1)
    page.get_by_role("link", name="Start here").click()
    expect(page.get_by_label("I have done this step: What the ihub is")).to_be_checked()


def test_words_are_found(visit: Visit) -> None:
    page = visit("/glossary")
    page.get_by_label("Search the words").fill("integration joint")
    page.keyboard.press("Enter")
    expect(page.locator(".glossary dt").first).to_contain_text("IJB")


def test_a_content_owner_uploads_and_reads_what_was_refused(visit: Visit, quick: str, tmp_path: Path) -> None:
    good, bad = tmp_path / "plan.md", tmp_path / "song.mp3"
    good.write_text("# Plan\n\nWe plan to plan.\n")
    bad.write_bytes(b"la la")
    page = visit("/upload", server=quick, signed_in=True)
    expect(page.get_by_label("Who may read them")).to_have_value("staff")
    page.get_by_label("Files").set_input_files([good, bad])
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#report")).to_contain_text("Not added: song.mp3")
    expect(page.get_by_role("button", name="Add", exact=True)).to_be_enabled()
