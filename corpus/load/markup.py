"""HTML elements as a manuscript: what Markdown, web pages, e-mails and Word documents have in common."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

from corpus.load.manuscript import Manuscript
from corpus.load.table import table_of

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "template",
        "head",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "select",
        "textarea",
        "button",
        "noscript",
        "canvas",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "br",
    ]
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HEADING = re.compile(r"h[1-6]$")
_ASCII_SPACES = re.compile(r"[ \t\n\r\f]+")
_LINE_END = "\x00"
"""Stands for <br> while white space is folded; HTML cannot hold this character itself."""


def parse_html(markup: str) -> etree._Element | None:
    """Return the root element of a web page or a piece of one; None where there is no element in it."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(markup.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    return root if isinstance(root, etree._Element) else None


def write_markup(root: etree._Element, manuscript: Manuscript) -> None:
    """Write headings, paragraphs, list items and table rows of `root` in their order; scripts and hidden parts are
    left out."""
    _Walk(manuscript).walk(root)


def text_within(element: etree._Element) -> str:
    """Return the text of an element on one line, with spaces between its blocks."""
    parts: list[str] = []
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, node in walker:
        if _left_out(node):
            if event == "start":
                walker.skip_subtree()
            elif node is not element:
                parts.append(node.tail or "")
            continue
        if node.tag not in _INLINE or node.tag == "br":
            parts.append(" ")
        if event == "start":
            parts.append(node.text or "")
        elif node is not element:
            parts.append(node.tail or "")
    return _ASCII_SPACES.sub(" ", "".join(parts)).strip()


def rows_of(table: etree._Element) -> tuple[list[list[str]], int | None]:
    """Return the cells of a table, with spanning cells repeated, and how many rows are marked as names."""
    grid: list[list[str]] = []
    open_spans: dict[int, tuple[int, str]] = {}
    header_rows = 0
    in_header = True
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        grid.append(_row_with_spans(cells, open_spans))
        marked = bool(cells) and (
            all(cell.tag == "th" for cell in cells) or any(up.tag == "thead" for up in row.iterancestors("thead"))
        )
        in_header = in_header and marked
        header_rows += in_header
    return grid, header_rows or None


MAX_COLUMNS = 200
"""Cells beyond this column are dropped: no table that people read is wider, and a span may claim a million."""


def _row_with_spans(cells: list[etree._Element], open_spans: dict[int, tuple[int, str]]) -> list[str]:
    row: list[str] = []
    waiting = list(cells)
    while (waiting or len(row) in open_spans) and len(row) < MAX_COLUMNS:
        column = len(row)
        if column in open_spans:
            left, text = open_spans.pop(column)
            row.append(text)
            if left > 1:
                open_spans[column] = (left - 1, text)
            continue
        cell = waiting.pop(0)
        text = text_within(cell)
        for offset in range(min(_span(cell, "colspan"), MAX_COLUMNS - column)):
            row.append(text)
            if (deep := _span(cell, "rowspan")) > 1:
                open_spans[column + offset] = (deep - 1, text)
    return row


def _span(cell: etree._Element, name: str) -> int:
    value = cell.get(name) or "1"
    return max(1, min(int(value), 1000)) if value.isascii() and value.isdigit() and len(value) < 5 else 1


def _left_out(node: etree._Element) -> bool:
    return (
        not isinstance(node.tag, str)
        or node.tag in _SKIPPED
        or node.get("hidden") is not None
        or bool(_HIDDEN.search(node.get("style") or ""))
    )


class _Walk:
    """Goes through the elements once and writes a block whenever one is complete."""

    def __init__(self, manuscript: Manuscript) -> None:
        self.manuscript = manuscript
        self._inline: list[str] = []
        self._lists: list[int | None] = []
        self._marker = ""
        self._item_begun = False
        self._heading = 0

    def walk(self, root: etree._Element) -> None:
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, node in walker:
            if event == "start":
                if self._start(node):
                    walker.skip_subtree()
            else:
                self._end(node)
                if node is not root:
                    self._inline.append(node.tail or "")
        self._flush()

    def _start(self, node: etree._Element) -> bool:
        """Open an element; True means that what is inside it has been dealt with."""
        if _left_out(node):
            return True
        if node.tag not in _INLINE:
            self._flush()
        if node.tag == "table" and _is_data_table(node):
            self._write_table(node)
            return True
        if node.tag == "pre":
            self.manuscript.verbatim("".join(str(part) for part in node.itertext()))
            return True
        if _HEADING.match(node.tag):
            self._heading = int(node.tag[1])
        elif node.tag in ("ul", "ol"):
            self._open_list(node)
        elif node.tag == "li":
            self._open_item()
        elif node.tag == "br":
            self._inline.append(_LINE_END)
        elif node.tag == "img":
            self._inline.append(node.get("alt") or "")
        self._inline.append(node.text or "")
        return False

    def _end(self, node: etree._Element) -> None:
        if _left_out(node) or node.tag in _INLINE:
            return
        self._flush()
        if _HEADING.match(node.tag):
            self._heading = 0
        elif node.tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            if not self._lists:
                self.manuscript.end_list()
        elif node.tag == "li":
            self._marker, self._item_begun = "", False

    def _open_list(self, node: etree._Element) -> None:
        start = node.get("start") or "1"
        number = int(start) if start.isascii() and start.isdigit() and len(start) < 10 else 1
        if not self._lists:
            self.manuscript.end_list()
        self._lists.append(number if node.tag == "ol" else None)

    def _open_item(self) -> None:
        number = self._lists[-1] if self._lists else None
        self._marker, self._item_begun = ("•" if number is None else f"{number}."), False
        if number is not None:
            self._lists[-1] = number + 1

    def _flush(self) -> None:
        """Write what has been gathered as the block that it is."""
        text = _ASCII_SPACES.sub(" ", "".join(self._inline)).replace(_LINE_END, "\n").strip()
        self._inline.clear()
        if not text:
            return
        if self._heading:
            self.manuscript.heading(self._heading, text)
        elif self._marker:
            self.manuscript.item(text, self._marker, max(0, len(self._lists) - 1))
            self._marker, self._item_begun = "", True
        elif self._lists:
            self.manuscript.more_of_item(text)
        else:
            self.manuscript.paragraph(text)

    def _write_table(self, node: etree._Element) -> None:
        for caption in node.iterchildren("caption"):
            self.manuscript.paragraph(text_within(caption))
        rows, header_rows = rows_of(node)
        table = table_of(rows, header_rows)
        if table.caption:
            self.manuscript.paragraph(table.caption)
        for row in table.rows:
            self.manuscript.row(table.names, row)
        self.manuscript.end_table()


def _is_data_table(node: etree._Element) -> bool:
    """Say whether a table holds data: no table inside it, and somewhere two cells side by side."""
    return not any(True for _ in _below(node, "table")) and any(
        sum(cell.tag in ("td", "th") for cell in row) > 1 for row in node.iter("tr")
    )


def _below(node: etree._Element, tag: str) -> Iterator[etree._Element]:
    return (found for found in node.iter(tag) if found is not node)
