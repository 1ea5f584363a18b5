"""Tables of a page: cells between ruled lines, or columns of short texts that are lined up."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.load.pdf.glyphs import Ruling
from corpus.load.pdf.runs import Run

SNAP = 2.5
"""Lines closer than this many points are one line: the edges of a thin stroke, or corners that do not quite meet."""

MAX_LINES = 300
"""Distinct level or upright lines of one grid; with more it is a chart or a drawing."""

MAX_RULINGS = 1_500
"""Ruled lines of a page that are looked at; a page-filling table of 60 rows and 10 columns has about 700."""


@dataclass(frozen=True, slots=True)
class GridTable:
    """A table of one page: its rows of equally many cells, the x of its column edges, and the y it covers.

    `header_rows` says how many rows hold column names, None where that is to be found out: a list of terms with their
    meanings has none. `ruled` says that lines part its cells, so that its edges are exact.
    """

    rows: tuple[tuple[str, ...], ...]
    edges: tuple[float, ...]
    top: float
    bottom: float
    runs: tuple[Run, ...]
    header_rows: int | None = None
    ruled: bool = True


def ruled_tables(runs: Sequence[Run], rulings: Sequence[Ruling]) -> tuple[GridTable, ...]:
    """Return the tables that ruled lines make, each with the runs inside it."""
    if not 4 <= len(rulings) <= MAX_RULINGS * 4:
        return ()
    merged = _merged(rulings)
    if len(merged) > MAX_RULINGS:
        return ()
    tables = (_table(group, runs) for group in _connected(merged))
    return tuple(table for table in tables if table is not None)


def _merged(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Join lines that lie on one another or follow one another."""
    merged: list[Ruling] = []
    for level in (True, False):
        group = sorted((r for r in rulings if r.level == level), key=lambda r: (r.at, r.start))
        position = 0
        while position < len(group):
            at = group[position].at
            same = [r for r in group[position:] if r.at - at <= SNAP]
            position += len(same)
            merged.extend(_joined(sorted(same, key=lambda r: r.start), level))
    return merged


def _joined(same: Sequence[Ruling], level: bool) -> list[Ruling]:
    at = sum(r.at for r in same) / len(same)
    joined: list[Ruling] = []
    for ruling in same:
        if joined and ruling.start <= joined[-1].end + SNAP:
            joined[-1] = Ruling(level, at, joined[-1].start, max(joined[-1].end, ruling.end))
        else:
            joined.append(Ruling(level, at, ruling.start, ruling.end))
    return joined


def _connected(rulings: Sequence[Ruling]) -> list[list[Ruling]]:
    """Group lines that cross or touch one another."""
    level = [r for r in rulings if r.level]
    upright = [r for r in rulings if not r.level]
    parent = {id(r): id(r) for r in rulings}

    def root(key: int) -> int:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for across in level:
        for down in upright:
            if (
                down.start - SNAP <= across.at <= down.end + SNAP
                and across.start - SNAP <= down.at <= across.end + SNAP
            ):
                parent[root(id(across))] = root(id(down))
    groups: dict[int, list[Ruling]] = {}
    for ruling in rulings:
        groups.setdefault(root(id(ruling)), []).append(ruling)
    return list(groups.values())


def _table(group: Sequence[Ruling], runs: Sequence[Run]) -> GridTable | None:
    level = [r for r in group if r.level]
    upright = [r for r in group if not r.level]
    if len(level) < 2 or not upright:
        return None
    xs = _positions([*(r.at for r in upright), min(r.start for r in level), max(r.end for r in level)])
    ys = _positions([*(r.at for r in level), min(r.start for r in upright), max(r.end for r in upright)])
    if not (3 <= len(xs) <= MAX_LINES and 3 <= len(ys) <= MAX_LINES):
        return None
    inside = tuple(r for r in runs if xs[0] < r.middle[0] < xs[-1] and ys[0] < r.middle[1] < ys[-1])
    cells = _cells(xs, ys, level, upright)
    texts: dict[int, list[Run]] = {}
    for run in inside:
        slot = _slot(run.middle[1], ys), _slot(run.middle[0], xs)
        texts.setdefault(cells[slot], []).append(run)
    rows = tuple(
        tuple(cell_text(texts.get(cells[row, column], ())) for column in range(len(xs) - 1))
        for row in range(len(ys) - 1)
    )
    if not _is_table(rows, inside):
        return None
    return GridTable(rows, tuple(xs), ys[0], ys[-1], inside)


def _is_table(rows: Sequence[Sequence[str]], inside: Sequence[Run]) -> bool:
    """Say whether a grid holds a table and not a boxed text: two rows or more with two different cells side by side."""
    filled = [row for row in rows if len({cell for cell in row if cell}) > 1]
    return len(filled) >= 2 and len(inside) >= 4


def _positions(values: Iterable[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > SNAP:
            found.append(value)
    return found


def _slot(value: float, edges: Sequence[float]) -> int:
    return min(max(bisect_right(edges, value) - 1, 0), len(edges) - 2)


def _cells(
    xs: Sequence[float], ys: Sequence[float], level: Sequence[Ruling], upright: Sequence[Ruling]
) -> dict[tuple[int, int], int]:
    """Return the number of the cell in which each slot of the grid lies: slots without a line between them are one."""
    cells: dict[tuple[int, int], int] = {}
    for row in range(len(ys) - 1):
        y = (ys[row] + ys[row + 1]) / 2
        for column in range(len(xs) - 1):
            x = (xs[column] + xs[column + 1]) / 2
            if column and not _drawn(upright, xs[column], y):
                cells[row, column] = cells[row, column - 1]
            elif row and not _drawn(level, ys[row], x):
                cells[row, column] = cells[row - 1, column]
            else:
                cells[row, column] = row * len(xs) + column
    return cells


def _drawn(lines: Sequence[Ruling], at: float, across: float) -> bool:
    return any(abs(line.at - at) <= SNAP and line.start - SNAP <= across <= line.end + SNAP for line in lines)


def cell_text(runs: Iterable[Run]) -> str:
    """Return the text of a cell, its lines joined and words mended that were parted at a line end."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (run.baseline, run.x0)):
        if rows and abs(run.baseline - rows[-1][0].baseline) <= 0.5 * run.size:
            rows[-1].append(run)
        else:
            rows.append([run])
    text = ""
    for row in rows:
        line = " ".join(run.text for run in sorted(row, key=lambda run: run.x0))
        if len(text) > 1 and text.endswith("-") and text[-2].isalnum() and line[:1].isalnum():
            text = (text[:-1] if text[-2].isalpha() and line[0].islower() else text) + line
        else:
            text = f"{text} {line}".strip()
    return text
