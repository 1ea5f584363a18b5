"""Saved web pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document as LoadedDocument
from lxml import etree

from corpus.errors import DocumentRejected
from corpus.load.manuscript import Manuscript, clean
from corpus.load.markup import parse_html, text_within, write_markup
from corpus.load.parsed import Properties
from corpus.load.reading import decode, read_bytes

MIN_MAIN_CHARACTERS = 200
"""A <main> or <article> with less text is an empty shell of the page, so the main content is looked for instead."""

MAX_META = 100
_FURNITURE = frozenset(["nav", "header", "footer", "aside", "form", "dialog", "menu"])
_FURNITURE_ROLES = frozenset(
    ["navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alert", "menu", "menubar"]
)


class WebPageLoader(BaseLoader):
    """Loads one .html file as one document of its main content; metadata as `Manuscript.loaded` gives it.

    The part that the page itself marks as main is read; where it marks none, trafilatura finds it. Navigation,
    banners, footers, forms, scripts and hidden parts are left out.
    """

    def __init__(self, path: Path, file: str) -> None:
        self.path = path
        self.file = file

    def lazy_load(self) -> Iterator[LoadedDocument]:
        """Yield the one document of the file.

        Raises:
            DocumentRejected: the file is unreadable, not text, or holds no text of its own.
        """
        markup, _ = decode(read_bytes(self.path, self.file), self.file, "a web page")
        root = parse_html(markup)
        if root is None:
            raise DocumentRejected(self.file, "it holds no text")
        properties = _properties(root)
        manuscript = Manuscript(self.file)
        write_markup(_main_part(root, markup), manuscript)
        yield manuscript.loaded(properties)


def _main_part(root: etree._Element, markup: str) -> etree._Element:
    marked = root.xpath("//main | //*[@role='main']") or root.xpath("//article")
    parts = [part for part in marked if len(text_within(part)) >= MIN_MAIN_CHARACTERS]
    if len(parts) == 1:
        return _without_furniture(parts[0], marked=True)
    return _found_by_trafilatura(markup) or _without_furniture(root, marked=False)


def _found_by_trafilatura(markup: str) -> etree._Element | None:
    import trafilatura

    found = trafilatura.extract(
        markup, output_format="html", include_comments=False, include_tables=True, favor_recall=True
    )
    part = parse_html(found) if found else None
    return part if part is not None and len(text_within(part)) >= MIN_MAIN_CHARACTERS else None


def _without_furniture(part: etree._Element, *, marked: bool) -> etree._Element:
    """Take navigation and the like out of a part; inside a marked main part, <header> holds the title and stays."""
    for node in list(part.iter(etree.Element)):
        is_furniture = node.tag in _FURNITURE or node.get("role") in _FURNITURE_ROLES
        parent = node.getparent()
        if node is part or parent is None or not is_furniture or (marked and node.tag == "header"):
            continue
        before = node.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + (node.tail or "")
        else:
            parent.text = (parent.text or "") + (node.tail or "")
        parent.remove(node)
    return part


def _properties(root: etree._Element) -> Properties:
    """Return what a page says of itself in its <title> and named <meta> tags."""
    meta: dict[str, str] = {}
    for tag in list(root.iter("meta"))[:MAX_META]:
        name = clean(tag.get("name") or tag.get("property") or "").casefold()
        if name and (content := clean(tag.get("content") or "")):
            meta.setdefault(name, content)
    title = root.find(".//title")
    named = clean(title.text or "") if title is not None else ""
    date = next(
        (
            meta[n]
            for n in ("article:modified_time", "article:published_time", "dcterms.date", "dc.date", "date")
            if n in meta
        ),
        "",
    )
    return Properties(
        title=meta.get("og:title") or meta.get("dcterms.title") or named,
        author=meta.get("author") or meta.get("dcterms.creator", ""),
        date=date[:10],
        language=clean(root.get("lang") or ""),
        front_matter=meta,
    )
