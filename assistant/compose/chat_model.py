"""The chat model that the settings name: the only place that knows of providers."""

from __future__ import annotations

import importlib.util
import os
import re
from pathlib import Path
from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel

from assistant.compose.errors import ChatModelUnavailable
from assistant.compose.gguf import GgufChatModel

GGUF = "gguf:"

EXTRAS = {"openai": "openai", "azure_openai": "azure", "anthropic": "anthropic", "ollama": "ollama"}
"""Providers that have an extra of ours, by LangChain's name; others work once their LangChain package is installed."""

_FIXED_TEMPERATURE = re.compile(r"^(?:o\d|gpt-5)")
"""OpenAI's reasoning models, which refuse a temperature."""

_NO_KEY = "none"
"""Sent to a server of one's own that asks for no key, since the OpenAI client insists on having one."""


def open_chat_model(name: str, *, address: str, seconds: float, tokens: int) -> BaseChatModel:
    """Return the chat model called `name`: `provider:model`, or `gguf:/path/model.gguf`.

    `address` is the base address of a server that speaks the provider's language, empty for the provider's own;
    `seconds` limit one request, `tokens` its answer. Keys come from the provider's own environment variables.

    Raises:
        ChatModelUnavailable: the name, the package, the key or the file is missing or cannot be used.
    """
    if name.startswith(GGUF):
        return _open_file(name, Path(name.removeprefix(GGUF)).expanduser(), tokens)
    provider, separator, model = name.partition(":")
    if not separator or not model:
        raise ChatModelUnavailable(name, "has no provider; write it as provider:model, for example ollama:llama3.1")
    try:
        options = _options(provider, model, address, seconds, tokens)
        opened: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
    except ImportError as error:
        package = EXTRAS.get(provider)
        advice = f"pip install 'ihub-assistant[{package}]'" if package else "install its LangChain package"
        raise ChatModelUnavailable(name, f"needs a package that is not installed: {advice}") from error
    except Exception as error:  # each provider's client checks keys and options in its own way; none may show a key
        raise ChatModelUnavailable(
            name, f"cannot be opened ({type(error).__name__}); check its name and that its key is in the environment"
        ) from None
    return opened


def _open_file(name: str, path: Path, tokens: int) -> GgufChatModel:
    if not path.is_file():
        raise ChatModelUnavailable(name, "is not there")
    if importlib.util.find_spec("xllamacpp") is None:
        raise ChatModelUnavailable(name, "needs a package that is not installed: pip install 'ihub-assistant[gguf]'")
    return GgufChatModel(path=path, max_tokens=tokens)


def _options(provider: str, model: str, address: str, seconds: float, tokens: int) -> dict[str, Any]:
    """Return the options in the words of each provider; retries are ours, so theirs are off."""
    options: dict[str, Any] = {} if _FIXED_TEMPERATURE.match(model) else {"temperature": 0.0}
    if provider == "ollama":
        options |= {"num_predict": tokens, "client_kwargs": {"timeout": seconds}}
    else:
        options |= {"max_tokens": tokens, "timeout": seconds, "max_retries": 0}
    if address:
        options["azure_endpoint" if provider == "azure_openai" else "base_url"] = address
        if provider == "openai" and not os.environ.get("OPENAI_API_KEY"):
            options["api_key"] = _NO_KEY
    return options
