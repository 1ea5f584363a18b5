"""Glyphs of a PDF page -> runs of text and ruled lines, in points from the top left corner of the page as it is seen.

Everything that speaks to PDFium's C interface about text and paths is here.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from corpus.load.pdf.runs import Run, RunBuilder, Style

LEAST_SIZE = 3.0
"""Smaller text, in points, cannot be read by people and is left out: it holds marks of programs, or hidden words."""

MAX_GLYPHS = 100_000
"""Glyphs read of one page; a page of small print has about 8,000."""

MAX_PATHS = 4_000
"""Path objects read of one page; with more it is a drawing, and its lines rule no table."""

MAX_SEGMENTS = 2_000
MAX_TILT = 0.05
"""Largest slope of a baseline that counts as level, about 3 degrees; scans are straighter, stamps are not."""

_BOLD_WEIGHT = 600
_BOLD_NAMES = ("bold", "black", "heavy", "demi")
_LINE_END_HYPHEN = 0x02
_SPACES = frozenset({0x20, 0xA0, 0x0D, 0x0A, 0x09, 0})

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight line: along x from `start` to `end` at y = `at` where `level`, else along y at x = `at`."""

    level: bool
    at: float
    start: float
    end: float


class PageGlyphs:
    """Reads one page; `width` and `height` are those of the page as it is seen, in points."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self._page = page
        self._rotation = page.get_rotation()
        self._left, self._bottom, right, top = page.get_bbox()
        across, up = right - self._left, top - self._bottom
        self.width, self.height = (up, across) if self._rotation in (90, 270) else (across, up)
        self._across, self._up = across, up
        self._styles: dict[int, Style] = {}
        self._bold: dict[int, bool] = {}

    def runs(self) -> tuple[Run, ...]:
        """Return the runs of level text in the order of the file; text that stands on its side comes last."""
        text_page = self._page.get_textpage()
        try:
            builder = RunBuilder()
            self._read(text_page.raw, min(text_page.count_chars(), MAX_GLYPHS), builder)
            return builder.finished()
        finally:
            text_page.close()

    def rulings(self) -> tuple[Ruling, ...]:
        """Return the level and upright lines that are drawn on the page, edges of boxes among them."""
        count = raw.FPDFPage_CountObjects(self._page)
        if count > MAX_PATHS * 4:
            return ()
        found: list[Ruling] = []
        paths = 0
        for index in range(count):
            item = raw.FPDFPage_GetObject(self._page, index)
            if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_PATH:
                paths += 1
                if paths > MAX_PATHS:
                    return ()
                found.extend(self._rulings_of(item))
        return tuple(found)

    def has_pictures(self) -> bool:
        """Say whether the page shows anything that may be a picture of text: images, or drawn shapes."""
        for index in range(min(raw.FPDFPage_CountObjects(self._page), MAX_PATHS)):
            kind = raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(self._page, index))
            if kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM):
                return True
        return False

    def _seen(self, x: float, y: float) -> Point:
        """Turn a point of the file into one on the page as it is seen."""
        x, y = x - self._left, y - self._bottom
        if self._rotation == 0:
            return x, self._up - y
        if self._rotation == 90:
            return y, x
        if self._rotation == 180:
            return self._across - x, y
        return self._up - y, self._across - x

    def _read(self, text_page: raw.FPDF_TEXTPAGE, count: int, builder: RunBuilder) -> None:
        """Hand every glyph to `builder`. This loop takes most of the time of a PDF, hence its local names."""
        box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        to_box, to_x, to_y = ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
        code_of, object_of = raw.FPDFText_GetUnicode, raw.FPDFText_GetTextObject
        box_of, origin_of = raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharOrigin
        for index in range(count):
            code = code_of(text_page, index)
            if code in _SPACES:
                builder.space(written=not raw.FPDFText_IsGenerated(text_page, index))
                continue
            style = self._style(object_of(text_page, index))
            if style is None or style.size < LEAST_SIZE or not (style.level or style.upright):
                continue
            if not box_of(text_page, index, to_box) or not origin_of(text_page, index, to_x, to_y):
                continue
            x0, _ = self._seen(box.left, box.bottom)
            x1, _ = self._seen(box.right, box.top)
            across, baseline = self._seen(x.value, y.value)
            if -1 <= across <= self.width + 1 and -1 <= baseline <= self.height + 1:
                builder.glyph(_character(code), min(x0, x1), max(x0, x1), baseline, style)

    def _style(self, item: raw.FPDF_PAGEOBJECT) -> Style | None:
        if not item:
            return None
        key = ctypes.addressof(item.contents)
        style = self._styles.get(key)
        if style is None:
            style = self._styles[key] = self._read_style(item)
        return style

    def _read_style(self, item: raw.FPDF_PAGEOBJECT) -> Style:
        size, matrix = ctypes.c_float(), raw.FS_MATRIX()
        raw.FPDFTextObj_GetFontSize(item, size)
        raw.FPDFPageObj_GetMatrix(item, matrix)
        along, across = self._direction(matrix.a, matrix.b)
        length = math.hypot(along, across) or 1.0
        level = along > 0 and abs(across) <= MAX_TILT * length
        upright = abs(along) <= MAX_TILT * length
        height = abs(size.value) * math.hypot(matrix.c, matrix.d)
        return Style(min(max(height, 1.0), 400.0), self._is_bold(item), level, upright)

    def _direction(self, dx: float, dy: float) -> Point:
        turns = {0: (dx, dy), 90: (dy, -dx), 180: (-dx, -dy), 270: (-dy, dx)}
        return turns[self._rotation]

    def _is_bold(self, item: raw.FPDF_PAGEOBJECT) -> bool:
        font = raw.FPDFTextObj_GetFont(item)
        if not font:
            return False
        key = ctypes.addressof(font.contents)
        if key not in self._bold:
            name = ctypes.create_string_buffer(200)
            raw.FPDFFont_GetBaseFontName(font, name, len(name))
            plain = name.value.decode("utf-8", "replace").lower()
            self._bold[key] = raw.FPDFFont_GetWeight(font) >= _BOLD_WEIGHT or any(part in plain for part in _BOLD_NAMES)
        return self._bold[key]

    def _rulings_of(self, item: raw.FPDF_PAGEOBJECT) -> Iterator[Ruling]:
        matrix = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(item, matrix)
        x, y = ctypes.c_float(), ctypes.c_float()
        first = last = (0.0, 0.0)
        for number in range(min(raw.FPDFPath_CountSegments(item), MAX_SEGMENTS)):
            segment = raw.FPDFPath_GetPathSegment(item, number)
            if not raw.FPDFPathSegment_GetPoint(segment, x, y):
                continue
            point = self._seen(
                matrix.a * x.value + matrix.c * y.value + matrix.e, matrix.b * x.value + matrix.d * y.value + matrix.f
            )
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind == raw.FPDF_SEGMENT_MOVETO:
                first = point
            elif kind == raw.FPDF_SEGMENT_LINETO:
                yield from _ruling(last, point)
            if raw.FPDFPathSegment_GetClose(segment):
                yield from _ruling(point, first)
            last = point


def _ruling(start: Point, end: Point, shortest: float = 4.0, slant: float = 1.0) -> Iterator[Ruling]:
    """Yield the line between two points where it is level or upright and longer than the strokes of a letter."""
    across, down = abs(end[0] - start[0]), abs(end[1] - start[1])
    if across >= shortest and down <= slant:
        yield Ruling(True, (start[1] + end[1]) / 2, min(start[0], end[0]), max(start[0], end[0]))
    elif down >= shortest and across <= slant:
        yield Ruling(False, (start[0] + end[0]) / 2, min(start[1], end[1]), max(start[1], end[1]))


def _character(code: int) -> str:
    if code == _LINE_END_HYPHEN:
        return "-"
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
