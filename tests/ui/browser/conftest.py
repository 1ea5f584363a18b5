"""A real server with a real assistant over the documents that ship, and Debian's Chromium to visit it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from assistant.factory import open_assistant, synchronise
from assistant.settings import Settings, load_settings
from corpus.document import Audience
from index.embedding import MiniLMEmbeddings
from tests.ui.browser.serving import serving
from tests.ui.scripted import ObedientAssistant, as_assistant
from ui.access.gate import Gate
from ui.app import create_app
from ui.person import Person, Role
from ui.records.database import Database

expect.set_options(timeout=30_000)
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

SIGNED_IN = "alice"
ALICE = Person("alice", "Alice", Audience.STAFF, Role.CONTENT_OWNER)

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
        database = Database.open(settings.records, settings.home)
        app = create_app(open_assistant(settings, embeddings), settings, gate=who_says_so(), database=database)
    with serving(app) as address:
        yield address
    database.close()


def who_says_so() -> Gate:
    """A gate for tests: the cookie `person=alice` is Alice, who owns content; nothing is nobody."""
    return Gate(ways=[lambda request: ALICE if request.cookies.get("person") == SIGNED_IN else None])


@pytest.fixture(scope="session")
def obedient() -> ObedientAssistant:
    """The assistant behind `quick`."""
    return ObedientAssistant()


def quick_app(home: Path, obedient: ObedientAssistant) -> FastAPI:
    """Return the application over an assistant that answers at once."""
    return create_app(as_assistant(obedient), Settings(home=home), gate=who_says_so(), database=Database.open("", home))


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory, obedient: ObedientAssistant) -> Iterator[str]:
    """The address of a server that answers at once, for the tests of the page itself."""
    with serving(quick_app(tmp_path_factory.mktemp("quick"), obedient)) as address:
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
        path: str = "/",
        *,
        server: str = "",
        width: int = 1280,
        height: int = 800,
        scheme: Scheme = "light",
        signed_in: bool = False,
        touch: bool = False,
    ) -> Page:
        base = server or request.getfixturevalue("server")
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=touch
        )
        contexts.append(context)
        if signed_in:
            context.add_cookies([{"name": "person", "value": SIGNED_IN, "url": base}])

        def note_request(sent: Request) -> None:
            if not sent.url.startswith(("http://127.0.0.1:", "data:")):
                faults.append(sent.url)

        def watch(page: Page) -> None:
            page.on("request", note_request)
            page.on("pageerror", lambda error: faults.append(str(error)))

        context.on("page", watch)
        page = context.new_page()
        page.goto(base + path)
        if path.partition("?")[0] == "/":
            opened(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def opened(page: Page) -> None:
    """Wait until the chat page has arrived and knows what it was opened for."""
    page.get_by_label("Your question").wait_for()
    page.wait_for_function("document.documentElement.dataset.arrived === 'yes'")
