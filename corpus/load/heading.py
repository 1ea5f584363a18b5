"""Headings as loaders report them, and the sections that they make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.document import Section


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line: `level` 1 is outermost; `start` and `end` are characters into the document's text."""

    level: int
    text: str
    start: int
    end: int


def sections_of(headings: Sequence[Heading], length: int) -> tuple[Section, ...]:
    """Cut a text of `length` characters into the sections that its headings open, in order.

    A first heading of level 1 that no other heading equals in level is the document's title and is left out of
    the paths. Sections without any text are kept out by the caller, who knows the text.
    """
    title = title_heading(headings)
    sections = [Section((), 0, headings[0].start if headings else length)]
    path: list[Heading] = []
    for heading, end in zip(headings, _ends(headings, length), strict=True):
        while path and path[-1].level >= heading.level:
            path.pop()
        path.append(heading)
        names = tuple(step.text for step in path if step is not title)
        sections.append(Section(names, heading.end, end))
    return tuple(section for section in sections if section.start < section.end)


def title_heading(headings: Sequence[Heading]) -> Heading | None:
    """Return the heading that is the document's title: the first, when it is the only one of the outermost level."""
    if not headings:
        return None
    first = headings[0]
    if any(heading.level <= first.level for heading in headings[1:]):
        return None
    return first


def _ends(headings: Sequence[Heading], length: int) -> Iterable[int]:
    return [*(heading.start for heading in headings[1:]), length] if headings else []
