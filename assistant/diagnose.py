"""Diagnosis: what could keep the assistant from working, and how to mend it."""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from assistant.reader.trained import SHIPPED
from assistant.reader.weights import load
from assistant.settings import Settings
from corpus.errors import AssistantError
from corpus.folder import scan
from corpus.glossary import read_glossary
from index.embedding import PINNED_MODEL, MiniLMEmbeddings, model_folder
from index.errors import StateUnavailable
from index.generation import Generations

PACKAGES = ("ihub-assistant", "torch", "sentence-transformers", "chromadb", "langchain", "gradio")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked: `well` or not, and a sentence about it."""

    name: str
    well: bool
    text: str


def diagnose(settings: Settings) -> tuple[Finding, ...]:
    """Check versions, model, documents, state folder and index; nothing is changed."""
    checks: dict[str, Callable[[Settings], str]] = {
        "versions": _versions,
        "embedding model": _model,
        "reader": _reader,
        "documents": _documents,
        "glossary": _glossary,
        "state folder": _state,
        "index": _index,
    }
    findings: list[Finding] = []
    for name, check in checks.items():
        try:
            findings.append(Finding(name, True, check(settings)))
        except AssistantError as error:
            findings.append(Finding(name, False, str(error)))
    return tuple(findings)


class _NotInstalled(AssistantError):
    pass


def _versions(settings: Settings) -> str:
    found = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError as error:
            raise _NotInstalled(f"The package {package} is not installed; install the project again.") from error
    return ", ".join(found)


def _model(settings: Settings) -> str:
    if settings.embedding_model != PINNED_MODEL:
        dimension = MiniLMEmbeddings(settings.embedding_model).dimension
        return f"{settings.embedding_model} loads; vectors of length {dimension}"
    model_folder.cache_clear()
    model_folder()
    return f"{PINNED_MODEL} is installed and its sha256 is the pinned one"


def _reader(settings: Settings) -> str:
    if settings.reader == "baseline":
        return "the baseline, which needs no weights"
    load(settings.reader_weights or SHIPPED)
    return "the weights of the trained reader have the sha256 that they should have"


def _documents(settings: Settings) -> str:
    found = scan(settings.folders, settings.default_audience)
    rejected = "".join(f" {rejection}" for rejection in found.rejected)
    return f"{len(found.files)} files in {', '.join(map(str, settings.folders))}.{rejected}"


def _glossary(settings: Settings) -> str:
    return f"{len(read_glossary(settings.folders).terms)} terms"


def _state(settings: Settings) -> str:
    existing = next(folder for folder in (settings.home, *settings.home.parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            return f"{settings.home} can be written"
    except OSError as error:
        raise StateUnavailable(str(settings.home), f"cannot be written ({error.strerror})") from error


def _index(settings: Settings) -> str:
    generations = Generations(settings.home)
    embeddings = MiniLMEmbeddings(settings.embedding_model)
    folder = generations.current_folder()
    if folder is None:
        return "not built yet; it is built at the first start or by `ihub sync`"
    generation = generations.open(folder, embeddings)
    if not generation.manifest.fits(embeddings.identity):
        return "was built with another model or version; `ihub sync` builds it again by itself"
    generation.check()
    return f"generation {folder.name} with {len(generation.documents.stored())} documents"
