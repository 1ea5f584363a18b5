"""The pages about people in a browser: signing in from a document and back, and no violation on any of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from corpus.document import Audience
from tests.access.signing import PASSWORD, install
from tests.ui.browser.conftest import Visit
from tests.ui.browser.serving import serving
from tests.ui.browser.test_browser_accessibility import check_all_looks
from ui.person import Role


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    made = install(tmp_path_factory.mktemp("people"))
    made.add("Morag", Audience.STAFF, Role.ADMINISTRATOR)
    made.add("Nobody in particular", Audience.PARTNER)
    with serving(made.app) as address:
        yield address
    made.database.close()


def sign_in(page: Page) -> None:
    page.get_by_label("Name").fill("Morag")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_somebody_signs_in_from_a_document_that_is_not_theirs_and_then_reads_it(visit: Visit, address: str) -> None:
    page = visit("/documents/for-staff", server=address)
    expect(page.get_by_role("heading", level=1)).to_have_text("This document is not here")
    page.get_by_role("link", name="Sign in").click()
    check_all_looks(page)
    page.get_by_label("Password").fill("wrong")
    page.get_by_label("Name").fill("Morag")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Wages for staff")
    expect(page.get_by_role("link", name="Your account")).to_be_visible()


@pytest.mark.parametrize("path", ["/account", "/insights", "/people"])
def test_the_pages_about_people_have_no_violation(visit: Visit, address: str, path: str) -> None:
    page = visit(f"/sign-in?next={path}", server=address)
    sign_in(page)
    page.wait_for_url(f"**{path}")
    check_all_looks(page)
