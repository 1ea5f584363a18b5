"""Plain text files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document as LoadedDocument

from corpus.errors import DocumentRejected
from corpus.load.heading import Heading

MAX_FILE_BYTES = 20_000_000
"""Larger text files are rejected: the longest reports of an improvement body are about 1 MB of text."""

MAX_HEADING_CHARACTERS = 80
"""A longer single line is taken for a paragraph; headings in the report and in health board papers are shorter."""

_BLOCK = re.compile(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
_NOT_A_HEADING = re.compile(r"[.!?:;,…]['\"’”)]*$|^\W*$|^[•‣◦▪●·*+–-]\s|^\d{1,3}[.)]\s+\S.*[.!?]$")


def read_text(path: Path, file: str) -> str:
    """Return the text of a UTF-8 file with Unix line ends and without control characters.

    Control characters become spaces, so that offsets into the text stay those of what people see.

    Raises:
        DocumentRejected: the file is unreadable, too large, not UTF-8 or empty.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise DocumentRejected(file, f"it is larger than {MAX_FILE_BYTES // 1_000_000} MB")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentRejected(file, "it is not UTF-8 text; save it again with the encoding UTF-8") from error
    except OSError as error:
        raise DocumentRejected(file, f"it cannot be opened ({error.strerror})") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(" " if unicodedata.category(c) == "Cc" and c != "\n" else c for c in text)
    if not text.strip():
        raise DocumentRejected(file, "it holds no text")
    return text


class TextLoader(BaseLoader):
    """Loads one UTF-8 text file as one document; metadata holds its `headings`.

    A heading is a short line that stands alone between blank lines, ends without a full stop and is followed by
    more text.
    """

    def __init__(self, path: Path, file: str) -> None:
        self.path = path
        self.file = file

    def lazy_load(self) -> Iterator[LoadedDocument]:
        """Yield the one document of the file; see `read_text` for the errors raised."""
        text = read_text(self.path, self.file)
        yield LoadedDocument(page_content=text, metadata={"headings": find_headings(text)})


def find_headings(text: str) -> tuple[Heading, ...]:
    """Return the lines of plain `text` that are headings; the first line is of level 1, the others of level 2."""
    blocks = list(_BLOCK.finditer(text))
    headings: list[Heading] = []
    for block in blocks[:-1]:
        line = block.group().strip()
        if "\n" in line or len(line) > MAX_HEADING_CHARACTERS or _NOT_A_HEADING.search(line):
            continue
        start = block.start() + len(block.group()) - len(block.group().lstrip())
        headings.append(Heading(1 if block is blocks[0] else 2, line, start, start + len(line)))
    return tuple(headings)
