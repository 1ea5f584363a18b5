"""A chat model from a GGUF file, run in this process by llama.cpp (`xllamacpp`, the extra `gguf`)."""

from __future__ import annotations

import os
import queue
import secrets
import threading
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.utils import convert_to_openai_messages
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, Field

from assistant.compose.errors import ChatModelFailed, ChatModelUnavailable

CONTEXT_TOKENS = 4096
"""Room for prompt and answer: twice what the largest prompt of the tuning questions needs."""


class GgufChatModel(BaseChatModel):
    """A LangChain chat model over a GGUF file; it streams, answers always alike, and stops when its stream is closed.

    The file is opened at the first question.

    Raises:
        ChatModelUnavailable: at the first question, where the file or the extra `gguf` is missing, or the file damaged.
        ChatModelFailed: the model could not answer, for example because the prompt is longer than its context.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, ignored_types=(cached_property,))

    path: Path
    max_tokens: int = Field(default=400, ge=1)
    context_tokens: int = Field(default=CONTEXT_TOKENS, ge=256)
    threads: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)

    @property
    def _llm_type(self) -> str:
        return "gguf"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"path": str(self.path), "max_tokens": self.max_tokens}

    @cached_property
    def _server(self) -> Any:
        if not self.path.is_file():
            raise ChatModelUnavailable(f"gguf:{self.path}", "is not there")
        try:
            import xllamacpp
        except ImportError as error:
            raise ChatModelUnavailable(
                f"gguf:{self.path}", "needs the extra `gguf`: pip install 'ihub-assistant[gguf]'"
            ) from error
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(self.path)
        parameters.n_ctx = self.context_tokens
        parameters.n_parallel = 1
        parameters.cpuparams.n_threads = self.threads
        parameters.cpuparams_batch.n_threads = self.threads
        parameters.warmup = False
        parameters.verbosity = 0
        parameters.ui = False
        parameters.offline = True
        # llama.cpp also listens on a port of this machine; with a key that nobody knows, it answers only this process
        parameters.api_keys = [secrets.token_urlsafe(32)]
        try:
            return xllamacpp.Server(parameters)
        except (RuntimeError, ValueError) as error:
            raise ChatModelUnavailable(f"gguf:{self.path}", "cannot be loaded") from error

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        request = {
            "messages": convert_to_openai_messages(messages),
            "max_tokens": kwargs.get("max_tokens", self.max_tokens),
            "temperature": 0.0,
            "seed": 0,
            "stream": True,
            **({"stop": stop} if stop else {}),
        }
        for piece in _pump(self._server, request):
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=piece))
            if run_manager:
                run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk


def _pump(server: Any, request: dict[str, Any]) -> Iterator[str]:
    """Yield pieces of text as llama.cpp hands them to its callback; closing this generator stops the model."""
    pieces: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
    given_up = threading.Event()
    worker = threading.Thread(target=_run, args=(server, request, pieces.put, given_up), daemon=True)
    worker.start()
    try:
        while (piece := pieces.get()) is not None:
            if isinstance(piece, ChatModelFailed):
                raise piece
            if isinstance(piece, Exception):
                raise ChatModelFailed("llama.cpp stopped with an error") from piece
            yield piece
    finally:
        given_up.set()


def _run(
    server: Any, request: dict[str, Any], put: Callable[[str | Exception | None], None], given_up: threading.Event
) -> None:
    def take(chunk: Any) -> bool:
        if not isinstance(chunk, dict) or "choices" not in chunk:
            put(ChatModelFailed(_problem(chunk)))
            return True
        for choice in chunk["choices"]:
            if text := choice.get("delta", {}).get("content"):
                put(text)
        return given_up.is_set()

    try:
        server.handle_chat_completions(request, take)
    except Exception as error:  # whatever llama.cpp raises must reach the reader of the stream, not die in this thread
        put(error)
    finally:
        put(None)


def _problem(chunk: Any) -> str:
    """Return what is wrong from an error of llama.cpp, which comes as an object or a list of one."""
    first = chunk[0] if isinstance(chunk, list) and chunk else chunk
    error = first.get("error", first) if isinstance(first, dict) else {}
    return str(error.get("type", "llama.cpp gave an error")).replace("_", " ")
