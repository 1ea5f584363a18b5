"""A whole PDF -> manuscript: every page is read, then what runs through all of them is told apart."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pypdfium2 as pdfium

from corpus.load.manuscript import Manuscript
from corpus.load.pdf.blocks import Block, Kind, blocks_of
from corpus.load.pdf.furniture import PageRuns, without_furniture
from corpus.load.pdf.glyphs import PageGlyphs
from corpus.load.pdf.grid import GridTable, ruled_tables
from corpus.load.pdf.layout import Region, reading_order
from corpus.load.pdf.ocr import FILE_SECONDS, recognise
from corpus.load.table import Table, table_of

_BY_OCR = "read by OCR and may hold mistakes"

FEW_CHARACTERS = 10
"""A page with pictures and fewer letters than this has no text layer; a scan may carry a stamped page number."""


def read_pdf(document: pdfium.PdfDocument, manuscript: Manuscript) -> None:
    """Write the text of all pages, and warn of those that could not be read."""
    pages: list[PageRuns] = []
    tables: list[tuple[GridTable, ...]] = []
    recognised: dict[int, str] = {}
    unread: list[int] = []
    begun = time.monotonic()
    for index in range(len(document)):
        page, ruled, picture = _read_page(document, index, manuscript)
        if picture:
            text = recognise(document, index) if time.monotonic() - begun < FILE_SECONDS else None
            if text is None:
                unread.append(index + 1)
            else:
                recognised[index] = text
        pages.append(page)
        tables.append(ruled)
    _warn(manuscript, unread, "needs OCR", "need OCR")
    _warn(manuscript, [index + 1 for index in recognised], f"was {_BY_OCR}", f"were {_BY_OCR}")
    kept, printed = without_furniture(pages)
    parts = [_parts(page, ruled) for page, ruled in zip(kept, tables, strict=True)]
    _write(blocks_of(parts), _labels(document, printed, len(pages)), recognised, manuscript)


def _warn(manuscript: Manuscript, numbers: Sequence[int], one: str, many: str) -> None:
    """Warn of pages by their number, those that follow one another together."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    for first, last in runs:
        manuscript.warnings.append(f"page {first} {one}" if first == last else f"pages {first} to {last} {many}")


def _read_page(
    document: pdfium.PdfDocument, index: int, manuscript: Manuscript
) -> tuple[PageRuns, tuple[GridTable, ...], bool]:
    """Return the runs of a page outside its ruled tables, these tables, and whether the page is a picture of text."""
    try:
        page = document[index]
    except pdfium.PdfiumError:
        manuscript.warnings.append(f"page {index + 1} is damaged and was left out")
        return PageRuns(0.0, 0.0, ()), (), False
    try:
        glyphs = PageGlyphs(page)
        runs = glyphs.runs()
        letters = sum(character.isalnum() for run in runs for character in run.text)
        picture = letters < FEW_CHARACTERS and glyphs.has_pictures()
        tables = ruled_tables(runs, glyphs.rulings())
        inside = {id(run) for table in tables for run in table.runs}
        outside = tuple(run for run in runs if id(run) not in inside)
        return PageRuns(glyphs.width, glyphs.height, outside), tables, picture
    finally:
        page.close()


def _parts(page: PageRuns, tables: Sequence[GridTable]) -> list[Region | GridTable]:
    """Return the regions and tables of a page in reading order; text above and below a table is read apart."""
    rest = list(page.runs)
    parts: list[Region | GridTable] = []
    for table in sorted(tables, key=lambda table: table.top):
        parts.extend(reading_order([run for run in rest if run.middle[1] <= table.top]))
        rest = [run for run in rest if run.middle[1] > table.top]
        parts.append(table)
    return [*parts, *reading_order(rest)]


def _labels(document: pdfium.PdfDocument, printed: dict[int, str], count: int) -> list[str]:
    """Return the label of each page: as the file says, else as printed, else its number.

    A file that merely counts its pages says nothing. Where only some pages bear a number that is not their place in
    the file, the others get theirs in brackets, as is usual for pages without a number.
    """
    said = [document.get_page_label(index) or "" for index in range(count)]
    if any(label and label != str(index + 1) for index, label in enumerate(said)):
        return [label or f"[{index + 1}]" for index, label in enumerate(said)]
    if all(number == str(index + 1) for index, number in printed.items()):
        return [str(index + 1) for index in range(count)]
    return [printed.get(index, f"[{index + 1}]") for index in range(count)]


def _write(blocks: Sequence[Block], labels: Sequence[str], recognised: dict[int, str], manuscript: Manuscript) -> None:
    position = 0
    table: Table | None = None
    for page, label in enumerate(labels):
        manuscript.begin_page(label)
        for paragraph in recognised.get(page, "").split("\n\n"):
            manuscript.paragraph(paragraph)
        while position < len(blocks) and blocks[position].page == page:
            table = _write_block(blocks[position], table, manuscript)
            position += 1


def _write_block(block: Block, table: Table | None, manuscript: Manuscript) -> Table | None:
    """Write one block; return the table that the next block may go on with."""
    if block.table is not None:
        if table is None or block.joined is None:
            manuscript.end_table()
            found = table = table_of(block.table.rows, block.table.header_rows)
        else:
            found = Table(table.names, tuple(r for r in block.table.rows if not _names_again(r, table.names)))
        if found.caption:
            manuscript.paragraph(found.caption)
        for row in found.rows:
            manuscript.row(found.names, row)
        return table
    if block.kind is Kind.HEADING:
        manuscript.heading(block.level, block.text)
    elif block.joined is not None and not manuscript.empty:
        manuscript.carry_on(block.text, block.joined)
    elif block.kind is Kind.ITEM:
        manuscript.item(block.text, block.marker)
    else:
        manuscript.paragraph(block.text)
    return None


def _names_again(row: Sequence[str], names: Sequence[str]) -> bool:
    return [cell.strip() for cell in row] == [name.strip() for name in names]
