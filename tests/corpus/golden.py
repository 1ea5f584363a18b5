"""The shipped files of each format, parsed, and checks that hold for every parsed file."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from corpus.load import Parsed, parse

FILES = Path(__file__).parent.parent / "data" / "files"


def golden(name: str) -> Parsed:
    """Parse one shipped file and check its offsets."""
    parsed = parse(FILES / name, name)
    check_offsets(parsed)
    return parsed


def check_offsets(parsed: Parsed) -> None:
    """Check that headings, rows and pages lie where they say, in order and apart."""
    text = parsed.text
    position = 0
    for heading in parsed.headings:
        assert text[heading.start : heading.end] == heading.text == heading.text.strip() != ""
        assert position <= heading.start
        position = heading.end
    position = 0
    for start, end in parsed.rows:
        assert position <= start < end <= len(text)
        assert "\n" not in text[start:end]
        position = end
    if parsed.pages:
        assert [page.number for page in parsed.pages] == list(range(1, len(parsed.pages) + 1))
        assert parsed.pages[0].start == 0
        assert parsed.pages[-1].end == len(text)
        assert all(above.end == below.start for above, below in pairwise(parsed.pages))


def section_names(parsed: Parsed) -> list[tuple[int, str]]:
    """Return level and text of each heading."""
    return [(heading.level, heading.text) for heading in parsed.headings]


def rows(parsed: Parsed) -> list[str]:
    """Return the table rows of a parsed file."""
    return [parsed.text[start:end] for start, end in parsed.rows]


def page_of(parsed: Parsed, quotation: str) -> int:
    """Return the number of the page on which a text that occurs once begins."""
    assert parsed.text.count(quotation) == 1, quotation
    at = parsed.text.index(quotation)
    return next(page.number for page in parsed.pages if page.start <= at < page.end)
