"""Running headers and footers, and the page numbers that are printed in them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.load.pdf.runs import Run

MARGIN = 0.11
"""Share of the page's height at its top and at its bottom where running headers and footers stand."""

REPEATS = 3
"""Pages on which a text in the margin must stand to be a running one; on fewer it may be a heading."""

MIN_NUMBERED = 0.5
"""Share of pages whose printed numbers must agree before they are trusted."""

_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(
    r"(?:^|\bpage\s+|[|–—•-]\s*)(\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/)\s*\d{1,4}|\s*[|–—•-].*|\s*)$", re.IGNORECASE
)
_LEADING = re.compile(r"^(\d{1,4})(?:\s*[|–—•-]|\s{1,3}\D)")
_BARE_NUMBER = re.compile(
    r"^(?:page\s+)?[-–—|]?\s*(\d{1,4}|[ivxl]{1,6})\s*[-–—|]?(?:\s*(?:of|/)\s*\d{1,4})?$", re.IGNORECASE
)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}


@dataclass(frozen=True, slots=True)
class PageRuns:
    """What stands on one page outside its ruled tables: its size in points and its runs."""

    width: float
    height: float
    runs: tuple[Run, ...]


def without_furniture(pages: Sequence[PageRuns]) -> tuple[list[PageRuns], dict[int, str]]:
    """Take running headers and footers away; also return the printed number of each page by its index.

    A text is running where it stands in the margin of `REPEATS` pages or more, or of every page of a shorter
    document of at least two, digits left aside. A bare number in the margin goes where it agrees with others.
    """
    margins = [_margin_runs(page) for page in pages]
    counts = Counter(key for runs in margins for key in {_key(run, page) for run, page in runs})
    enough = min(REPEATS, max(2, len(pages)))
    numbers = _printed_numbers(margins, counts, enough)
    kept: list[PageRuns] = []
    for index, page in enumerate(pages):
        running = {id(run) for run, side in margins[index] if counts[_key(run, side)] >= enough}
        number = numbers.get(index)
        dropped = running | {
            id(run) for run, _ in margins[index] if number and _is_bare(run, number) and _alone(run, page, running)
        }
        kept.append(PageRuns(page.width, page.height, tuple(run for run in page.runs if id(run) not in dropped)))
    return kept, numbers


def _margin_runs(page: PageRuns) -> list[tuple[Run, str]]:
    found: list[tuple[Run, str]] = []
    for run in page.runs:
        if run.baseline <= page.height * MARGIN:
            found.append((run, "top"))
        elif run.baseline >= page.height * (1 - MARGIN):
            found.append((run, "bottom"))
    return found


def _key(run: Run, side: str) -> tuple[str, str]:
    return side, _DIGITS.sub("#", run.text.casefold())


def _is_bare(run: Run, number: str) -> bool:
    match = _BARE_NUMBER.match(run.text.strip())
    return match is not None and match.group(1).lower() == number.lower()


def _alone(run: Run, page: PageRuns, running: set[int]) -> bool:
    """Say whether nothing but running text stands on the line of a run: a number in a row of others is a figure."""
    return all(
        other is run or id(other) in running or abs(other.baseline - run.baseline) > 0.5 * run.size
        for other in page.runs
    )


def _printed_numbers(
    margins: Sequence[Sequence[tuple[Run, str]]], counts: Mapping[tuple[str, str], int], enough: int
) -> dict[int, str]:
    """Return the numbers that run on with the pages: those for which number less index is the same on most pages."""
    candidates: dict[tuple[bool, int], dict[int, str]] = defaultdict(dict)
    for index, runs in enumerate(margins):
        for run, side in runs:
            text = run.text.strip()
            if not (_BARE_NUMBER.match(text) or counts[_key(run, side)] >= enough):
                continue
            for match in (_NUMBER.search(text), _LEADING.match(text)):
                if match is not None:
                    printed = match.group(1)
                    candidates[printed.isdigit(), _value(printed) - index].setdefault(index, printed)
    numbers: dict[int, str] = {}
    for found in sorted(candidates.values(), key=len, reverse=True):
        if len(found) >= 2 and (len(found) >= MIN_NUMBERED * len(margins) or numbers or _consecutive(found)):
            for index, printed in found.items():
                numbers.setdefault(index, printed)
    return numbers


def _consecutive(found: Mapping[int, str]) -> bool:
    """Say whether numbers stand on three pages in a row."""
    return any(index + 1 in found and index + 2 in found for index in found)


def _value(printed: str) -> int:
    if printed.isdigit():
        return int(printed)
    values = [_ROMAN[letter] for letter in printed.lower()]
    return sum(-v if v < following else v for v, following in zip(values, [*values[1:], 0], strict=True))
