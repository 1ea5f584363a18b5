"""Which loader reads which format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from langchain_core.document_loaders import BaseLoader

from corpus.errors import DocumentRejected
from corpus.glossary import GLOSSARY_FILE
from corpus.load.glossary import GlossaryLoader
from corpus.load.mail import MailLoader
from corpus.load.markdown import MarkdownLoader
from corpus.load.pdf import PdfLoader
from corpus.load.slides import SlidesLoader
from corpus.load.spreadsheet import DelimitedLoader, SpreadsheetLoader
from corpus.load.text import TextLoader
from corpus.load.web import WebPageLoader
from corpus.load.word import WordLoader

LOADERS: dict[str, Callable[[Path, str], BaseLoader]] = {
    ".txt": TextLoader,
    ".md": MarkdownLoader,
    ".markdown": MarkdownLoader,
    ".pdf": PdfLoader,
    ".docx": WordLoader,
    ".pptx": SlidesLoader,
    ".xlsx": SpreadsheetLoader,
    ".csv": DelimitedLoader,
    ".tsv": DelimitedLoader,
    ".html": WebPageLoader,
    ".htm": WebPageLoader,
    ".xhtml": WebPageLoader,
    ".eml": MailLoader,
}


def loader_for(path: Path, file: str) -> BaseLoader:
    """Return the loader for the format of `path`, by its name or suffix.

    Raises:
        DocumentRejected: no loader reads this format.
    """
    if path.name == GLOSSARY_FILE:
        return GlossaryLoader(path, file)
    loader = LOADERS.get(path.suffix.lower())
    if loader is None:
        raise DocumentRejected(file, f"files of the type {path.suffix or 'without a suffix'} are not read")
    return loader(path, file)
