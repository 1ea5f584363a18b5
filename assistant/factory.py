"""The only wiring: settings -> an assistant, and the parts that the command line needs."""

from __future__ import annotations

from langchain_core.language_models import BaseChatModel

from assistant.compose.chat_model import open_chat_model
from assistant.compose.composer import Composer
from assistant.compose.patience import Limits, PatientChatModel
from assistant.grounding.claim_reader import ClaimReader
from assistant.pipeline import Assistant, Recall
from assistant.reader.baseline import BaselineReader
from assistant.reader.reading import Reader
from assistant.reader.trained import SHIPPED, TrainedReader
from assistant.rewrite import standalone
from assistant.rewrite_by_model import ModelRewriter
from assistant.settings import Settings
from corpus.glossary import read_glossary
from corpus.intake import prepare
from index.embedding import PINNED_MODEL, MiniLMEmbeddings
from index.generation import Generations
from index.sync import Progress, SyncReport, sync


def open_assistant(settings: Settings, embeddings: MiniLMEmbeddings | None = None) -> Assistant:
    """Build the assistant over the current index; models are loaded at the first question.

    Raises:
        CatalogueInvalid: a glossary file is wrong.
        ChatModelUnavailable: the chat model that the settings name cannot be opened.
        ModelUnavailable: the models that the settings name are missing or damaged.
    """
    embeddings = embeddings or MiniLMEmbeddings(settings.embedding_model)
    reader = _reader(settings, embeddings)
    threshold = reader.thresholds[settings.operating_point]
    model = _chat_model(settings)
    return Assistant(
        Generations(settings.home),
        embeddings,
        reader,
        glossary=read_glossary(settings.folders),
        answer_threshold=threshold if settings.answer_threshold is None else settings.answer_threshold,
        passages=settings.passages,
        rewriter=ModelRewriter(model) if model else standalone,
        composer=_composer(settings, model, embeddings) if model else None,
        recall=_recall(reader, embeddings),
    )


def synchronise(
    settings: Settings, embeddings: MiniLMEmbeddings, progress: Progress, *, again: bool = False
) -> SyncReport:
    """Bring the index of these settings up to date; errors as for `index.sync.sync`."""
    if settings.intake.is_dir():
        prepare(settings.intake)
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
    # the trained reader was fitted on the vectors of the pinned model, whichever model retrieval uses
    return TrainedReader(_pinned(embeddings), settings.reader_weights or SHIPPED)


def _recall(reader: Reader, embeddings: MiniLMEmbeddings) -> Recall | None:
    # sentences are found by vectors of the pinned model, which mean nothing in the index of another one
    return reader.answered_before if isinstance(reader, TrainedReader) and embeddings.model == PINNED_MODEL else None


def _chat_model(settings: Settings) -> BaseChatModel | None:
    if not settings.chat_model:
        return None
    return open_chat_model(
        settings.chat_model, address=settings.chat_address, seconds=settings.chat_seconds, tokens=settings.chat_tokens
    )


def _composer(settings: Settings, model: BaseChatModel, embeddings: MiniLMEmbeddings) -> Composer:
    limits = Limits(settings.chat_seconds, settings.chat_retries, settings.chat_at_once)
    # so was the grounding check
    return Composer(PatientChatModel(model, limits), _pinned(embeddings), ClaimReader())


def _pinned(embeddings: MiniLMEmbeddings) -> MiniLMEmbeddings:
    return embeddings if embeddings.model == PINNED_MODEL else MiniLMEmbeddings()
