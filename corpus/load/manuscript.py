"""The text of a document as it is put together: blocks, headings, list items, table rows and pages, with offsets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from langchain_core.documents import Document as LoadedDocument

from corpus.document import Page
from corpus.errors import DocumentRejected
from corpus.load.heading import Heading
from corpus.load.parsed import Properties
from corpus.load.table import row_lines

MAX_TEXT_CHARACTERS = 20_000_000
"""A file with more text is rejected: a thousand-page report has about 3 million characters."""

_INVISIBLE = re.compile("[\u00ad\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
"""Soft hyphens, zero-width spaces, direction marks and tag characters: nobody sees them, and words with them inside
cannot be found. The last two have been used to hide instructions to language models."""

_SPACES = re.compile(r"[ \t\n\r\f\v\u00a0\u2028\u2029]+")
_LIGATURES = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_PRINTED_BULLETS = dict.fromkeys("\uf0b7\uf0a7\uf06c\uf06e\uf0d8\uf076", "•")
"""Bullets of the fonts Symbol and Wingdings, which have no meaning outside those fonts."""

_ONE_FOR_ONE = str.maketrans(_LIGATURES | _PRINTED_BULLETS)


def clean(text: str) -> str:
    """Return `text` on one line, without characters that nobody sees, ligatures written out."""
    return " ".join(clean_line(line) for line in text.splitlines()).strip()


def clean_line(line: str) -> str:
    """Return one line with single spaces and without control or invisible characters."""
    plain = _SPACES.sub(" ", _INVISIBLE.sub("", line).translate(_ONE_FOR_ONE))
    if not plain.isprintable():
        plain = "".join(" " if unicodedata.category(c) == "Cc" else c for c in plain)
        plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _SPACES.sub(" ", plain).strip()


class Manuscript:
    """Collects the text of one file: one blank line between blocks, one line end between list items and table rows.

    `file` names the file in messages. Texts are cleaned here, so loaders hand over what they find.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.warnings: list[str] = []
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[Heading] = []
        self._rows: list[tuple[int, int]] = []
        self._pages: list[tuple[str, int]] = []
        self._last = ""

    @property
    def empty(self) -> bool:
        """Say whether nothing has been written yet."""
        return not self._parts

    def begin_page(self, label: str) -> None:
        """Open the next page; what is written from here on lies on it."""
        self._pages.append((clean(label), self._length))

    def heading(self, level: int, text: str) -> None:
        """Write a heading; level 1 is outermost. Nothing is written for an empty one."""
        if text := clean(text):
            start = self._write(text, "heading", "\n\n")
            self._headings.append(Heading(level, text, start, start + len(text)))

    def paragraph(self, text: str) -> None:
        """Write a paragraph; its own line ends stay."""
        lines = [line for line in map(clean_line, text.splitlines()) if line]
        if lines:
            self._write("\n".join(lines), "paragraph", "\n\n")

    def verbatim(self, text: str) -> None:
        """Write lines whose spaces mean something, such as program code."""
        lines = ["".join(" " if unicodedata.category(c) == "Cc" else c for c in line) for line in text.split("\n")]
        if text.strip():
            self._write("\n".join(lines).rstrip("\n"), "paragraph", "\n\n")

    def item(self, text: str, marker: str = "•", depth: int = 0) -> None:
        """Write a list item after its marker; `depth` counts from 0."""
        lines = [line for line in map(clean_line, text.splitlines()) if line]
        if lines:
            lead = "  " * depth + marker + " "
            self._write(lead + "\n".join(lines), "item", "\n" if self._last == "item" else "\n\n")

    def more_of_item(self, text: str) -> None:
        """Write a further paragraph of the list item written last."""
        if text := clean(text):
            self._write(text, "item", "\n")

    def end_list(self) -> None:
        """Say that a list is over: the next item opens another one."""
        self._last = "paragraph" if self._last else ""

    def carry_on(self, text: str, separator: str = " ") -> None:
        """Write more of the block written last, such as the rest of a paragraph on the next page."""
        if text := clean(text):
            self._write(text, self._last, separator)

    def row(self, names: Sequence[str], cells: Sequence[str]) -> None:
        """Write one table row as sentences that make sense alone, "Column: value; Column: value."

        `names` are the column names, empty where the table has none.
        """
        for line in row_lines([clean(name) for name in names], [clean(cell) for cell in cells]):
            start = self._write(line.text, "row", "\n" if self._last == "row" else "\n\n")
            if line.whole:
                self._rows.append((start, start + len(line.text)))

    def end_table(self) -> None:
        """Say that a table is over: the next row opens another one."""
        self._last = "paragraph" if self._last else ""

    def loaded(self, properties: Properties | None = None) -> LoadedDocument:
        """Return the finished document with what was found as metadata.

        Raises:
            DocumentRejected: nothing was written.
        """
        if self.empty:
            raise DocumentRejected(self.file, "it holds no text")
        self._parts.append("\n")
        starts = [start for _, start in self._pages]
        ends = [*starts[1:], self._length + 1][: len(starts)]
        metadata = {
            "headings": tuple(self._headings),
            "rows": tuple(self._rows),
            "pages": tuple(
                Page(number, label or str(number), start, end)
                for number, ((label, start), end) in enumerate(zip(self._pages, ends, strict=True), 1)
            ),
            "properties": properties or Properties(),
            "warnings": tuple(self.warnings),
        }
        return LoadedDocument("".join(self._parts), metadata=metadata)

    def _write(self, text: str, kind: str, separator: str) -> int:
        """Append a block and return where its text starts, after the separator."""
        lead = separator if self._parts else ""
        self._parts.append(lead + text)
        start = self._length + len(lead)
        self._length = start + len(text)
        self._last = kind
        if self._length > MAX_TEXT_CHARACTERS:
            raise DocumentRejected(self.file, f"it holds more than {MAX_TEXT_CHARACTERS // 1_000_000} MB of text")
        return start
