"""Spreadsheets: each row is one sentence with its column names."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document as LoadedDocument

from corpus.errors import DocumentRejected
from corpus.load.archive import office_properties, open_office_file
from corpus.load.manuscript import Manuscript
from corpus.load.reading import decode, read_bytes
from corpus.load.table import table_of

MAX_COLUMNS = 200
"""Cells beyond this column are dropped: no sheet that people read is wider."""

MAX_ROWS = 100_000
"""Rows beyond this one are not read, which is warned of; each row is a sentence to be found and cited."""

_DECIMALS = re.compile(r"[0#]\.(0+)")
_CURRENCY = re.compile(r"[£€$]")
_DEFAULT_SHEET = re.compile(r"(Sheet|Table|Blad|Feuille|Tabelle)\s?\d*$", re.IGNORECASE)


class SpreadsheetLoader(BaseLoader):
    """Loads one .xlsx file as one document; each sheet with text is a section of its name.

    Figures read as the sheet shows them (decimals, per cent, currency), formulas by the value that was saved. Charts
    and pictures are not read.
    """

    def __init__(self, path: Path, file: str) -> None:
        self.path = path
        self.file = file

    def lazy_load(self) -> Iterator[LoadedDocument]:
        """Yield the one document of the file.

        Raises:
            DocumentRejected: as for `open_office_file`, or the spreadsheet is damaged or holds no text.
        """
        import openpyxl

        content = open_office_file(self.path, self.file, "xl/workbook.xml", "a spreadsheet")
        manuscript = Manuscript(self.file)
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            for sheet in sheets:
                sheet.reset_dimensions()
                rows = list(_shown_rows(sheet.iter_rows(), sheet.title, manuscript))
                if rows and (len(sheets) > 1 or not _DEFAULT_SHEET.match(sheet.title)):
                    manuscript.heading(1, sheet.title)
                write_rows(rows, manuscript)
        except (DocumentRejected, MemoryError):
            raise
        except Exception as error:  # openpyxl lets through whatever its XML and zip readers raise
            raise DocumentRejected(self.file, "it is damaged and cannot be read as a spreadsheet") from error
        yield manuscript.loaded(office_properties(content))


class DelimitedLoader(BaseLoader):
    """Loads one .csv or .tsv file as one document; the delimiter is found in the first lines."""

    def __init__(self, path: Path, file: str) -> None:
        self.path = path
        self.file = file

    def lazy_load(self) -> Iterator[LoadedDocument]:
        """Yield the one document of the file.

        Raises:
            DocumentRejected: the file is unreadable, not text, holds no text, or is no table.
        """
        text, encoding = decode(read_bytes(self.path, self.file), self.file, "a table of comma-separated values")
        manuscript = Manuscript(self.file)
        if encoding == "cp1252":
            manuscript.warnings.append("it is not UTF-8 and was read as Windows-1252; check its accents")
        try:
            rows = [row[:MAX_COLUMNS] for row in csv.reader(io.StringIO(text, newline=""), _dialect(text))]
        except csv.Error as error:
            raise DocumentRejected(self.file, f"it cannot be read as comma-separated values ({error})") from error
        if len(rows) > MAX_ROWS:
            manuscript.warnings.append(f"only the first {MAX_ROWS:,} rows were read")
        write_rows(rows[:MAX_ROWS], manuscript)
        yield manuscript.loaded()


def write_rows(rows: Sequence[Sequence[str]], manuscript: Manuscript) -> None:
    """Write the rows of a sheet: tables between blank rows, single cells above or below a table as paragraphs."""
    block: list[Sequence[str]] = []
    for row in [*rows, []]:
        if any(cell.strip() for cell in row):
            block.append(row)
        elif block:
            _write_block(block, manuscript)
            block = []


def _write_block(rows: list[Sequence[str]], manuscript: Manuscript) -> None:
    first = next((n for n, row in enumerate(rows) if _filled(row) > 1), len(rows))
    for row in rows[:first]:
        manuscript.paragraph(" ".join(cell for cell in row if cell.strip()))
    if first == len(rows):
        return
    table = table_of(_without_empty_columns(rows[first:]))
    if table.caption:
        manuscript.paragraph(table.caption)
    for cells in table.rows:
        manuscript.row(table.names, cells)
    manuscript.end_table()


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _without_empty_columns(rows: list[Sequence[str]]) -> list[list[str]]:
    width = max(map(len, rows))
    full = [[*row, *[""] * (width - len(row))] for row in rows]
    kept = [column for column in range(width) if any(row[column].strip() for row in full)]
    return [[row[column] for column in kept] for row in full]


def _dialect(text: str) -> type[csv.Dialect]:
    head = "\n".join(text.splitlines()[:20])
    try:
        return csv.Sniffer().sniff(head, delimiters=",;\t|")
    except csv.Error:
        return csv.excel


def _shown_rows(rows: Iterable[Sequence[object]], sheet: str, manuscript: Manuscript) -> Iterator[list[str]]:
    for number, row in enumerate(rows):
        if number >= MAX_ROWS:
            manuscript.warnings.append(f"only the first {MAX_ROWS:,} rows of the sheet {sheet} were read")
            return
        yield [shown(getattr(cell, "value", None), getattr(cell, "number_format", "")) for cell in row[:MAX_COLUMNS]]


def shown(value: object, number_format: str) -> str:
    """Return a cell's value as the sheet shows it, as far as decimals, thousands, per cent and currency go."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, int | float):
        return _shown_number(value, number_format)
    return str(value)


def _shown_number(value: float, number_format: str) -> str:
    form = (number_format or "General").split(";")[0]
    per_cent = "%" in form
    value = value * 100 if per_cent else value
    decimals = _DECIMALS.search(form)
    separator = "," if "#,##0" in form else ""
    if decimals:
        text = f"{value:{separator}.{len(decimals.group(1))}f}"
    elif "0" in form:
        text = f"{value:{separator}.0f}"
    else:
        text = f"{value:.10g}"
    currency = _CURRENCY.search(form)
    sign = "-" if currency and text.startswith("-") else ""
    return f"{sign}{currency.group() if currency else ''}{text.lstrip('-') if sign else text}{'%' if per_cent else ''}"
