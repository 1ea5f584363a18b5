"""Glyphs of a PDF page -> runs of text and ruled lines, in points from the top left corner of the page as it is seen.

Everything that speaks to PDFium's C interface about text and paths is here.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as raw

CELL_GAP = 1.0
"""A gap wider than this many font sizes ends a run: it parts columns and table cells; word spaces are below 0.6."""

WORD_GAP = 0.12
"""A gap this many font sizes wider than the usual one of its run parts two words where no space was written: narrow
word spaces were seen at 0.13, kerning stays below 0.1."""

SPACED_OUT = 0.08
"""A usual gap of more font sizes means that a run is set s p a c e d: PDFium takes its gaps for spaces."""

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

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Run:
    """Text without a wide gap on one baseline; `size` is the font's height and `bold` says that most of it is bold."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    bold: bool

    @property
    def middle(self) -> Point:
        """Return the point that decides in which table cell the run lies."""
        return (self.x0 + self.x1) / 2, self.baseline - self.size * 0.3


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight line: along x from `start` to `end` at y = `at` where `level`, else along y at x = `at`."""

    level: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class _Style:
    size: float
    bold: bool
    level: bool
    upright: bool


class PageGlyphs:
    """Reads one page; `width` and `height` are those of the page as it is seen, in points."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self._page = page
        self._rotation = page.get_rotation()
        self._left, self._bottom, right, top = page.get_bbox()
        across, up = right - self._left, top - self._bottom
        self.width, self.height = (up, across) if self._rotation in (90, 270) else (across, up)
        self._across, self._up = across, up
        self._styles: dict[int, _Style] = {}
        self._bold: dict[int, bool] = {}

    def runs(self) -> tuple[Run, ...]:
        """Return the runs of level text in the order of the file; text that stands on its side comes last."""
        text_page = self._page.get_textpage()
        try:
            builder = _RunBuilder()
            for index in range(min(text_page.count_chars(), MAX_GLYPHS)):
                self._add_glyph(text_page, index, builder)
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
        if self._rotation == 90:
            return y, x
        if self._rotation == 180:
            return self._across - x, y
        if self._rotation == 270:
            return self._up - y, self._across - x
        return x, self._up - y

    def _add_glyph(self, text_page: pdfium.PdfTextPage, index: int, builder: _RunBuilder) -> None:
        code = raw.FPDFText_GetUnicode(text_page, index)
        if code in (0x20, 0xA0, 0x0D, 0x0A, 0x09, 0):
            builder.space(written=not raw.FPDFText_IsGenerated(text_page, index))
            return
        style = self._style(raw.FPDFText_GetTextObject(text_page, index))
        if style is None or style.size < LEAST_SIZE or not (style.level or style.upright):
            return
        box = raw.FS_RECTF()
        x, y = ctypes.c_double(), ctypes.c_double()
        if not raw.FPDFText_GetLooseCharBox(text_page, index, box) or not raw.FPDFText_GetCharOrigin(
            text_page, index, x, y
        ):
            return
        corners = self._seen(box.left, box.bottom), self._seen(box.right, box.top)
        x0, x1 = sorted((corners[0][0], corners[1][0]))
        origin = self._seen(x.value, y.value)
        if not (-1 <= origin[0] <= self.width + 1 and -1 <= origin[1] <= self.height + 1):
            return
        text = "-" if code == _LINE_END_HYPHEN else _character(code)
        builder.glyph(text, x0, x1, origin[1], style)

    def _style(self, item: raw.FPDF_PAGEOBJECT) -> _Style | None:
        if not item:
            return None
        key = ctypes.addressof(item.contents)
        style = self._styles.get(key)
        if style is None:
            style = self._styles[key] = self._read_style(item)
        return style

    def _read_style(self, item: raw.FPDF_PAGEOBJECT) -> _Style:
        size, matrix = ctypes.c_float(), raw.FS_MATRIX()
        raw.FPDFTextObj_GetFontSize(item, size)
        raw.FPDFPageObj_GetMatrix(item, matrix)
        along, across = self._direction(matrix.a, matrix.b)
        length = math.hypot(along, across) or 1.0
        level = along > 0 and abs(across) <= MAX_TILT * length
        upright = abs(along) <= MAX_TILT * length
        height = abs(size.value) * math.hypot(matrix.c, matrix.d)
        return _Style(min(max(height, 1.0), 400.0), self._is_bold(item), level, upright)

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
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


class _Space(Enum):
    """Whether a space stands before a glyph."""

    NONE = 0
    SUPPOSED = 1
    WRITTEN = 2


class _RunBuilder:
    """Joins glyphs in the order of the file into runs."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._aside: list[str] = []
        self._glyphs: list[tuple[str, float, _Space]] = []
        self._space = _Space.NONE
        self._x0 = self._x1 = self._baseline = self._size = 0.0
        self._styles: Counter[_Style] = Counter()

    def space(self, *, written: bool) -> None:
        """Note a space that is written in the file, or that PDFium supposes."""
        self._space = _Space.WRITTEN if written or self._space is _Space.WRITTEN else _Space.SUPPOSED
        if self._aside and self._aside[-1] != " ":
            self._aside.append(" ")

    def glyph(self, text: str, x0: float, x1: float, baseline: float, style: _Style) -> None:
        """Add a glyph that reaches from `x0` to `x1`."""
        if not style.level:
            self._aside.append(text)
            return
        gap = x0 - self._x1
        if self._glyphs and self._continues(gap, baseline, max(self._size, style.size)):
            self._x1 = max(self._x1, x1)
        else:
            self._end_run()
            gap = 0.0
            self._x0, self._x1, self._baseline = x0, x1, baseline
        if style.size > self._size * 1.2:
            self._baseline = baseline
        self._size = max(self._size, style.size)
        self._glyphs.append((text, gap, self._space))
        self._styles[style] += 1
        self._space = _Space.NONE

    def _continues(self, gap: float, baseline: float, size: float) -> bool:
        return abs(baseline - self._baseline) <= 0.45 * size and -0.7 * size <= gap <= CELL_GAP * size

    def _end_run(self) -> None:
        if self._glyphs:
            style = self._styles.most_common(1)[0][0]
            bold = sum(count for style, count in self._styles.items() if style.bold) * 2 > len(self._glyphs)
            text = self._text(style.size)
            self._runs.append(Run(text, self._x0, self._x1, self._baseline, style.size, bold))
        self._glyphs = []
        self._styles.clear()
        self._size = 0.0
        self._space = _Space.NONE

    def _text(self, size: float) -> str:
        """Return the glyphs with spaces between words: written ones, and gaps that stand out from the usual one."""
        usual = max(0.0, median(gap for _, gap, _ in self._glyphs[1:])) if len(self._glyphs) > 1 else 0.0
        parts: list[str] = []
        for text, gap, space in self._glyphs:
            parted = space is _Space.WRITTEN or gap - usual > WORD_GAP * size
            parted = parted or (space is _Space.SUPPOSED and usual <= SPACED_OUT * size)
            parts.append(f" {text}" if parts and parted else text)
        return "".join(parts)

    def finished(self) -> tuple[Run, ...]:
        """Return all runs; text that stands on its side is one run below the others."""
        self._end_run()
        if aside := "".join(self._aside).strip():
            below = max((run.baseline for run in self._runs), default=0.0) + 100.0
            self._runs.append(Run(aside, 0.0, 10.0, below, 8.0, False))
        return tuple(self._runs)
