"""The only wiring: settings -> an assistant, and the parts that the command line needs."""

from __future__ import annotations

from assistant.pipeline import Assistant
from assistant.reader.baseline import BaselineReader
from assistant.reader.reading import Reader
from assistant.reader.trained import TrainedReader
from assistant.settings import Settings, SettingsInvalid
from corpus.glossary import read_glossary
from index.embedding import MiniLMEmbeddings
from index.generation import Generations
from index.sync import Progress, SyncReport, sync


def open_assistant(settings: Settings, embeddings: MiniLMEmbeddings | None = None) -> Assistant:
    """Build the assistant over the current index; models are loaded at the first question.

    Raises:
        CatalogueInvalid: a glossary file is wrong.
        ModelUnavailable: the models that the settings name are missing or damaged.
    """
    embeddings = embeddings or MiniLMEmbeddings(settings.embedding_model)
    reader = _reader(settings, embeddings)
    threshold = reader.thresholds[settings.operating_point]
    return Assistant(
        Generations(settings.home),
        embeddings,
        reader,
        glossary=read_glossary(settings.folders),
        answer_threshold=threshold if settings.answer_threshold is None else settings.answer_threshold,
        passages=settings.passages,
    )


def synchronise(
    settings: Settings, embeddings: MiniLMEmbeddings, progress: Progress, *, again: bool = False
) -> SyncReport:
    """Bring the index of these settings up to date; errors as for `index.sync.sync`."""
    return sync(
        settings.folders,
        settings.home,
        embeddings,
        default_audience=settings.default_audience,
        progress=progress,
        again=again,
    )


def _reader(settings: Settings, embeddings: MiniLMEmbeddings) -> Reader:
    if settings.reader == "baseline":
        return BaselineReader(embeddings)
    if settings.reader_weights is None:
        raise SettingsInvalid("IHUB_READER_WEIGHTS", "must name the folder of the weights when IHUB_READER=trained")
    return TrainedReader(settings.reader_weights)
