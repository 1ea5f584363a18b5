"""What a loader finds in a file: text, where its headings and pages lie, and what the file says of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.document import Page
from corpus.load.heading import Heading

_NO_TITLE = re.compile(
    r"\.(?:docx?|indd|pdf|qxd|pub|pptx?|xlsx?|rtf|odt)$|^(?:microsoft |powerpoint presentation$|untitled|document\d*$)"
    r"|^(?:title|model|slide 1|book\d*)$",
    re.IGNORECASE,
)


def stated_title(title: str) -> str:
    """Return the title that a file gives itself, empty where a program has filled in a file name or its own words."""
    title = " ".join(title.split())
    return "" if _NO_TITLE.search(title) else title


@dataclass(frozen=True, slots=True)
class Properties:
    """What a file says of itself; every field is empty where it says nothing, and none has been checked.

    `date` is an ISO date or year (2018-05-14, 2018-05 or 2018), `language` a tag such as "en" or "en-GB".
    `front_matter` holds the plain fields of Markdown front matter, the named meta tags of a web page or the headers of
    an e-mail: lower case names, values as text.
    """

    title: str = ""
    author: str = ""
    date: str = ""
    language: str = ""
    front_matter: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parsed:
    """One file as text. Offsets of `headings` and `pages` are characters into `text`, half open.

    `pages` are in order, do not overlap and are numbered from 1; a page without text is an empty stretch. `warnings`
    are sentences without their full stop, such as "page 4 needs OCR".
    """

    text: str
    headings: tuple[Heading, ...] = ()
    pages: tuple[Page, ...] = ()
    properties: Properties = Properties()
    warnings: tuple[str, ...] = ()
    rows: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What reading one file came to: `parsed`, or a `picture` of one page in Base64, or the `reason` for neither.

    `exhausted` says that the parser ran out of memory and should not be used again.
    """

    parsed: Parsed | None = None
    picture: str = ""
    reason: str = ""
    exhausted: bool = False
