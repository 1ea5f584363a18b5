"""One page of a PDF as a picture, with words marked on it."""

from __future__ import annotations

import bisect
import io
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image, ImageChops, ImageDraw

from corpus.errors import DocumentRejected
from corpus.load.reading import read_bytes

WIDTH = 1240
"""Pixels across a picture: 150 dots an inch of A4, so that small print can be read when it is enlarged."""

MAX_PIXELS = 4_000_000
"""Most pixels of a picture; an A4 page has 2.2 million. Larger sheets are drawn smaller."""

QUALITY = 70
"""Quality of the WebP file: a page of text takes about 100 kB, and its letters keep their edges."""

LEAST_FOUND = 20
"""Letters of the words that must stand on the page; fewer could be there by chance."""

_MARK = (255, 226, 133)
_MARGIN = 2

Box = tuple[float, float, float, float]


def picture_of(path: Path, file: str, number: int, words: str = "") -> bytes:
    """Return page `number`, counted from 1, as a WebP picture; `words` are marked where they stand on the page.

    Of words that go on across the end of a page, the part on this page is marked.

    Raises:
        DocumentRejected: the file is no PDF that can be read, or the page is missing or damaged.
    """
    try:
        document = pdfium.PdfDocument(read_bytes(path, file))
        try:
            if not 1 <= number <= len(document):
                raise DocumentRejected(file, f"it has no page {number}")
            return _drawn(document[number - 1], words)
        finally:
            document.close()
    except pdfium.PdfiumError as error:
        raise DocumentRejected(file, f"its page {number} is damaged and cannot be shown") from error


def _drawn(page: pdfium.PdfPage, words: str) -> bytes:
    width, height = (max(side, 1.0) for side in page.get_size())
    bitmap = page.render(scale=min(WIDTH / width, (MAX_PIXELS / (width * height)) ** 0.5))
    image = bitmap.to_pil().convert("RGB")
    boxes = _boxes_of(page, words) if words else []
    if boxes:
        place = bitmap.get_posconv(page)
        marks = Image.new("RGB", image.size, "white")
        pen = ImageDraw.Draw(marks)
        for left, bottom, right, top in boxes:
            (x0, y0), (x1, y1) = place.to_bitmap(left, top), place.to_bitmap(right, bottom)
            corners = (min(x0, x1) - _MARGIN, min(y0, y1) - _MARGIN, max(x0, x1) + _MARGIN, max(y0, y1) + _MARGIN)
            pen.rectangle(corners, fill=_MARK)
        image = ImageChops.multiply(image, marks)
    picture = io.BytesIO()
    image.save(picture, "WEBP", quality=QUALITY)
    return picture.getvalue()


def _boxes_of(page: pdfium.PdfPage, words: str) -> list[Box]:
    """Return the boxes of the words on the page, one for each line, in points from its bottom left corner."""
    text = page.get_textpage()
    try:
        letters = [(letter, index) for index in range(text.count_chars()) for letter in _letters(_glyph(text, index))]
        start, end = _place("".join(letter for letter, _ in letters), _letters(words))
        lines: list[Box] = []
        for index in dict.fromkeys(index for _, index in letters[start:end]):
            _join(lines, text.get_charbox(index, loose=True))
        return lines
    finally:
        text.close()


def _glyph(text: pdfium.PdfTextPage, index: int) -> str:
    code = raw.FPDFText_GetUnicode(text, index)
    return chr(code) if 0 < code < 0x110000 else ""


def _letters(text: str) -> str:
    """Return the letters and digits alone: spaces, hyphens and ligatures differ between a page and what is read."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _place(page: str, wanted: str) -> tuple[int, int]:
    """Return where `wanted` stands on the page, or the longest part of it that begins or ends there."""
    beginning = wanted[: _longest(len(wanted), lambda length: wanted[:length] in page)]
    end = wanted[len(wanted) - _longest(len(wanted), lambda length: wanted[-length:] in page) :]
    part = max(beginning, end, key=len)
    if len(part) < min(LEAST_FOUND, len(wanted)) or not part:
        return 0, 0
    start = page.index(part)
    return start, start + len(part)


def _longest(most: int, stands: Callable[[int], bool]) -> int:
    """Return the greatest length up to `most` that `stands`, where every shorter one does too."""
    return bisect.bisect_left(range(1, most + 1), True, key=lambda length: not stands(length))


def _join(lines: list[Box], box: Box) -> None:
    """Add the box of a letter to the line that it continues, or begin another line."""
    left, bottom, right, top = box
    if lines:
        before = lines[-1]
        middle = (bottom + top) / 2
        if before[1] <= middle <= before[3] and left >= before[0]:
            lines[-1] = (before[0], min(before[1], bottom), max(before[2], right), max(before[3], top))
            return
    lines.append(box)
