"""Tables: which cells name the columns, and each row as sentences that make sense alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_ROW_CHARACTERS = 600
"""A longer row is written with one sentence for each cell: about what fits a passage of 128 word pieces."""

MAX_NAME_CHARACTERS = 80
"""A longer first row holds text, not column names; names in board papers and measures stay below this."""

MIN_SPANNING_CHARACTERS = 20
"""A longer text that stands in every cell of a row is one cell that spans the row; a shorter one may be a value."""

_FIGURE = re.compile(r"^[£$€]?[\d.,\s]+\s*%?$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a written row; `whole` says that it is one sentence, whatever full stops stand in it."""

    text: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its column names (empty where it has none), its rows of equally many cells, and its caption."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


def table_of(rows: Sequence[Sequence[str]], header_rows: int | None = None) -> Table:
    """Tell the column names of a table from its body.

    Cells that span columns or rows are expected to be repeated in each. `header_rows` says how many of the rows hold
    names, where the format knows it; otherwise the first row counts as names where it reads like names.
    """
    full = [tuple(row) for row in rows if any(cell.strip() for cell in row)]
    width = max(map(len, full), default=0)
    padded = [row + ("",) * (width - len(row)) for row in full]
    caption = ""
    if len(padded) > 2 and width > 1 and _spans_all(padded[0]) and (header_rows is None or header_rows > 1):
        caption, padded = _first_text(padded[0]), padded[1:]
        header_rows = header_rows - 1 if header_rows else None
    if header_rows is None:
        header_rows = _guessed_header_rows(padded)
    header, body = padded[:header_rows], padded[header_rows:]
    names = tuple(_joined(column) for column in zip(*header, strict=True)) if header else ()
    return Table(names, tuple(row for row in body if row not in header), caption)


def row_lines(names: Sequence[str], cells: Sequence[str]) -> Iterator[Line]:
    """Yield one row as lines of text: "Column: value; Column: value." where that is short enough.

    A table of two columns without names reads "first: second.". A long row gives one line for each cell, each with
    the first cell before it, so that every line can be understood alone.
    """
    pairs = _pairs(names, cells)
    if not pairs:
        return
    line = _sentence(pairs)
    if len(line) <= MAX_ROW_CHARACTERS or len(pairs) == 1:
        yield Line(line, len(line) <= MAX_ROW_CHARACTERS)
        return
    for pair in pairs[1:]:
        part = _sentence([pairs[0], pair])
        yield Line(part, len(part) <= MAX_ROW_CHARACTERS)


def _spans_all(row: Sequence[str]) -> bool:
    """Say whether one text spans the whole row: repeated in every cell, or standing alone in the first."""
    return len(set(row)) == 1 or not any(cell.strip() for cell in row[1:])


def _first_text(row: Sequence[str]) -> str:
    return next(cell for cell in row if cell.strip())


def _guessed_header_rows(rows: Sequence[tuple[str, ...]]) -> int:
    """Return 1 where the first row reads like column names, 2 where it groups columns that the second names."""
    if len(rows) < 2 or not reads_like_names(rows[0]):
        return 0
    if len(rows[0]) == 2 and not any(_FIGURE.match(row[1]) for row in rows[1:]) and rows[0][0].endswith(":"):
        return 0
    groups = any(cell and cell == following for cell, following in zip(rows[0], rows[0][1:], strict=False))
    return 2 if groups and len(rows) > 2 and reads_like_names(rows[1]) else 1


def reads_like_names(row: Sequence[str]) -> bool:
    """Say whether cells are short, mostly filled and not figures; a year is a name."""
    filled = [cell for cell in row if cell.strip()]
    figures = [cell for cell in filled if _FIGURE.match(cell) and not re.fullmatch(r"(19|20)\d\d", cell.strip())]
    return (
        len(filled) * 2 > len(row)
        and not figures
        and all(len(cell) <= MAX_NAME_CHARACTERS and not cell.rstrip().endswith((".", ":")) for cell in filled)
    )


def _joined(column: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(cell.strip() for cell in column if cell.strip()))


def _pairs(names: Sequence[str], cells: Sequence[str]) -> list[tuple[str, str]]:
    """Return name and value of each filled cell; a cell that spans columns of the same text is named once."""
    named = [*names, *[""] * (len(cells) - len(names))]
    if not any(named) and len(cells) == 2 and all(cells):
        return [(cells[0], cells[1])]
    if len(cells) > 1 and len(set(cells)) == 1 and len(cells[0]) > MIN_SPANNING_CHARACTERS:
        return [("", cells[0])]
    pairs: list[tuple[str, str]] = []
    for name, value in zip(named, cells, strict=False):
        if value and not (pairs and pairs[-1][1] == value and not _FIGURE.match(value) and pairs[-1][0] == name):
            pairs.append((name, value))
    return pairs


def _sentence(pairs: Sequence[tuple[str, str]]) -> str:
    parts: list[str] = []
    for position, (name, value) in enumerate(pairs):
        last = position == len(pairs) - 1
        shown = value if last else value.rstrip(" .;")
        parts.append(f"{name.rstrip(' :')}: {shown}" if name else shown)
    line = "; ".join(parts)
    return line if line.endswith((".", "!", "?", "…")) else line.rstrip(" ;:,") + "."
