"""What can go wrong with documents, and the base of every error that a person may see.

`str()` of each is one sentence that says what is wrong and what to do; it never holds a traceback.
"""

from __future__ import annotations


class AssistantError(Exception):
    """An expected failure whose message is fit to be shown."""


class CorpusUnavailable(AssistantError):
    """A corpus folder cannot be read or holds no document."""

    def __init__(self, folder: str, problem: str) -> None:
        self.folder = folder
        self.problem = problem
        super().__init__(folder, problem)

    def __str__(self) -> str:
        return f"The corpus folder {self.folder} {self.problem}; set IHUB_CORPUS to a folder of documents."


class CatalogueInvalid(AssistantError):
    """A catalogue or glossary file does not say what it should."""

    def __init__(self, file: str, problem: str) -> None:
        self.file = file
        self.problem = problem
        super().__init__(file, problem)

    def __str__(self) -> str:
        return f"The file {self.file} cannot be used: {self.problem}; mend it and run `ihub sync`."


class DocumentRejected(AssistantError):
    """One file that cannot become a document; the others are not affected."""

    def __init__(self, file: str, reason: str) -> None:
        self.file = file
        self.reason = reason
        super().__init__(file, reason)

    def __str__(self) -> str:
        return f"{self.file} was left out: {self.reason}."
