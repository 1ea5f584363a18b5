"""Settings: everything that can be chosen from outside, by environment variables with the prefix IHUB_ or `.env`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from platformdirs import user_data_path
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from assistant.access_settings import AccessSettings
from corpus.document import Audience
from corpus.errors import AssistantError
from corpus.folder import SHIPPED_DOCUMENTS
from index.embedding import PINNED_MODEL

PREFIX = "IHUB_"


READABLE_CONTRAST = 4.5
"""Least contrast of text and background; WCAG 2.2, success criterion 1.4.3."""


class SettingsInvalid(AssistantError):
    """A setting is unknown or has a value that cannot be used."""

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        self.problem = problem
        super().__init__(name, problem)

    def __str__(self) -> str:
        return f"The setting {self.name} {self.problem}; docs/settings.md lists the settings."


class Settings(AccessSettings):
    """The settings of one installation; docs/settings.md is made from the descriptions."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    corpus: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(SHIPPED_DOCUMENTS,),
        description=f"Folders of documents, separated by '{os.pathsep}'. Default: the documents that ship.",
    )
    home: Path = Field(
        default_factory=lambda: user_data_path("ihub-assistant"),
        description="Folder for the index and other state. Default: a per-user data folder.",
    )
    uploads: Path | None = Field(
        default=None,
        description="Folder for documents that are added or uploaded; always read beside the corpus. "
        "Default: `documents` in the home folder.",
    )
    private_addresses: bool = Field(
        default=False,
        description="Whether `ihub add` may fetch from private and loopback addresses, such as an intranet.",
    )
    records: str = Field(
        default="",
        description="SQLAlchemy address of the database for conversations, feedback and the audit log. "
        "Default: a SQLite file in the home folder.",
    )
    default_audience: Audience = Field(
        default=Audience.PUBLIC, description="Audience of documents whose catalogue names none."
    )
    embedding_model: str = Field(
        default=PINNED_MODEL,
        min_length=1,
        description="Any sentence-transformers model; another one embeds all documents again.",
    )
    reader: Literal["baseline", "trained"] = Field(
        default="trained",
        description="Which reader chooses the evidence: the trained network, or the plain baseline.",
    )
    reader_weights: Path | None = Field(
        default=None,
        description="Folder of other weights for the trained reader; docs/reader.md says how to train them. "
        "Default: those that ship.",
    )
    operating_point: Literal["careful", "helpful"] = Field(
        default="careful",
        description="How sure the reader must be: `careful` refuses more, `helpful` answers more.",
    )
    passages: int = Field(default=24, ge=1, le=100, description="Passages that are retrieved and read per question.")
    answer_threshold: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Least probability at which an answer is given; overrides the operating point.",
    )
    chat_model: str = Field(
        default="",
        description="Chat model that writes answers, as `provider:model` or `gguf:/path/model.gguf`. "
        "Default: none, answers are quotations. docs/chat-models.md says more.",
    )
    chat_address: str = Field(
        default="",
        pattern=r"^(?:https?://\S+)?$",
        description="Base address of a server that speaks the provider's language, such as vLLM or llama.cpp's server.",
    )
    chat_seconds: float = Field(
        default=60, gt=0, le=600, description="Longest time the chat model gets for one answer, retries included."
    )
    chat_retries: int = Field(
        default=2, ge=0, le=10, description="How often a request to the chat model is made again after a failure."
    )
    chat_tokens: int = Field(
        default=400, ge=50, le=8000, description="Most tokens that the chat model may write for one answer."
    )
    chat_at_once: int = Field(
        default=4, ge=1, le=100, description="Most questions that are with the chat model at the same time."
    )
    title: str = Field(default="ihub assistant", min_length=1, max_length=80, description="Name shown to people.")
    welcome: str = Field(
        default="The ihub is the Improvement Hub of Healthcare Improvement Scotland. It helps health and care services "
        "get better. Ask me about its programmes, its partners and its results.",
        max_length=600,
        description="What the assistant is for, in a sentence or two, at the top of a new conversation.",
    )
    starters: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        max_length=6,
        description="Questions offered in a new conversation, separated by '|'. Default: four about the shipped "
        "documents, which differ for staff and partners.",
    )
    logo: Path | None = Field(default=None, description="Image file of a logo, shown beside the name: SVG or PNG.")
    colour: str = Field(
        default="",
        pattern=r"^(#[0-9a-fA-F]{6})?$",
        description="Main colour on a light background, such as #0b5c8a; must be dark enough to read.",
    )
    colour_dark: str = Field(
        default="",
        pattern=r"^(#[0-9a-fA-F]{6})?$",
        description="Main colour on a dark background, such as #86c5ee; must be light enough to read.",
    )
    contact: str = Field(default="", max_length=200, description="Where people can ask when the documents do not say.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="How much is logged; question texts only at debug."
    )

    @field_validator("corpus", mode="before")
    @classmethod
    def _split_folders(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(Path(part).expanduser() for part in value.split(os.pathsep) if part.strip())
        return value

    @field_validator("home", "uploads")
    @classmethod
    def _full_path(cls, value: Path | None) -> Path | None:
        return value and value.expanduser().absolute()

    @field_validator("starters", mode="before")
    @classmethod
    def _split_starters(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split("|") if part.strip()) if isinstance(value, str) else value

    @field_validator("colour")
    @classmethod
    def _dark_enough(cls, value: str) -> str:
        if value and contrast(value, "#ffffff") < READABLE_CONTRAST:
            raise ValueError("is too light to read on white; choose a darker one")
        return value

    @field_validator("colour_dark")
    @classmethod
    def _light_enough(cls, value: str) -> str:
        if value and contrast(value, "#1c232b") < READABLE_CONTRAST:
            raise ValueError("is too dark to read on a dark page; choose a lighter one")
        return value

    @field_validator("logo")
    @classmethod
    def _is_picture(cls, value: Path | None) -> Path | None:
        if value is not None and not (value.suffix.lower() in (".svg", ".png") and value.is_file()):
            raise ValueError("is not an SVG or PNG file")
        return value

    @field_validator("corpus")
    @classmethod
    def _some_folder(cls, value: tuple[Path, ...]) -> tuple[Path, ...]:
        if not value:
            raise ValueError("names no folder")
        return tuple(folder.expanduser().absolute() for folder in value)

    @property
    def intake(self) -> Path:
        """Return the folder for documents that are added or uploaded, which may not be there yet."""
        return self.uploads or self.home / "documents"

    @property
    def folders(self) -> tuple[Path, ...]:
        """Return all folders of documents: the corpus, and what was added or uploaded."""
        outside = not any(self.intake.is_relative_to(folder) for folder in self.corpus)
        return (*self.corpus, self.intake) if self.intake.is_dir() and outside else self.corpus


def load_settings() -> Settings:
    """Read the settings from the environment and `.env`.

    Raises:
        SettingsInvalid: a value cannot be used, or an IHUB_ variable is not a setting (most often misspelt).
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in (*os.environ, *dotenv_values(".env")):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise SettingsInvalid(name, "does not exist")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper() if first["loc"] else PREFIX + "SIGN_IN"
        message = first["msg"].removeprefix("Value error, ").rstrip(".")
        raise SettingsInvalid(name, f"cannot be used: {message[:1].lower() + message[1:]}") from error


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours such as #0b5c8a, in [1, 21]; WCAG 2.2, definition of contrast ratio."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
