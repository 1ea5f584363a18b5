"""Markdown files, turned into the plain text that people read."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document as LoadedDocument
from markdown_it import MarkdownIt

from corpus.load.manuscript import Manuscript
from corpus.load.markup import parse_html, write_markup
from corpus.load.parsed import Properties
from corpus.load.text import read_text

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_COLON_IN_VALUE = re.compile(
    r"^(?P<name>[A-Za-z][\w-]*):[ \t]+(?P<value>[^\s\[{\"'|>&*!#%@`].*:(?:[ \t].*)?)$", re.MULTILINE
)
"""A field whose value has a colon, "title: Falls: a report", which YAML takes for a mistake and people do not."""

_PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")


class MarkdownLoader(BaseLoader):
    """Loads one Markdown file as one document of plain text; metadata as `Manuscript.loaded` gives it.

    Markup is removed and the text of raw HTML kept; list items keep a bullet or their number, table rows read
    "Column: value; Column: value."
    """

    def __init__(self, path: Path, file: str) -> None:
        self.path = path
        self.file = file

    def lazy_load(self) -> Iterator[LoadedDocument]:
        """Yield the one document of the file.

        Raises:
            DocumentRejected: as for `read_text`, or nothing but markup was found.
        """
        markdown = read_text(self.path, self.file)
        front_matter, markdown = _split_front_matter(markdown)
        manuscript = Manuscript(self.file)
        root = parse_html(_PARSER.render(markdown))
        if root is not None:
            write_markup(root, manuscript)
        yield manuscript.loaded(_properties(front_matter))


def _split_front_matter(markdown: str) -> tuple[dict[object, object], str]:
    match = _FRONT_MATTER.match(markdown)
    if match is None:
        return {}, markdown
    for header in (match.group(1), _COLON_IN_VALUE.sub(_quoted, match.group(1))):
        try:
            fields = yaml.safe_load(header)
        except (yaml.YAMLError, ValueError, RecursionError):
            continue
        return (fields, markdown[match.end() :]) if isinstance(fields, dict) else ({}, markdown)
    return {}, markdown


def _quoted(field: re.Match[str]) -> str:
    return f"{field['name']}: {json.dumps(field['value'], ensure_ascii=False)}"


def _properties(front_matter: Mapping[object, object]) -> Properties:
    """Keep the fields with one plain value; lists and nested fields say nothing that is asked for here."""
    fields = {
        str(name).casefold(): str(value)
        for name, value in front_matter.items()
        if isinstance(value, str | int | float | datetime.date)
    }
    title, author, date, language = (
        " ".join(fields.get(name, "").split()) for name in ("title", "author", "date", "lang")
    )
    return Properties(title, author, date, language or fields.get("language", ""), fields)
