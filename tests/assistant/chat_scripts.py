"""Chat models for tests: one that writes what a script says, and a server that speaks OpenAI's language badly."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult

Script = Callable[[str], Iterator[str]]


class ScriptedChatModel(BaseChatModel):
    """Writes the pieces that `script` gives for the text of a prompt."""

    script: Script

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        return generate_from_stream(self._stream(messages))

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        for piece in self.script("\n".join(str(message.content) for message in messages)):
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))


def writes(*pieces: str) -> Script:
    """Return a script that writes these pieces whatever it is asked."""
    return lambda prompt: iter(pieces)


def number_of(prompt: str, words: str) -> int:
    """Return the number of the evidence sentence that begins with `words` in a prompt."""
    found = re.search(rf"^\[(\d+)\] {re.escape(words)}", prompt, re.MULTILINE)
    assert found, prompt
    return int(found[1])


class BadServer(ThreadingHTTPServer):
    """Answers each request by the next of `turns`: a status, pieces to stream, or pieces and then a cut connection."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, turns: Sequence[int | list[str]], *, cut: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Turn)
        self.turns = list(turns)
        self.cut = cut
        self.asked: list[dict[str, Any]] = []

    @property
    def address(self) -> str:
        """Return the base address as a setting takes it."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Turn(BaseHTTPRequestHandler):
    server: BadServer
    protocol_version = "HTTP/1.0"

    def log_message(self, *args: Any) -> None:
        """Keep the test output clean."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        turn = self.server.turns.pop(0) if len(self.server.turns) > 1 else self.server.turns[0]
        if isinstance(turn, int):
            self._fail(turn)
        else:
            self._stream(turn)

    def _fail(self, status: int) -> None:
        key = self.headers.get("Authorization", "")
        content = json.dumps({"error": {"message": f"no, {key}", "type": "bad"}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, pieces: list[str]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        if self.server.cut:
            self.send_header("Content-Length", "1000000")
        self.end_headers()
        for piece in pieces:
            self._event(json.dumps(_chunk({"role": "assistant", "content": piece}, None)))
        if not self.server.cut:
            self._event(json.dumps(_chunk({}, "stop")))
            self._event("[DONE]")

    def _event(self, data: str) -> None:
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()


def _chunk(delta: dict[str, str], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "bad", "choices": [choice]}


@contextmanager
def serving(server: BadServer) -> Iterator[BadServer]:
    """Run a server in a thread for the length of a test."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
