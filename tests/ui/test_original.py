"""The pages of a PDF as pictures: the right page, for those who may read it, and never a file that was not read."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import re
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from assistant.settings import Settings
from corpus.document import Audience, Document
from corpus.folder import load, scan
from tests.ui.printed import COLOURS, SENTENCES, write_report
from tests.ui.scripted import ScriptedAssistant, as_assistant
from ui.access.gate import Gate
from ui.app import create_app
from ui.original import MOST_WAITING
from ui.person import Person

STAFF = Person("s", "Staff", Audience.STAFF)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus folder with a PDF of three pages, each with a band of its own colour."""
    folder = tmp_path_factory.mktemp("originals")
    write_report(folder / "report.pdf")
    (folder / "notes.md").write_text("# Notes\n\nNothing is printed here.\n")
    return folder


@pytest.fixture(scope="module")
def documents(folder: Path) -> dict[str, Document]:
    return {source.document_id: load(source) for source in scan([folder], Audience.PUBLIC).files}


Visit = Callable[..., TestClient]


@pytest.fixture
def visit(folder: Path, documents: dict[str, Document], tmp_path: Path) -> Visit:
    def client(*, corpus: Path = folder, person: Person | None = None, **changes: object) -> TestClient:
        held = tuple(dataclasses.replace(document, **changes) for document in documents.values())  # type: ignore[arg-type]
        settings = Settings(_env_file=None, corpus=(corpus,), home=tmp_path)
        gate = Gate(ways=[lambda request: person])
        return TestClient(create_app(as_assistant(ScriptedAssistant([], held=held)), settings, gate=gate))

    return client


