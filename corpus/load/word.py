"""Word documents."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document as LoadedDocument
from lxml import etree

from corpus.errors import DocumentRejected
from corpus.load.archive import office_properties, open_office_file
from corpus.load.manuscript import Manuscript
from corpus.load.markup import parse_html, write_markup

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Heading 1'] => h2:fresh
p[style-name='Heading 2'] => h3:fresh
p[style-name='Heading 3'] => h4:fresh
p[style-name='Heading 4'] => h5:fresh
p[style-name='Heading 5'] => h6:fresh
p[style-name='heading 1'] => h2:fresh
p[style-name='heading 2'] => h3:fresh
p[style-name='heading 3'] => h4:fresh
p[style-name='List Bullet'] => ul > li:fresh
p[style-name='List Number'] => ol > li:fresh
"""
"""Word's own styles, so that the style Title is the document's title and its headings stand below it."""


class WordLoader(BaseLoader):
    """Loads one .docx file as one document; metadata as `Manuscript.loaded` gives it.

    Headings come from styles, lists and tables from Word's own; text of tracked insertions, text boxes and footnotes
    is kept, deleted text, comments, page headers and footers are not. Word fixes no pages in the file.
    """

    def __init__(self, path: Path, file: str) -> None:
        self.path = path
        self.file = file

    def lazy_load(self) -> Iterator[LoadedDocument]:
        """Yield the one document of the file.

        Raises:
            DocumentRejected: as for `open_office_file`, or the document is damaged or holds no text.
        """
        import mammoth

        content = open_office_file(self.path, self.file, "word/document.xml", "a Word document")
        try:
            markup = mammoth.convert_to_html(
                io.BytesIO(content), style_map=_STYLES, convert_image=mammoth.images.img_element(_no_picture)
            ).value
        except MemoryError:
            raise
        except Exception as error:  # mammoth lets through whatever its XML and zip readers raise
            raise DocumentRejected(self.file, "it is damaged and cannot be read as a Word document") from error
        manuscript = Manuscript(self.file)
        root = parse_html(f"<body>{markup}</body>")
        if root is not None:
            _drop_note_marks(root)
            write_markup(root, manuscript)
        yield manuscript.loaded(office_properties(content))


def _drop_note_marks(root: etree._Element) -> None:
    """Take away the marks between text and footnotes: "[1]" would be taken for a citation; the arrow is no text."""
    for link in root.iter("a"):
        if (link.get("href") or "").startswith(("#footnote", "#endnote")):
            link.text = ""


def _no_picture(image: object) -> dict[str, str]:
    """Return no attributes: pictures are not read, and packing them into the markup would cost memory."""
    return {}
