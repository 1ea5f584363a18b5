"""A real server with a real assistant over the documents that ship, and Debian's Chromium to visit it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from assistant.factory import open_assistant, synchronise
from assistant.settings import load_settings
from index.embedding import MiniLMEmbeddings
from tests.ui.browser.serving import serving
from ui.app import create_app

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Scheme = Literal["light", "dark"]
Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that answers from a fresh index in its own state folder."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("IHUB_HOME", str(tmp_path_factory.mktemp("home")))
        settings = load_settings()
        embeddings = MiniLMEmbeddings(settings.embedding_model)
        synchronise(settings, embeddings, lambda stage, done, total: None)
        app = create_app(open_assistant(settings, embeddings), settings)
    with serving(app) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium; a machine without it fails these tests instead of passing them by."""
    assert CHROMIUM.exists(), f"{CHROMIUM} is missing: install Debian's chromium, or leave out with -m 'not browser'"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def visit(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Visit]:
    """Open a page of the server or of another one on this machine.

    A request to any other machine and an error of a script fail the test.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(
        path: str = "/", *, server: str = "", width: int = 1280, height: int = 800, scheme: Scheme = "light"
    ) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        contexts.append(context)

        def note_request(sent: Request) -> None:
            if not sent.url.startswith(("http://127.0.0.1:", "data:")):
                faults.append(sent.url)

        def watch(page: Page) -> None:
            page.on("request", note_request)
            page.on("pageerror", lambda error: faults.append(str(error)))

        context.on("page", watch)
        page = context.new_page()
        page.goto((server or request.getfixturevalue("server")) + path)
        if path == "/":
            page.get_by_label("Your question").wait_for()
            page.wait_for_function("document.querySelector('#starters button') !== null")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []
