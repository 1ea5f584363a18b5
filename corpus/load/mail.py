"""Saved e-mails."""

from __future__ import annotations

import email
import email.policy
import email.utils
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document as LoadedDocument

from corpus.errors import DocumentRejected
from corpus.load.manuscript import Manuscript, clean
from corpus.load.markup import parse_html, write_markup
from corpus.load.parsed import Properties
from corpus.load.reading import kind_of, read_bytes

_SHOWN_HEADERS = ("from", "to", "cc", "date", "subject")
_MAX_ATTACHMENTS = 20


class MailLoader(BaseLoader):
    """Loads one .eml file as one document: its subject as heading, its plain or HTML body, its headers as fields.

    Attachments are not read; each is warned of.
    """

    def __init__(self, path: Path, file: str) -> None:
        self.path = path
        self.file = file

    def lazy_load(self) -> Iterator[LoadedDocument]:
        """Yield the one document of the file.

        Raises:
            DocumentRejected: the file is unreadable, no e-mail, or its body holds no text.
        """
        content = read_bytes(self.path, self.file)
        message = email.message_from_bytes(content, policy=email.policy.default)
        headers = {name: clean(_header(message, name)) for name in _SHOWN_HEADERS}
        if kind_of(content) or not (headers["from"] or headers["subject"] or headers["date"]):
            raise DocumentRejected(self.file, "it is not an e-mail; give it its right ending")
        manuscript = Manuscript(self.file)
        manuscript.heading(1, headers["subject"])
        self._write_body(message, manuscript)
        self._warn_of_attachments(message, manuscript)
        properties = Properties(
            headers["subject"], headers["from"], _date(headers["date"]), "", {k: v for k, v in headers.items() if v}
        )
        yield manuscript.loaded(properties)

    def _write_body(self, message: EmailMessage, manuscript: Manuscript) -> None:
        try:
            body = message.get_body(("plain", "html"))
            text = body.get_content() if body is not None else ""
        except (LookupError, ValueError, AttributeError, TypeError, KeyError) as error:
            raise DocumentRejected(self.file, "its text is damaged or in an unknown encoding") from error
        if not isinstance(text, str) or not text.strip():
            raise DocumentRejected(self.file, "it holds no text")
        if body is not None and body.get_content_type() == "text/html":
            root = parse_html(text)
            if root is not None:
                write_markup(root, manuscript)
        else:
            for paragraph in text.replace("\r\n", "\n").split("\n\n"):
                manuscript.paragraph(paragraph)

    def _warn_of_attachments(self, message: EmailMessage, manuscript: Manuscript) -> None:
        try:
            names = [clean(part.get_filename() or "without a name") for part in message.iter_attachments()]
        except (LookupError, ValueError, AttributeError, TypeError, KeyError):
            names = ["without a name"] if message.is_multipart() else []
        manuscript.warnings.extend(f"the attachment {name} was not read" for name in names[:_MAX_ATTACHMENTS])


def _header(message: EmailMessage, name: str) -> str:
    """Return one header as text; the parser of a damaged one may raise nearly anything."""
    try:
        return str(message.get(name, ""))
    except (LookupError, ValueError, AttributeError, TypeError):
        return ""


def _date(header: str) -> str:
    try:
        return email.utils.parsedate_to_datetime(header).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
