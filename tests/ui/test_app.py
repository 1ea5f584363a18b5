"""The application: its pages, its headers and the routes that stay closed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from assistant.settings import Settings
from corpus.document import Audience
from tests.ui.scripted import ScriptedAssistant, as_assistant, make_document
from ui.app import create_app
from ui.period import last_year

HELD = (make_document(), make_document(id="internal", title="Internal", audience=Audience.STAFF))


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(as_assistant(ScriptedAssistant([], held=HELD)), Settings())) as client:
        yield client


def test_the_health_check_answers(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}


def test_an_unreadable_document_looks_like_an_unknown_one(client: TestClient) -> None:
    assert client.get("/documents/internal").text == client.get("/documents/unknown").text
    assert "Internal" not in client.get("/documents").text


@pytest.mark.parametrize(
    "path",
    ["/", "/documents", "/glossary", "/start", "/conversations", "/documents/overview", "/documents/x", "/health"],
)
def test_every_page_has_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path, headers={"Accept": "text/html"}).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert path == "/health" or "frame-ancestors 'self'" in headers["content-security-policy"]


def test_each_visit_gets_its_own_script_nonce(client: TestClient) -> None:
    nonces = set()
    for _ in range(2):
        response = client.get("/", headers={"Accept": "text/html"})
        found = re.search(r"'nonce-([^']+)'", response.headers["content-security-policy"])
        assert found is not None
        assert "'unsafe-inline'" not in response.headers["content-security-policy"].split("script-src")[1].split(";")[0]
        tags = re.findall(r"<script(?=[\s>])[^>]*>", response.text)
        assert tags
        assert all(f'nonce="{found.group(1)}"' in tag for tag in tags)
        nonces.add(found.group(1))
    assert len(nonces) == 2


def test_the_chat_page_names_its_language_and_advertises_nothing(client: TestClient) -> None:
    html = client.get("/", headers={"Accept": "text/html"}).text
    assert 'lang="en-GB"' in html
    assert 'property="og:' not in html
    assert "raw.githubusercontent.com" not in html


@pytest.mark.parametrize("path", ["/ui/style.css", "/ui/brand.css", "/ui/icon.svg", "/ui/chat.js", "/ui/page.js"])
def test_the_files_that_pages_need_are_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["upload", "proxy=https://example.org/", "file=/etc/passwd", "openapi.json", "vibe-code"]
)
def test_routes_that_the_page_does_not_need_are_closed(client: TestClient, path: str) -> None:
    assert client.get(f"/gradio_api/{path}").status_code == 404
    assert client.post(f"/gradio_api/{path}", headers={"Origin": "http://testserver"}).status_code == 404


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/monitoring"])
def test_no_page_describes_the_interface_to_strangers(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in (403, 404)


def test_the_glossary_is_escaped_and_links_only_web_addresses(client: TestClient) -> None:
    html = client.get("/glossary").text
    assert "A way &lt;to&gt; improve." in html
    assert "javascript:" not in html


def test_the_last_year_is_read_from_the_periods() -> None:
    assert last_year(["2017-18", "2008 to 2016"]) == 2018
    assert last_year([""]) is None
