"""Reading order of a page: rows of runs -> columns, lined-up tables and lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median

from corpus.load.pdf.grid import GridTable
from corpus.load.pdf.runs import Run

GUTTER = 1.0
"""Least width of the gap between two columns, in font sizes; reports set it at 1.5 to 3."""

FAR_GAP = 3.0
"""Texts on one line that are further apart than this many font sizes are read apart."""

COLUMN_ROWS = 3
"""Fewest rows that make columns or a lined-up table; two may be chance."""

MAX_ONE_SIDED = 12
"""Rows after which a stretch with text on one side only is given up."""

PROSE_WORDS = 3.0
"""Mean words of a line from which a column is prose; cells of lined-up tables hold fewer."""

WIDE_STEP = 1.6
"""Baselines further apart than this many font sizes part blocks; lines of a paragraph are set at 1.0 to 1.5."""

_MARKER = re.compile(r"^(?:[•▪●◦‣·–\-*\uf0b7\uf0a7○■□➢✓]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|\d{1,2}(?:\.\d{1,2})+\.?|o)$")
_ITEM_START = re.compile(r"[•▪●◦‣\uf0b7\uf0a7○■□➢✓]\s")
MARKER_GAP = 6.0
"""A list marker belongs to the text within this many font sizes to its right."""


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line; `left` and `right` are the edges of the column that it stands in."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    bold: bool
    left: float
    right: float


Region = tuple[Line, ...]
"""Lines that follow one another in one column."""

Row = list[Run]
Gap = tuple[float, float]
"""From x to x without text."""


def reading_order(runs: Sequence[Run]) -> list[Region | GridTable]:
    """Return the regions and lined-up tables of a page in the order in which people read them."""
    return _order(_rows(runs))


def _rows(runs: Sequence[Run]) -> list[Row]:
    """Group runs by baseline, from the top; a marker is joined with the text to its right."""
    rows: list[Row] = []
    for run in sorted(runs, key=lambda run: run.baseline):
        if rows and abs(run.baseline - rows[-1][-1].baseline) <= 0.35 * min(run.size, rows[-1][-1].size):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [_with_markers(sorted(row, key=lambda run: run.x0)) for row in rows]


def _with_markers(row: Row) -> Row:
    joined: Row = []
    for run in row:
        before = joined[-1] if joined else None
        if before and _MARKER.match(before.text) and 0 <= run.x0 - before.x1 <= MARKER_GAP * run.size:
            joined[-1] = Run(f"{before.text} {run.text}", before.x0, run.x1, run.baseline, run.size, run.bold)
        else:
            joined.append(run)
    return joined


def _order(rows: list[Row]) -> list[Region | GridTable]:
    if not rows:
        return []
    found = _longest_band(rows)
    if found is None:
        return [_region(rows)]
    first, last, gutters = found
    band = rows[first:last]
    columns = _columns(band, gutters)
    if all(_is_prose(column) or _is_list(column) for column in columns) or _are_lists(columns):
        inside = [part for column in columns for part in _order([row for row in column if row])]
    elif len(gutters) > 1 and (prose := _prose_gutter(band, gutters)):
        inside = [part for column in _columns(band, [prose]) for part in _order([row for row in column if row])]
    else:
        inside = [_lined_up(band, gutters)]
    return [*_order(rows[:first]), *inside, *_order(rows[last:])]


def _prose_gutter(band: list[Row], gutters: Sequence[Gap]) -> Gap | None:
    """Return the gutter that parts a band into two columns of prose, where one does."""
    for gutter in gutters:
        if all(_is_prose(column) for column in _columns(band, [gutter])):
            return gutter
    return None


def _longest_band(rows: list[Row]) -> tuple[int, int, list[Gap]] | None:
    """Find the longest stretch of rows that share a gutter: its first row, the row after it, and its gutters."""
    best: tuple[int, int, list[Gap]] | None = None
    first = 0
    while first < len(rows) - COLUMN_ROWS + 1:
        if len(rows[first]) < 2 and _overlap(rows[first][0], rows[first + 1]):
            first += 1
            continue
        begin, last, gutters = _extend(rows, first)
        if gutters and (best is None or last - begin > best[1] - best[0]):
            best = (begin, last, gutters)
        first = last if gutters else first + 1
    return best


def _overlap(run: Run, row: Row) -> bool:
    return any(run.x0 < other.x1 and other.x0 < run.x1 for other in row)


def _extend(rows: list[Row], first: int) -> tuple[int, int, list[Gap]]:
    """Take on rows for as long as a gutter stays that has text on both sides in enough rows."""
    last = first
    kept: tuple[int, list[Gap]] = (first, [])
    open_gaps = [(float("-inf"), float("inf"))]
    while last < len(rows):
        width = GUTTER * median(run.size for run in rows[last])
        open_gaps = _narrowed(open_gaps, rows[last], width)
        last += 1
        gutters = [gap for gap in open_gaps if _parts_columns(gap, rows[first:last])]
        if gutters:
            kept = (last, gutters)
        elif not open_gaps or last - first > MAX_ONE_SIDED:
            break
    last, gutters = kept
    return _trimmed(rows, first, last, gutters) if gutters else (first, first, [])


def _trimmed(rows: list[Row], first: int, last: int, gutters: list[Gap]) -> tuple[int, int, list[Gap]]:
    """Leave out rows that only seem to stand in a column: short text across the page above or below the columns.

    Above, these are all rows before both columns have begun. Below, they are those that begin left of the left column
    or are set apart in a larger face.
    """
    sides = [_sides(gap, rows[first:last]) for gap in gutters]
    begin = min(max(left[0], right[0]) for left, right in sides)
    end = max(min(left[-1], right[-1]) for left, right in sides)
    begun = next(n for n in range(first, last) if rows[n][0].baseline >= begin - 0.5 * rows[n][0].size)
    ended = max(n for n in range(begun, last) if rows[n][0].baseline <= end + 0.1)
    left = min(row[0].x0 for row in rows[begun : ended + 1])
    edge = min(gap[0] for gap in gutters)
    for number in range(ended + 1, last):
        above, row = rows[number - 1][0], rows[number][0]
        apart = row.baseline - above.baseline > WIDE_STEP * max(row.size, above.size)
        if row.x0 < left - 1 or (apart and row.x0 < edge and row.size > above.size * 1.05):
            return begun, number, gutters
    return begun, last, gutters


def _narrowed(gaps: list[Gap], row: Row, width: float) -> list[Gap]:
    for run in row:
        cut: list[Gap] = []
        for start, end in gaps:
            if run.x1 <= start or run.x0 >= end:
                cut.append((start, end))
                continue
            cut.extend(part for part in ((start, run.x0), (run.x1, end)) if part[1] - part[0] >= width)
        gaps = cut
    return gaps


def _parts_columns(gap: Gap, rows: list[Row]) -> bool:
    """Say whether a gap has text on both sides: in `COLUMN_ROWS` rows each, and beside each other in two or more."""
    left, right = _sides(gap, rows)
    if min(len(left), len(right)) < COLUMN_ROWS:
        return False
    top, bottom = max(left[0], right[0]), min(left[-1], right[-1])
    slack = 0.5 * rows[0][0].size
    return all(sum(top - slack <= at <= bottom + slack for at in side) >= 2 for side in (left, right))


def _sides(gap: Gap, rows: list[Row]) -> tuple[list[float], list[float]]:
    """Return the baselines of the rows that have text left of a gap, and right of it."""
    left = [row[0].baseline for row in rows if any(run.x1 <= gap[0] + 0.1 for run in row)]
    right = [row[0].baseline for row in rows if any(run.x0 >= gap[1] - 0.1 for run in row)]
    return left, right


def _columns(rows: list[Row], gutters: Sequence[Gap]) -> list[list[Row]]:
    edges = [(start + end) / 2 for start, end in gutters]
    edges.sort()
    return [
        [[run for run in row if low <= (run.x0 + run.x1) / 2 < high] for row in rows]
        for low, high in zip([float("-inf"), *edges], [*edges, float("inf")], strict=True)
    ]


def _is_prose(column: list[Row]) -> bool:
    words = [len(run.text.split()) for row in column for run in row]
    return bool(words) and mean(words) >= PROSE_WORDS


def _is_list(column: list[Row]) -> bool:
    """Say whether most rows of a column begin with a list marker."""
    rows = [row for row in column if row]
    return bool(rows) and sum(bool(_ITEM_START.match(row[0].text)) for row in rows) * 2 > len(rows)


def _are_lists(columns: list[list[Row]]) -> bool:
    """Say whether two columns of short texts are two lists of names: a table would hold figures or explanations."""
    if len(columns) != 2:
        return False
    second = [run.text for row in columns[1] for run in row]
    return mean(len(text.split()) for text in second) < PROSE_WORDS and not _mostly_figures(second)


def _mostly_figures(texts: Sequence[str]) -> bool:
    return sum(text[0].isdigit() or text[-1].isdigit() or text[0] in "£€$" for text in texts) * 3 > len(texts)


def _lined_up(band: list[Row], gutters: Sequence[Gap]) -> GridTable:
    """Return a table without ruled lines; a row whose first cell is empty continues the row above it."""
    columns = _columns(band, gutters)
    rows: list[tuple[str, ...]] = []
    for number in range(len(band)):
        cells = tuple(" ".join(run.text for run in column[number]) for column in columns)
        if rows and not cells[0] and _continues(rows[-1], cells):
            rows[-1] = tuple(f"{above} {below}".strip() for above, below in zip(rows[-1], cells, strict=True))
        else:
            rows.append(cells)
    runs = tuple(run for row in band for run in row)
    edges = (min(run.x0 for run in runs), *(sum(gap) / 2 for gap in gutters), max(run.x1 for run in runs))
    header_rows = 0 if len(gutters) == 1 and not _mostly_figures([row[1] for row in rows if row[1]]) else None
    top, bottom = runs[0].baseline - runs[0].size, runs[-1].baseline
    return GridTable(tuple(rows), edges, top, bottom, runs, header_rows, ruled=False)


def _continues(above: tuple[str, ...], below: tuple[str, ...]) -> bool:
    """Say whether every filled cell goes on with text: figures begin a row of their own."""
    return all(not cell or (above[n] and not cell[0].isdigit()) for n, cell in enumerate(below))


def _region(rows: list[Row]) -> Region:
    left = min(run.x0 for row in rows for run in row)
    right = max(run.x1 for row in rows for run in row)
    return tuple(_line(part, left, right) for row in rows for part in _far_apart(row))


def _far_apart(row: Row) -> list[Row]:
    """Part a row at very wide gaps: what stands there is no running text, unless a label leads into it."""
    parts: list[Row] = [[row[0]]]
    for before, run in pairwise(row):
        if run.x0 - before.x1 > FAR_GAP * run.size and not before.text.endswith((":", ".")):
            parts.append([run])
        else:
            parts[-1].append(run)
    return parts


def _line(row: Row, left: float, right: float) -> Line:
    bold = sum(len(run.text) for run in row if run.bold) * 2 > sum(len(run.text) for run in row)
    longest = max(row, key=lambda run: len(run.text))
    text = " ".join(run.text for run in row)
    return Line(text, row[0].x0, row[-1].x1, longest.baseline, longest.size, bold, left, right)
