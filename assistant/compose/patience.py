"""Patience with a chat model: time limits, retries, how many ask at once, and when to leave it alone."""

from __future__ import annotations

import contextlib
import logging
import queue
import random
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from assistant.compose.errors import ChatModelFailed

HEARTBEAT_SECONDS = 0.25
"""Longest silence of a stream: so soon can it be stopped, and so often is a person told that work goes on."""

BREAKER_FAILURES = 3
"""Failures in a row after which the model is left alone, so that people do not wait for what will not come."""

BREAKER_SECONDS = 60.0
"""How long it is left alone; then one question tries it again."""

FIRST_WAIT_SECONDS = 0.5
"""Wait before the first retry, doubled each time, with up to as much again at random."""

_PASSING = frozenset({408, 409, 425, 429})
"""HTTP statuses below 500 that may pass: timeouts, conflicts, too many requests."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may cost: seconds in all, retries, and questions that are with the model at once."""

    seconds: float = 60.0
    retries: int = 2
    at_once: int = 4


@dataclass
class _Breaker:
    """Counts failures in a row and says whether the model may be asked."""

    failures: int = 0
    closed_until: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def allows(self) -> bool:
        with self.lock:
            if self.failures < BREAKER_FAILURES:
                return True
            if time.monotonic() < self.closed_until:
                return False
            self.closed_until = time.monotonic() + BREAKER_SECONDS  # this question tries; the others wait for it
            return True

    def failed(self) -> None:
        with self.lock:
            self.failures += 1
            self.closed_until = time.monotonic() + BREAKER_SECONDS

    def worked(self) -> None:
        with self.lock:
            self.failures = 0


class PatientChatModel:
    """Streams the text of a chat model within limits; one is shared by all questions.

    A model that hangs keeps one of the `at_once` places until its own time limit ends it, so no crowd of waiting
    threads can grow.
    """

    def __init__(self, model: BaseChatModel, limits: Limits | None = None) -> None:
        self._model = model
        self._limits = limits or Limits()
        self._places = threading.BoundedSemaphore(self._limits.at_once)
        self._breaker = _Breaker()

    def stream(self, messages: Sequence[BaseMessage]) -> Generator[str]:
        """Yield pieces of text, and an empty one in every silence; closing the iterator stops the model.

        An attempt that failed before it gave a word is made again.

        Raises:
            ChatModelFailed: no answer could be had within the limits.
        """
        deadline = time.monotonic() + self._limits.seconds
        if not self._breaker.allows():
            raise ChatModelFailed("it failed several times and is left alone for a while")
        for attempt in range(self._limits.retries + 1):
            begun = False
            try:
                for piece in self._attempt(messages, deadline):
                    begun = begun or bool(piece)
                    yield piece
            except _Attempt as failure:
                _log.warning("the chat model failed: %s", failure.problem)
                if begun or not failure.may_pass or attempt == self._limits.retries:
                    self._breaker.failed()
                    raise ChatModelFailed(failure.problem) from failure
                yield from _wait(FIRST_WAIT_SECONDS * 2**attempt * (1 + random.random()), deadline)  # noqa: S311
            else:
                self._breaker.worked()
                return

    def _attempt(self, messages: Sequence[BaseMessage], deadline: float) -> Iterator[str]:
        while not self._places.acquire(timeout=HEARTBEAT_SECONDS):
            if time.monotonic() > deadline:
                raise _Attempt("too many questions at once", may_pass=False)
            yield ""
        pieces: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        given_up = threading.Event()
        threading.Thread(target=self._work, args=(messages, pieces, given_up), daemon=True).start()
        try:
            while True:
                if time.monotonic() > deadline:
                    raise _Attempt("it took too long", may_pass=False)
                try:
                    piece = pieces.get(timeout=HEARTBEAT_SECONDS)
                except queue.Empty:
                    piece = ""
                if piece is None:
                    return
                if isinstance(piece, Exception):
                    raise _Attempt(_problem(piece), may_pass=_may_pass(piece)) from piece
                yield piece
        finally:
            given_up.set()

    def _work(
        self,
        messages: Sequence[BaseMessage],
        pieces: queue.SimpleQueue[str | Exception | None],
        given_up: threading.Event,
    ) -> None:
        try:
            stream: Any = self._model.stream(list(messages))
            with contextlib.closing(stream):
                for chunk in stream:
                    if given_up.is_set():
                        return
                    if text := chunk.text:
                        pieces.put(str(text))
            pieces.put(None)
        except Exception as error:  # every provider has its own kinds; the reader of the queue tells them apart
            pieces.put(error)
        finally:
            self._places.release()


class _Attempt(Exception):
    """One attempt that failed; the words are fit for a log: no message of a provider, which might hold a key."""

    def __init__(self, problem: str, *, may_pass: bool) -> None:
        self.problem = problem
        self.may_pass = may_pass
        super().__init__(problem)


def _wait(seconds: float, deadline: float) -> Iterator[str]:
    until = min(time.monotonic() + seconds, deadline)
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, HEARTBEAT_SECONDS))
        yield ""


def _status(error: BaseException) -> int | None:
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    return status if isinstance(status, int) and status > 0 else None


def _may_pass(error: BaseException) -> bool:
    """Say whether asking again may help: connections and busy servers recover, wrong keys and prompts do not."""
    if isinstance(error, ChatModelFailed):
        return False
    status = _status(error)
    return status is None or status >= 500 or status in _PASSING


def _problem(error: BaseException) -> str:
    status = _status(error)
    if isinstance(error, ChatModelFailed):
        return error.problem
    return f"HTTP status {status}" if status else type(error).__name__
