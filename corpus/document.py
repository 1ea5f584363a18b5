"""The document: one source, its text, and where its pages and sections lie."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from enum import StrEnum

SECTION_SEPARATOR = " › "


class Audience(StrEnum):
    """Who may read a document, and the highest audience that a person belongs to: public < partner < staff."""

    PUBLIC = "public"
    PARTNER = "partner"
    STAFF = "staff"

    @property
    def readable(self) -> tuple[Audience, ...]:
        """Return the audiences whose documents a person of this audience may read, lowest first."""
        order = tuple(Audience)
        return order[: order.index(self) + 1]

    def may_read(self, audience: Audience) -> bool:
        """Say whether a person of this audience may read a document of `audience`."""
        return audience in self.readable


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of text under one heading.

    `headings` is the path from the outermost heading to the nearest one, without the document's own title; `start`
    and `end` are characters into `Document.text`, half open, and cover the section's own text without its heading
    and without its subsections.
    """

    headings: tuple[str, ...]
    start: int
    end: int

    @property
    def name(self) -> str:
        """Return the heading path as one line, empty for text before the first heading."""
        return SECTION_SEPARATOR.join(self.headings)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `number` counts from 1, `label` is what is printed on it; `start` and `end` as in `Section`."""

    number: int
    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One source as it is known to the assistant; `text[start:end]` of any citation is the quotation.

    `file` is the path below the corpus folder, with forward slashes; it names the document for people and is never
    opened again from here. `content_hash` is the sha256 of the file's bytes. `date` and `fetched` are ISO dates, the
    first may be a year or a month; `superseded_by` is the id of the document that replaces this one, or empty.
    `guessed` names the fields that nobody stated: they were taken from the file's properties, headings or name.
    `warnings` are sentences about the reading, without their full stop. `rows` are where the rows of tables lie, each
    to be quoted whole.
    """

    id: str
    title: str
    file: str
    text: str
    sections: tuple[Section, ...]
    pages: tuple[Page, ...]
    audience: Audience
    period: str
    programme: str
    kind: str
    source: str
    content_hash: str
    date: str = ""
    language: str = ""
    superseded_by: str = ""
    fetched: str = ""
    guessed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    rows: tuple[tuple[int, int], ...] = ()

    def page_at(self, offset: int) -> Page | None:
        """Return the page that holds the character at `offset`, or None where the format has no pages."""
        position = bisect.bisect_right(self.pages, offset, key=lambda page: page.start) - 1
        return self.pages[position] if position >= 0 else None
