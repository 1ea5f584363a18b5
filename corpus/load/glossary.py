"""A glossary file as a document, so that a meaning can be cited like any other sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document as LoadedDocument

from corpus.errors import CatalogueInvalid, DocumentRejected
from corpus.glossary import Term, read_glossary
from corpus.load.heading import Heading

TITLE = "Glossary of acronyms and terms"


class GlossaryLoader(BaseLoader):
    """Loads a glossary file as one document in which each term is a heading with one sentence and its source."""

    def __init__(self, path: Path, file: str) -> None:
        self.path = path
        self.file = file

    def lazy_load(self) -> Iterator[LoadedDocument]:
        """Yield the one document of the file.

        Raises:
            DocumentRejected: the file is not a valid glossary or holds no term.
        """
        try:
            glossary = read_glossary([self.path.parent])
        except CatalogueInvalid as error:
            raise DocumentRejected(self.file, error.problem) from error
        if not glossary.terms:
            raise DocumentRejected(self.file, "it holds no term")
        headings = [Heading(1, TITLE, 0, len(TITLE))]
        text = TITLE
        for term in glossary.terms:
            start = len(text) + 2
            headings.append(Heading(2, term.term, start, start + len(term.term)))
            text += f"\n\n{term.term}\n\n{definition(term)}"
        yield LoadedDocument(page_content=text + "\n", metadata={"headings": tuple(headings)})


def definition(term: Term) -> str:
    """Return the sentence that defines `term`, the same wherever it is shown."""
    if term.expansion:
        return f"{term.term} stands for {term.expansion}: {term.meaning}"
    return f"{term.term}: {term.meaning}"