def band(content: bytes) -> tuple[int, ...]:
    image = Image.open(io.BytesIO(content)).convert("RGB")
    return image.getpixel((image.width // 2, image.height - 20))  # type: ignore[return-value]


def yellow_places(content: bytes) -> set[int]:
    """Return the heights, in per cent of the page, at which something is marked."""
    image = Image.open(io.BytesIO(content)).convert("RGB")
    pixels = image.load()
    assert pixels is not None
    found = set()
    for y in range(0, image.height, 2):
        for x in range(0, image.width, 3):
            red, green, blue = pixels[x, y]  # type: ignore[misc]
            if red > 240 and green > 210 and blue < 160:
                found.add(100 * y // image.height)
    return found


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_picture_shows_its_page(visit: Visit, number: int) -> None:
    response = visit().get(f"/originals/{number}/report")
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/webp"
    assert response.headers["cache-control"] == "private, no-cache"
    assert all(abs(a - b) < 12 for a, b in zip(band(response.content), COLOURS[number - 1], strict=True))
    assert yellow_places(response.content) == set()


def test_the_cited_words_are_marked_on_the_picture(visit: Visit, documents: dict[str, Document]) -> None:
    start = documents["report"].text.index(SENTENCES[1])
    cited = f"start={start}&end={start + len(SENTENCES[1])}"
    places = yellow_places(visit().get(f"/originals/2/report?{cited}").content)
    assert places
    assert places <= {15, 16, 17, 18}
    assert yellow_places(visit().get(f"/originals/3/report?{cited}").content) == set()


def test_the_reader_opens_at_the_page_of_the_cited_words_and_leads_to_the_others(
    visit: Visit, documents: dict[str, Document]
) -> None:
    start = documents["report"].text.index(SENTENCES[1])
    cited = f"start={start}&end={start + 20}"
    html = visit().get(f"/documents/report?{cited}&also=1-9").text
    assert f'<img src="/originals/2/report?{cited.replace("&", "&amp;")}"' in html
    for other in (1, 3):
        assert f"{cited}&also=1-9&page={other}#original".replace("&", "&amp;") in html
    assert 'src="/originals/3/report"' in visit().get(f"/documents/report?{cited}&page=3").text
    for nonsense in ("0", "99", "-1", "x", "²", "9" * 5000):
        assert f'src="/originals/2/report?{cited.replace("&", "&amp;")}"' in (
            visit().get("/documents/report", params={"start": start, "end": start + 20, "page": nonsense}).text
        )
    assert 'src="/originals/1/report"' in visit().get("/documents/report").text


def test_a_document_that_one_may_not_read_has_no_picture(visit: Visit) -> None:
    outside, inside = visit(audience=Audience.STAFF), visit(audience=Audience.STAFF, person=STAFF)
    hidden, unknown = outside.get("/originals/1/report"), outside.get("/originals/1/unknown")
    assert (hidden.status_code, hidden.text) == (unknown.status_code, unknown.text) == (404, "This page is not here.")
    tag = inside.get("/originals/1/report").headers["etag"]
    assert inside.get("/originals/1/report", headers={"If-None-Match": tag}).status_code == 304
    assert outside.get("/originals/1/report", headers={"If-None-Match": tag}).status_code == 404
    assert "/originals/" not in outside.get("/documents/report").text


def test_a_document_without_pages_or_original_is_shown_as_before(visit: Visit, tmp_path: Path) -> None:
    assert visit().get("/originals/1/notes").status_code == 404
    assert 'class="original"' not in visit().get("/documents/notes").text
    elsewhere = visit(corpus=tmp_path)
    assert elsewhere.get("/originals/1/report").status_code == 404
    assert 'class="original"' not in elsewhere.get("/documents/report").text
    assert SENTENCES[0] in elsewhere.get("/documents/report").text


@pytest.mark.parametrize("number", ["0", "4", "-1", "x", "1.5", "%00", "²", "٣", "9" * 400])
def test_a_page_that_there_is_not_is_not_found(visit: Visit, number: str) -> None:
    assert visit().get(f"/originals/{number}/report").status_code == 404


def test_a_file_that_changed_since_it_was_read_is_not_shown(visit: Visit, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes((folder / "report.pdf").read_bytes() + b"\n% changed")
    assert visit(corpus=tmp_path).get("/originals/1/report").status_code == 404


def test_only_plain_files_inside_the_folder_are_shown(visit: Visit, folder: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "report.pdf").symlink_to(folder / "report.pdf")
    assert visit(corpus=corpus).get("/originals/1/report").status_code == 404
    outside = f"../{folder.name}/report.pdf"
    assert (tmp_path.parent / folder.name).exists()
    assert visit(corpus=folder.parent / "elsewhere", file=outside).get("/originals/1/report").status_code == 404


def test_a_damaged_file_is_said_to_be_missing_and_harms_nobody(visit: Visit, folder: Path, tmp_path: Path) -> None:
    content = (folder / "report.pdf").read_bytes()
    torn = content[: len(content) // 3]
    (tmp_path / "report.pdf").write_bytes(torn)
    client = visit(corpus=tmp_path, content_hash=hashlib.sha256(torn).hexdigest())
    assert client.get("/originals/1/report").status_code == 404
    assert 'class="original"' in client.get("/documents/report").text
    assert visit().get("/originals/1/report").status_code == 200


def test_very_many_at_once_are_asked_to_try_again(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()

    def slow(*arguments: object) -> bytes:
        assert go.wait(timeout=60)
        return b"picture"

    monkeypatch.setattr("ui.original.picture", slow)
    client = visit()
    with ThreadPoolExecutor(MOST_WAITING + 1) as crowd:
        waiting = [crowd.submit(client.get, f"/originals/{n % 3 + 1}/report") for n in range(MOST_WAITING + 1)]
        (refused, *_), _ = wait(waiting, return_when=FIRST_COMPLETED)
        assert refused.result().status_code == 503
        assert refused.result().headers["retry-after"]
        go.set()
        assert sorted(one.result().status_code for one in waiting) == [200] * MOST_WAITING + [503]


def test_the_pages_in_the_text_lead_to_their_pictures(visit: Visit) -> None:
    html = visit().get("/documents/report").text
    assert re.findall(r'id="page-(\d)">Page \1 <a href="\?page=(\d)#original" data-page', html) == [
        ("1", "1"),
        ("2", "2"),
        ("3", "3"),
    ]
