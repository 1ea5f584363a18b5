"""PDF files: pages with their printed labels, columns, tables and headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document as LoadedDocument

from corpus.errors import DocumentRejected
from corpus.load.manuscript import Manuscript, clean
from corpus.load.parsed import Properties, stated_title
from corpus.load.reading import kind_of, read_bytes

MAX_PAGES = 5_000
"""A file of more pages is rejected; the longest board packs have about 1,000."""

HEADER_BYTES = 1024
"""Where the mark of a PDF file must stand; readers accept some bytes before it (ISO 32000-1, annex H.3.4.1)."""

_DATE = re.compile(r"(\d{4})(\d\d)?(\d\d)?")


class PdfLoader(BaseLoader):
    """Loads one .pdf file as one document; metadata as `Manuscript.loaded` gives it.

    Text is read column by column; words parted at line ends are mended; running headers and footers are left out;
    headings are found by their face. A page that is only a picture is warned of, or read by Tesseract where the
    extra `ocr` is installed.
    """

    def __init__(self, path: Path, file: str) -> None:
        self.path = path
        self.file = file

    def lazy_load(self) -> Iterator[LoadedDocument]:
        """Yield the one document of the file.

        Raises:
            DocumentRejected: the file is unreadable, no PDF, protected by a password, damaged, or holds no text.
        """
        import pypdfium2 as pdfium

        from corpus.load.pdf.reading import read_pdf

        content = read_bytes(self.path, self.file)
        if b"%PDF-" not in content[:HEADER_BYTES]:
            really = kind_of(content) or "another kind of file"
            raise DocumentRejected(self.file, f"it is not a PDF file but {really}; give it its right ending")
        try:
            document = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as error:
            raise DocumentRejected(self.file, _why_not_opened(error)) from error
        try:
            if not 0 < len(document) <= MAX_PAGES:
                raise DocumentRejected(self.file, f"it has {len(document):,} pages; at most {MAX_PAGES:,} are read")
            manuscript = Manuscript(self.file)
            read_pdf(document, manuscript)
            properties = _properties(document.get_metadata_dict())
        except pdfium.PdfiumError as error:
            raise DocumentRejected(self.file, "it is damaged and cannot be read as a PDF file") from error
        finally:
            document.close()
        if manuscript.empty and manuscript.warnings:
            raise DocumentRejected(self.file, f"it holds no text that can be read: {manuscript.warnings[0]}")
        yield manuscript.loaded(properties)


def _why_not_opened(error: Exception) -> str:
    import pypdfium2.raw as raw

    if getattr(error, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
        return "it is protected by a password; save it without one"
    return "it is damaged or cut off and cannot be read as a PDF file"


def _properties(fields: dict[str, str]) -> Properties:
    """Return what the file says of itself; dates come as D:20180514..."""
    date = _DATE.search(fields.get("ModDate", "") or fields.get("CreationDate", ""))
    return Properties(
        title=stated_title(clean(fields.get("Title", ""))),
        author=clean(fields.get("Author", "")),
        date="-".join(part for part in date.groups() if part) if date else "",
    )
