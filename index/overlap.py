"""Overlap: the next values are made in a second thread while the last ones are used."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

_LOOK_SECONDS = 0.2
"""How often a thread that waits for room looks whether it is still wanted."""


@dataclass(frozen=True, slots=True)
class _Ended:
    error: BaseException | None = None


def ahead(values: Iterable[T], room: int, give_up: Callable[[], None] = lambda: None) -> Generator[T]:
    """Yield `values`, of which up to `room` are made ahead in a second thread; an error is raised where it belongs.

    When the consumer stops early, the thread ends after the value that it is making; `give_up` is called so that this
    is soon.
    """
    made: queue.Queue[T | _Ended] = queue.Queue(room)
    stopped = threading.Event()

    def put(value: T | _Ended) -> None:
        while not stopped.is_set():
            try:
                made.put(value, timeout=_LOOK_SECONDS)
            except queue.Full:
                continue
            return

    def make() -> None:
        try:
            for value in values:
                put(value)
                if stopped.is_set():
                    return
        except BaseException as error:
            put(_Ended(error))
        else:
            put(_Ended())

    thread = threading.Thread(target=make, name="reading ahead", daemon=True)
    thread.start()
    try:
        while not isinstance(value := made.get(), _Ended):
            yield value
        if value.error is not None:
            raise value.error
    except BaseException:
        stopped.set()
        give_up()
        raise
    finally:
        stopped.set()
        thread.join()
