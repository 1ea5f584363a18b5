"""Markdown files, turned into the plain text that people read."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml
from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document as LoadedDocument
from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.errors import DocumentRejected
from corpus.load.heading import Heading
from corpus.load.parsed import Properties
from corpus.load.text import read_text

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")


class MarkdownLoader(BaseLoader):
    """Loads one Markdown file as one document of plain text; metadata holds its `headings` and front matter.

    Markup is removed, list items keep a bullet or their number, cells of a table row are joined by " | ".
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
        page = _PlainText()
        page.add(_PARSER.parse(markdown))
        if not page.text.strip():
            raise DocumentRejected(self.file, "it holds no text")
        properties = _properties(front_matter)
        yield LoadedDocument(page.text, metadata={"headings": tuple(page.headings), "properties": properties})


def _split_front_matter(markdown: str) -> tuple[dict[object, object], str]:
    match = _FRONT_MATTER.match(markdown)
    if match is None:
        return {}, markdown
    try:
        fields = yaml.safe_load(match.group(1))
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, markdown
    return (fields, markdown[match.end() :]) if isinstance(fields, dict) else ({}, markdown)


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


class _PlainText:
    """Collects blocks of text with one blank line between them, and one line end between the items of a list."""

    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self._parts: list[str] = []
        self._length = 0
        self._lists: list[int | None] = []
        self._marker = ""
        self._separator = ""

    @property
    def text(self) -> str:
        return "".join(self._parts) + ("\n" if self._parts else "")

    def add(self, tokens: Sequence[Token]) -> None:
        for position, token in enumerate(tokens):
            if token.type in ("bullet_list_open", "ordered_list_open"):
                self._lists.append(int(token.attrs.get("start", 1)) if token.type.startswith("ordered") else None)
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                self._lists.pop()
                self._separator = "\n\n" if not self._lists else "\n"
            elif token.type == "list_item_open":
                self._open_item()
            elif token.type == "list_item_close":
                self._marker = ""
            elif token.type == "inline":
                self._add_inline(token, tokens[position - 1])
            elif token.type in ("fence", "code_block"):
                self._write(token.content.rstrip("\n"))
            elif token.type == "tr_close":
                self._separator = "\n"
            elif token.type == "table_close":
                self._separator = "\n\n"

    def _open_item(self) -> None:
        number = self._lists[-1]
        indent = "  " * (len(self._lists) - 1)
        self._marker = f"{indent}• " if number is None else f"{indent}{number}. "
        if number is not None:
            self._lists[-1] = number + 1

    def _add_inline(self, token: Token, opening: Token) -> None:
        text = _inline_text(token.children or []).strip()
        if not text:
            return
        if opening.type == "heading_open":
            start = self._write(text)
            self.headings.append(Heading(int(opening.tag[1]), text, start, start + len(text)))
        elif opening.type in ("td_open", "th_open"):
            self._write(text)
            self._separator = " | "
        else:
            self._write(text)

    def _write(self, text: str) -> int:
        """Append a block and return where its text starts, after separator and list marker."""
        lead = (self._separator if self._parts else "") + self._marker
        self._parts.append(lead + text)
        start = self._length + len(lead)
        self._length = start + len(text)
        self._marker = ""
        self._separator = "\n" if self._lists else "\n\n"
        return start


def _inline_text(children: Sequence[Token]) -> str:
    parts: list[str] = []
    for child in children:
        if child.type in ("text", "code_inline", "image"):
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak":
            parts.append("\n")
    return re.sub(r"\n\s*\n+", "\n", "".join(parts))
