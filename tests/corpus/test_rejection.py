"""A file that cannot be read is rejected with its reason, and costs nothing but itself."""

from __future__ import annotations

import io
import os
import signal
import threading
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from corpus.errors import DocumentRejected
from corpus.load import parse
from corpus.load.sandbox import ParserProcess
from tests.corpus.golden import FILES
from tests.corpus.making import write_files


def rejection(folder: Path, name: str, content: bytes) -> str:
    """Return the reason for which a file of this content is rejected."""
    write_files(folder, {name: content})
    with pytest.raises(DocumentRejected) as caught:
        parse(folder / name, name)
    assert caught.value.file == name
    return caught.value.reason


def reason_or_text(folder: Path, name: str, content: bytes) -> str:
    """Return the reason for which a file of this content is rejected, or the text that is read of it."""
    write_files(folder, {name: content})
    try:
        return parse(folder / name, name).text
    except DocumentRejected as rejected:
        return rejected.reason


def archive(entries: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as packed:
        for name, data in entries.items():
            packed.writestr(name, data)
    return content.getvalue()


@pytest.mark.parametrize("name", ["board-paper.docx", "network.pptx", "measures.xlsx", "annual-report.pdf"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.95])
def test_a_file_that_was_cut_off_is_rejected_or_read_as_far_as_it_goes(tmp_path: Path, name: str, share: float) -> None:
    content = (FILES / name).read_bytes()
    found = reason_or_text(tmp_path, name, content[: int(len(content) * share)])
    assert "damaged" in found or "no text" in found or "Harbour" in found


@pytest.mark.parametrize("suffix", [".pdf", ".docx", ".pptx", ".xlsx"])
@pytest.mark.parametrize("name", ["board-paper.docx", "measures.xlsx", "board-paper.pdf", "visits.csv"])
def test_a_file_with_a_wrong_ending_is_rejected_as_what_it_is(tmp_path: Path, name: str, suffix: str) -> None:
    if name.endswith(suffix):
        pytest.skip("this ending is right")
    assert "it is not a" in (reason := rejection(tmp_path, "a" + suffix, (FILES / name).read_bytes())) or (
        "but not a" in reason
    )
    assert reason.endswith("give it its right ending")


@pytest.mark.parametrize("name", ["a.html", "a.csv", "a.eml"])
def test_a_binary_file_is_no_text(tmp_path: Path, name: str) -> None:
    assert "right ending" in rejection(tmp_path, name, (FILES / "board-paper.pdf").read_bytes())


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx", "a.pptx", "a.html", "a.csv", "a.eml"])
def test_an_empty_file_is_rejected(tmp_path: Path, name: str) -> None:
    assert rejection(tmp_path, name, b"") == "it is empty"


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.html", "a.txt"])
def test_a_huge_file_is_rejected_unread(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as huge:
        huge.truncate(2_000_000_000)
    with pytest.raises(DocumentRejected, match=r"larger than (200|20) MB"):
        parse(tmp_path / name, name)


def test_a_protected_pdf_is_rejected(tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    content = io.BytesIO()
    canvas = Canvas(content, encrypt="secret")
    canvas.drawString(100, 700, "Nobody may read this.")
    canvas.save()
    assert rejection(tmp_path, "a.pdf", content.getvalue()) == "it is protected by a password; save it without one"


def test_an_old_or_protected_office_file_is_rejected(tmp_path: Path) -> None:
    assert "protected by a password" in rejection(tmp_path, "a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def test_a_zip_bomb_is_rejected_unpacked_by_nobody(tmp_path: Path) -> None:
    bomb = archive({"word/document.xml": b"<w>" + bytes(200_000_000)})
    assert len(bomb) < 400_000
    assert "zip bomb" in rejection(tmp_path, "a.docx", bomb)


@pytest.mark.parametrize("entry", ["../../outside.xml", "/etc/passwd", "word/../../x.xml", "C:/x.xml", "..\\x.xml"])
def test_an_archive_that_names_files_outside_itself_is_rejected(tmp_path: Path, entry: str) -> None:
    assert "outside itself" in rejection(tmp_path, "a.docx", archive({"word/document.xml": b"<w/>", entry: b"x"}))


def test_an_archive_of_very_many_entries_is_rejected(tmp_path: Path) -> None:
    many = archive({f"word/{number}.xml": b"" for number in range(10_001)}, zipfile.ZIP_STORED)
    assert "10,000 entries" in rejection(tmp_path, "a.docx", many)


ENTITY_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "harbour">'
    + b"".join(b'<!ENTITY %c "%b">' % (letter + 1, b"&%c;" % letter * 20) for letter in b"abcdefghi")
    + b']><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
    + b"<w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
)


def test_entities_that_would_grow_without_end_are_not_written_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(FILES / "board-paper.docx") as packed:
        entries = {name: packed.read(name) for name in packed.namelist()}
    entries["word/document.xml"] = ENTITY_BOMB
    assert "damaged" in rejection(tmp_path, "a.docx", archive(entries))


def test_entities_cannot_read_other_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the harbour gold")
    page = f'<!DOCTYPE html [<!ENTITY s SYSTEM "{secret.as_uri()}">]><html><body><p>Read &s; this.</p></body></html>'
    write_files(tmp_path, {"a.html": page})
    assert "gold" not in parse(tmp_path / "a.html", "a.html").text


def test_a_very_deeply_nested_page_is_rejected_or_read(tmp_path: Path) -> None:
    nested = b"<div>" * 50_000 + b"deep" + b"</div>" * 50_000
    assert any(word in reason_or_text(tmp_path, "a.html", nested) for word in ("deep", "no text", "nested"))


def test_an_e_mail_in_an_unknown_encoding_is_rejected_or_read(tmp_path: Path) -> None:
    mail = b"From: a@b.c\nSubject: x\nContent-Type: text/plain; charset=nonsense\n\nHello there.\n"
    found = reason_or_text(tmp_path, "a.eml", mail)
    assert "Hello" in found or "encoding" in found


def word_of(paragraphs: int, text: bytes) -> bytes:
    """Return a Word document of many like paragraphs: small on disk, long to read."""
    with zipfile.ZipFile(FILES / "board-paper.docx") as packed:
        entries = {name: packed.read(name) for name in packed.namelist()}
    start = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    paragraph = b"<w:p><w:r><w:t>" + text + b"</w:t></w:r></w:p>"
    entries["word/document.xml"] = start + paragraph * paragraphs + b"</w:body></w:document>"
    return archive(entries)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A file that can be read."""
    return write_files(tmp_path / "good", {"a.txt": "Title\n\nSome text.\n"}) / "a.txt"


@pytest.fixture
def limited() -> Iterator[ParserProcess]:
    """A parsing process that may take 60 seconds, 0.2 GB of memory and 1 MB of output."""
    process = ParserProcess(seconds=60, memory_bytes=200_000_000, output_bytes=1_000_000)
    yield process
    process.close()


def test_a_file_that_takes_too_long_is_rejected_and_the_next_is_read(
    tmp_path: Path, good: Path, limited: ParserProcess
) -> None:
    slow = write_files(tmp_path, {"slow.docx": word_of(60_000, b"x")}) / "slow.docx"
    quick = ParserProcess(seconds=2)
    try:
        with pytest.raises(DocumentRejected, match="longer than 2 seconds"):
            quick.parse(slow, "slow.docx")
    finally:
        quick.close()
    assert limited.parse(good, "a.txt").text == "Title\n\nSome text.\n"


def test_a_file_that_needs_too_much_memory_is_rejected_and_the_next_is_read(
    tmp_path: Path, good: Path, limited: ParserProcess
) -> None:
    large = write_files(tmp_path, {"large.docx": word_of(120_000, b"x")}) / "large.docx"
    with pytest.raises(DocumentRejected, match="more memory"):
        limited.parse(large, "large.docx")
    assert limited.parse(good, "a.txt").text.startswith("Title")


def test_more_output_than_is_allowed_is_rejected_and_the_next_is_read(
    tmp_path: Path, good: Path, limited: ParserProcess
) -> None:
    long = write_files(tmp_path, {"long.txt": "Many words. " * 150_000}) / "long.txt"
    with pytest.raises(DocumentRejected):
        limited.parse(long, "long.txt")
    assert limited.parse(good, "a.txt").text.startswith("Title")


def test_a_parser_that_dies_costs_one_file_and_is_replaced(tmp_path: Path, good: Path) -> None:
    process = ParserProcess(seconds=60)
    try:
        assert process.parse(good, "a.txt").text
        slow = write_files(tmp_path, {"slow.docx": word_of(60_000, b"x")}) / "slow.docx"
        assert process.running_id is not None
        threading.Timer(0.5, os.kill, [process.running_id, signal.SIGSEGV]).start()
        with pytest.raises(DocumentRejected, match="makes its parser fail"):
            process.parse(slow, "slow.docx")
        assert process.parse(good, "a.txt").text.startswith("Title")
    finally:
        process.close()


def test_many_threads_share_one_parsing_process(tmp_path: Path) -> None:
    texts = {f"{number}.txt": f"Text number {number}." for number in range(12)}
    write_files(tmp_path, texts)
    found: dict[str, str] = {}
    threads = [
        threading.Thread(target=lambda name=name: found.update({name: parse(tmp_path / name, name).text}))
        for name in texts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == texts


def test_the_parsing_process_sees_no_secret_of_its_environment(monkeypatch: pytest.MonkeyPatch, good: Path) -> None:
    monkeypatch.setenv("IHUB_CHAT_KEY", "very-secret")
    process = ParserProcess(seconds=60)
    try:
        process.parse(good, "a.txt")
        environment = Path(f"/proc/{process.running_id}/environ")
        if not environment.exists():
            pytest.skip("this system does not show the environment of a process")
        assert b"very-secret" not in environment.read_bytes()
    finally:
        process.close()
