"""What can go wrong with a chat model; a person who asks never sees these, they get the quotation answer."""

from __future__ import annotations

from corpus.errors import AssistantError


class ChatModelUnavailable(AssistantError):
    """The chat model that the settings name cannot be opened."""

    def __init__(self, model: str, problem: str) -> None:
        self.model = model
        self.problem = problem
        super().__init__(model, problem)

    def __str__(self) -> str:
        return f"The chat model {self.model} {self.problem}; docs/chat-models.md says how to connect one."


class ChatModelFailed(AssistantError):
    """A chat model gave an error, was silent for too long, or is being left alone after several failures."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)

    def __str__(self) -> str:
        return f"The chat model failed: {self.problem}."
