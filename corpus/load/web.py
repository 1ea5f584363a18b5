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

MAIN_SHARE = 0.9
"""Share of the main content's lines that an element must hold; the rest may be a teaser set elsewhere."""

MIN_LINE_CHARACTERS = 30
"""Shorter lines may stand anywhere on a page, so they do not tell where its main content is."""

MAX_META = 100
_FURNITURE = frozenset(["nav", "header", "footer", "aside", "form", "dialog", "menu"])
_FURNITURE_ROLES = frozenset(
    ["navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alert", "menu", "menubar"]
)


class WebPageLoader(BaseLoader):
    """Loads one .html file as one document of its main content; metadata as `Manuscript.loaded` gives it.

    The part that the page itself marks as main is read; where it marks none, the element around the text that
    trafilatura takes for the main content. Navigation, banners, footers, forms, scripts and hidden parts are left out.
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
        titles = [text_within(title) for title in root.iter("h1")]
        part = _main_part(root, markup)
        if len(titles) == 1 and part.find(".//h1") is None:
            manuscript.heading(1, titles[0])
        write_markup(part, manuscript)
        yield manuscript.loaded(properties)


def _main_part(root: etree._Element, markup: str) -> etree._Element:
    """Return the element that holds the main content, without the navigation and the like inside it."""
    marked = root.xpath("//main | //*[@role='main']") or root.xpath("//article")
    parts = [part for part in marked if len(text_within(part)) >= MIN_MAIN_CHARACTERS]
    if len(parts) == 1:
        return _without_furniture(parts[0], marked=True)
    body = root.find(".//body")
    body = root if body is None else body
    return _without_furniture(_narrowest(body, _main_lines(markup)), marked=False)


def _main_lines(markup: str) -> list[str]:
    """Return the lines of main content that trafilatura finds; its own output leaves headings out, so only these."""
    import trafilatura

    found = trafilatura.extract(markup, include_comments=False, include_tables=False, favor_precision=True) or ""
    lines = (clean(line.lstrip("-# ")) for line in found.splitlines())
    return [line for line in lines if len(line) >= MIN_LINE_CHARACTERS]


def _narrowest(part: etree._Element, lines: list[str]) -> etree._Element:
    """Return the innermost element that holds nearly all of the lines, `part` where there are none."""
    while lines:
        enough = MAIN_SHARE * len(lines)
        inner = next((child for child in part if isinstance(child.tag, str) and _held(child, lines) >= enough), None)
        if inner is None:
            return part
        part = inner
    return part


def _held(part: etree._Element, lines: list[str]) -> int:
    text = text_within(part)
    return sum(line in text for line in lines)


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
    headings = [clean(text_within(heading)) for heading in root.iter("h1")]
    if len(headings) == 1 and headings[0] and named.startswith(headings[0]):
        named = headings[0]  # the rest of <title> is the name of the site
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
