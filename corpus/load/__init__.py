"""Loading: bytes of one file -> text with pages, headings and tables, one module per format."""

from __future__ import annotations

from pathlib import Path

from corpus.load.formats import loader_for
from corpus.load.parsed import Parsed, Properties
from corpus.load.sandbox import picture_process, shared_process

__all__ = ["Parsed", "Properties", "loader_for", "parse", "picture", "stop_parsing"]


def parse(path: Path, file: str) -> Parsed:
    """Read one file as text; `file` is its name below the corpus folder, used in messages only.

    Parsers run in a process of their own (`corpus.load.sandbox`), so that no file can do harm beyond its own loss.

    Raises:
        DocumentRejected: no loader reads this format, or the file cannot be read as the format that its name says.
    """
    loader_for(path, file)
    return shared_process().parse(path, file)


def stop_parsing() -> None:
    """Give up the file that is being parsed: whoever waits for it is told that it cannot be read."""
    shared_process().interrupt()


def picture(path: Path, file: str, page: int, words: str = "") -> bytes:
    """Return page number `page` of a PDF as a WebP picture with `words` marked, drawn in a process of its own too.

    Raises:
        DocumentRejected: the file is no PDF that can be read, or the page is missing or damaged.
    """
    return picture_process().picture(path, file, page, words)
