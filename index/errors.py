"""What can go wrong with the index and its model; each message says what to do."""

from __future__ import annotations

from corpus.errors import AssistantError


class ModelUnavailable(AssistantError):
    """The embedding model is missing or its file is not the one that was pinned."""

    def __init__(self, model: str, problem: str) -> None:
        self.model = model
        self.problem = problem
        super().__init__(model, problem)

    def __str__(self) -> str:
        return f"The embedding model {self.model} {self.problem}; install the project again to restore it."


class StateUnavailable(AssistantError):
    """The state folder cannot be used."""

    def __init__(self, folder: str, problem: str) -> None:
        self.folder = folder
        self.problem = problem
        super().__init__(folder, problem)

    def __str__(self) -> str:
        return f"The state folder {self.folder} {self.problem}; set IHUB_HOME to a folder that can be written."


class IndexUnusable(AssistantError):
    """The published index is missing, incomplete or of another version."""

    def __init__(self, folder: str, problem: str) -> None:
        self.folder = folder
        self.problem = problem
        super().__init__(folder, problem)

    def __str__(self) -> str:
        return f"The index in {self.folder} {self.problem}."


class IndexTooNew(IndexUnusable):
    """The index was written by a newer version, and is left alone."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder, "was written by a newer version; update the assistant or set another IHUB_HOME")
