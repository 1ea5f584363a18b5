"""Slide decks: each slide is a page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document as LoadedDocument

from corpus.errors import DocumentRejected
from corpus.load.archive import office_properties, open_office_file
from corpus.load.manuscript import Manuscript
from corpus.load.table import table_of

if TYPE_CHECKING:
    from pptx.chart.chart import Chart
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide
    from pptx.table import Table
    from pptx.text.text import TextFrame

MAX_GROUP_DEPTH = 20
"""Groups of shapes within groups are read to this depth; people draw two or three."""

NOTES_HEADING = "Notes"


class SlidesLoader(BaseLoader):
    """Loads one .pptx file as one document in which each slide is a page under its title.

    Text boxes are read from the top to the bottom, tables and charts row by row, speaker notes last. Pictures and
    drawings of the kind SmartArt are not read.
    """

    def __init__(self, path: Path, file: str) -> None:
        self.path = path
        self.file = file

    def lazy_load(self) -> Iterator[LoadedDocument]:
        """Yield the one document of the file.

        Raises:
            DocumentRejected: as for `open_office_file`, or the deck is damaged or holds no text.
        """
        from pptx import Presentation

        content = open_office_file(self.path, self.file, "ppt/presentation.xml", "a slide deck")
        manuscript = Manuscript(self.file)
        try:
            for number, slide in enumerate(Presentation(io.BytesIO(content)).slides, 1):
                manuscript.begin_page(str(number))
                _write_slide(slide, manuscript)
        except (DocumentRejected, MemoryError):
            raise
        except Exception as error:  # python-pptx lets through whatever its XML and zip readers raise
            raise DocumentRejected(self.file, "it is damaged and cannot be read as a slide deck") from error
        yield manuscript.loaded(office_properties(content))


def _write_slide(slide: Slide, manuscript: Manuscript) -> None:
    title = slide.shapes.title
    if title is not None:
        manuscript.heading(1, title.text_frame.text)
    for shape in _in_reading_order(slide.shapes, 0):
        if title is None or shape.shape_id != title.shape_id:
            _write_shape(shape, manuscript)
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None and notes.text.strip():
        manuscript.heading(2, NOTES_HEADING)
        _write_text(notes, manuscript)


def _in_reading_order(shapes: object, depth: int) -> list[BaseShape]:
    found: list[BaseShape] = []
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):  # type: ignore[call-overload]
        inner = getattr(shape, "shapes", None)
        if inner is None:
            found.append(shape)
        elif depth < MAX_GROUP_DEPTH:
            found.extend(_in_reading_order(inner, depth + 1))
    return found


def _write_shape(shape: BaseShape, manuscript: Manuscript) -> None:
    if getattr(shape, "has_table", False):
        _write_table(shape.table, manuscript)  # type: ignore[attr-defined]
    elif getattr(shape, "has_chart", False):
        _write_chart(shape.chart, manuscript)  # type: ignore[attr-defined]
    elif shape.has_text_frame:
        _write_text(shape.text_frame, manuscript)  # type: ignore[attr-defined]


def _write_text(frame: TextFrame, manuscript: Manuscript) -> None:
    """Write the paragraphs of a text box; several that stand together are the points of a list."""
    paragraphs = [p for p in frame.paragraphs if p.text.strip()]
    as_list = len(paragraphs) > 1 and not all(p.text.rstrip().endswith((".", "?", "!")) for p in paragraphs)
    for paragraph in paragraphs:
        if as_list:
            manuscript.item(paragraph.text.replace("\v", " "), depth=paragraph.level)
        else:
            manuscript.paragraph(paragraph.text.replace("\v", "\n"))
    manuscript.end_list()


def _write_table(table: Table, manuscript: Manuscript) -> None:
    rows = [[_cell_text(table, row, column) for column in range(len(table.columns))] for row in range(len(table.rows))]
    found = table_of(rows, 1 if table.first_row and len(rows) > 1 else None)
    if found.caption:
        manuscript.paragraph(found.caption)
    for cells in found.rows:
        manuscript.row(found.names, cells)
    manuscript.end_table()


def _cell_text(table: Table, row: int, column: int) -> str:
    """Return the text of a cell; one that a larger cell covers repeats the text of that."""
    cell = table.cell(row, column)
    if not cell.is_spanned:
        return str(cell.text)
    for up in range(row, -1, -1):
        for left in range(column, -1, -1):
            origin = table.cell(up, left)
            if origin.is_merge_origin and up + origin.span_height > row and left + origin.span_width > column:
                return str(origin.text)
    return ""


def _write_chart(chart: Chart, manuscript: Manuscript) -> None:
    if chart.has_title and chart.chart_title.has_text_frame:
        manuscript.paragraph(chart.chart_title.text_frame.text)
    for plot in chart.plots:
        categories = [str(category) for category in plot.categories]
        names = ["", *(series.name or "" for series in plot.series)]
        columns = [tuple(series.values) for series in plot.series]
        for position, category in enumerate(categories):
            values = [column[position] if position < len(column) else None for column in columns]
            manuscript.row(names, [category, *("" if v is None else f"{v:.10g}" for v in values)])
        manuscript.end_table()
