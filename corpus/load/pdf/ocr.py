"""Reading pages that are pictures, with Tesseract where it is there."""

from __future__ import annotations

import re
import shutil
from importlib.util import find_spec

import pypdfium2 as pdfium

RESOLUTION = 300
"""Dots per inch at which a page is drawn for Tesseract, as its manual advises."""

MAX_PIXELS = 40_000_000
"""A page that would be larger is drawn smaller: this is an A3 page at `RESOLUTION`, with room."""

PAGE_SECONDS = 60
"""Tesseract is stopped after this on one page; a full page of print takes about 3 seconds."""

FILE_SECONDS = 180
"""Pages that are left when Tesseract has taken this long on a file are only warned of: about 60 pages are read."""

_LINE_END = re.compile(r"(?<!\n)\n(?!\n)")
_PARTED = re.compile(r"([a-z])-\n([a-z])")


def available() -> bool:
    """Say whether the extra `ocr` and Tesseract itself are installed."""
    return find_spec("pytesseract") is not None and shutil.which("tesseract") is not None


def recognise(document: pdfium.PdfDocument, index: int) -> str | None:
    """Return the text of the page at `index`, paragraphs parted by blank lines; None where nothing can read it."""
    if not available():
        return None
    import pytesseract

    page = document[index]
    try:
        width, height = page.get_size()
        scale = min(RESOLUTION / 72, (MAX_PIXELS / max(width * height, 1.0)) ** 0.5)
        picture = page.render(scale=scale, grayscale=True).to_pil()
    finally:
        page.close()
    try:
        text = str(pytesseract.image_to_string(picture, timeout=PAGE_SECONDS))
    except (pytesseract.TesseractError, RuntimeError, OSError):
        return None
    text = _LINE_END.sub(" ", _PARTED.sub(r"\1\2", text.replace("\x0c", ""))).strip()
    return text or None
