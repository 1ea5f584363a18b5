"""Loading: bytes of one file -> text with pages, headings and tables, one module per format."""

from __future__ import annotations

from pathlib import Path

from corpus.load.formats import loader_for
from corpus.load.parsed import Parsed, Properties

__all__ = ["Parsed", "Properties", "loader_for", "parse"]


def parse(path: Path, file: str) -> Parsed:
    """Read one file as text; `file` is its name below the corpus folder, used in messages only.

    Raises:
        DocumentRejected: no loader reads this format, or the file cannot be read as the format that its name says.
    """
    (loaded,) = loader_for(path, file).load()
    return Parsed(loaded.page_content, **loaded.metadata)
