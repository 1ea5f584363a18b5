"""Glyphs -> runs: words on one baseline without a wide gap between them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from statistics import median

CELL_GAP = 1.0
"""A gap wider than this many font sizes ends a run: it parts columns and table cells; word spaces are below 0.6."""

WORD_GAP = 0.12
"""A gap this many font sizes wider than the usual one of its run parts two words where no space was written: narrow
word spaces were seen at 0.13, kerning stays below 0.1."""

SPACED_OUT = 0.08
"""A usual gap of more font sizes means that a run is set s p a c e d: PDFium takes its gaps for spaces."""


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
    def middle(self) -> tuple[float, float]:
        """Return the point that decides in which table cell the run lies."""
        return (self.x0 + self.x1) / 2, self.baseline - self.size * 0.3


@dataclass(frozen=True, slots=True)
class Style:
    size: float
    bold: bool
    level: bool
    upright: bool


class Space(Enum):
    """Whether a space stands before a glyph."""

    NONE = 0
    SUPPOSED = 1
    WRITTEN = 2


class RunBuilder:
    """Joins glyphs in the order of the file into runs."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._aside: list[str] = []
        self._glyphs: list[tuple[str, float, Space]] = []
        self._space = Space.NONE
        self._x0 = self._x1 = self._baseline = self._size = 0.0
        self._styles: list[tuple[Style, int]] = []
        self._same_style = 0
        self._last_box = (0.0, 0.0)

    def space(self, *, written: bool) -> None:
        """Note a space that is written in the file, or that PDFium supposes."""
        self._space = Space.WRITTEN if written or self._space is Space.WRITTEN else Space.SUPPOSED
        if self._aside and self._aside[-1] != " ":
            self._aside.append(" ")

    def glyph(self, text: str, x0: float, x1: float, baseline: float, style: Style) -> None:
        """Add a glyph that reaches from `x0` to `x1`."""
        if not style.level:
            self._aside.append(text)
            return
        gap = 0.0 if (x0, x1) == self._last_box else x0 - self._x1  # the letters of a ligature share one box
        self._last_box = (x0, x1)
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
        if self._styles and self._styles[-1][0] is style:
            self._same_style += 1
        else:
            self._note_style()
            self._styles.append((style, 0))
            self._same_style = 1
        self._space = Space.NONE

    def _continues(self, gap: float, baseline: float, size: float) -> bool:
        return abs(baseline - self._baseline) <= 0.45 * size and -0.7 * size <= gap <= CELL_GAP * size

    def _end_run(self) -> None:
        if self._glyphs:
            self._note_style()
            sizes = Counter[float]()
            for style, count in self._styles:
                sizes[style.size] += count
            size = sizes.most_common(1)[0][0]
            bold = sum(count for style, count in self._styles if style.bold) * 2 > len(self._glyphs)
            self._runs.append(Run(self._text(size), self._x0, self._x1, self._baseline, size, bold))
        self._glyphs = []
        self._styles.clear()
        self._size = 0.0
        self._space = Space.NONE

    def _note_style(self) -> None:
        """Enter how many glyphs had the last style."""
        if self._styles:
            self._styles[-1] = (self._styles[-1][0], self._same_style)

    def _text(self, size: float) -> str:
        """Return the glyphs with spaces between words: written ones, and gaps that stand out from the usual one."""
        usual = max(0.0, median(gap for _, gap, _ in self._glyphs[1:])) if len(self._glyphs) > 1 else 0.0
        parts: list[str] = []
        for text, gap, space in self._glyphs:
            parted = space is Space.WRITTEN or gap - usual > WORD_GAP * size
            parted = parted or (space is Space.SUPPOSED and usual <= SPACED_OUT * size)
            parts.append(f" {text}" if parts and parted else text)
        return "".join(parts)

    def finished(self) -> tuple[Run, ...]:
        """Return all runs; text that stands on its side is one run below the others."""
        self._end_run()
        if aside := "".join(self._aside).strip():
            below = max((run.baseline for run in self._runs), default=0.0) + 100.0
            self._runs.append(Run(aside, 0.0, 10.0, below, 8.0, False))
        return tuple(self._runs)
