"""Parsing in a process of its own, with limits on time, memory and output: a bad file costs that file alone."""

from __future__ import annotations

import atexit
import base64
import binascii
import functools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from pydantic import TypeAdapter, ValidationError

import corpus
from corpus.errors import DocumentRejected
from corpus.load.parsed import Outcome, Parsed

SECONDS = 120
"""Longer and the file is rejected: the slowest report tried, of 160 pages, took 11 seconds on a very busy core."""

OCR_SECONDS = 240
"""Time that Tesseract may take besides, where it is installed (`corpus.load.pdf.ocr.FILE_SECONDS`), with some room."""

MEMORY_BYTES = 2_000_000_000
"""Address space of the parsing process; with all parsers loaded and a report of 160 pages read it was 0.2 GB."""

OUTPUT_BYTES = 100_000_000
"""Most bytes of a reply: the longest text that is read, four bytes a character, and its headings."""

FILES_PER_PROCESS = 500
"""After so many files the process is replaced, so that what parsers leak does not add up; a start takes a second."""

PICTURE_SECONDS = 20
"""Longest time for the picture of one page: somebody waits for it. A page of text takes a fifth of a second."""

Request = Mapping[str, str | int]

_OUTCOME = TypeAdapter(Outcome)
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "SYSTEMROOT", "TESSDATA_PREFIX", "LD_LIBRARY_PATH")
"""The only variables that the parsing process sees: keys and passwords are not among them."""


class ParserProcess:
    """A process that parses files one after the other and is replaced when it dies; threads take turns."""

    def __init__(
        self, *, seconds: int | None = None, memory_bytes: int = MEMORY_BYTES, output_bytes: int = OUTPUT_BYTES
    ) -> None:
        self._seconds = seconds or _default_seconds()
        self._memory_bytes = memory_bytes
        self._output_bytes = output_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0
        self._lock = threading.Lock()

    def parse(self, path: Path, file: str) -> Parsed:
        """Parse one file; `file` names it in messages.

        Raises:
            DocumentRejected: the file cannot be read, or its parser crashed or went beyond a limit.
        """
        parsed = self._outcome({"path": str(path.absolute()), "file": file}).parsed
        if parsed is None:
            raise DocumentRejected(file, "it holds nothing that can be read")
        return parsed

    def picture(self, path: Path, file: str, page: int, words: str = "") -> bytes:
        """Return a page of a PDF as a WebP picture with `words` marked, as `corpus.load.pdf.picture.picture_of` does.

        Raises:
            DocumentRejected: as for `parse`, or there is no such page.
        """
        request: Request = {"path": str(path.absolute()), "file": file, "page": page, "words": words}
        try:
            picture = base64.b64decode(self._outcome(request).picture, validate=True)
        except binascii.Error:
            picture = b""
        if not (picture.startswith(b"RIFF") and picture[8:12] == b"WEBP"):
            raise DocumentRejected(file, f"its page {page} cannot be shown")
        return picture

    def _outcome(self, request: Request) -> Outcome:
        """Return what the process answers; DocumentRejected where it gives a reason instead of a result."""
        with self._lock:
            outcome = self._ask(request)
            self._files += 1
            if outcome.exhausted or self._files >= FILES_PER_PROCESS:
                self._stop()
        if outcome.reason:
            raise DocumentRejected(str(request["file"]), outcome.reason)
        return outcome

    @property
    def running_id(self) -> int | None:
        """Return the id of the process, None where none has been started or it has ended."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def close(self) -> None:
        """End the process; a later file starts another."""
        with self._lock:
            self._stop()

    def interrupt(self) -> None:
        """End the process at once, though another thread waits for it: the file that it reads is then rejected."""
        process = self._process
        if process is not None:
            _kill(process)

    def _ask(self, request: Request) -> Outcome:
        process = self._running()
        late = threading.Event()

        def stop_late() -> None:
            late.set()
            _kill(process)

        timer = threading.Timer(self._seconds, stop_late)
        timer.start()
        try:
            reply = self._exchange(process, request)
            outcome = None if reply is None else _OUTCOME.validate_json(reply)
        except (OSError, ValidationError):
            outcome = None
        except BaseException:  # Ctrl-C in the middle of a reply: the next file must not read the rest of it
            self._stop()
            raise
        finally:
            timer.cancel()
        if outcome is not None:
            return outcome
        self._stop()
        if late.is_set():
            return Outcome(reason=f"it takes longer than {self._seconds} seconds to read")
        return Outcome(reason="it makes its parser fail, so it is damaged or not what its name says")

    def _exchange(self, process: subprocess.Popen[bytes], request: Request) -> bytes | None:
        """Send one request and return the reply, None where the process died or the reply is too long."""
        if process.stdin is None or process.stdout is None:
            return None
        process.stdin.write(json.dumps(dict(request)).encode() + b"\n")
        process.stdin.flush()
        head = _read_exactly(process.stdout, 8)
        if head is None or (length := int.from_bytes(head, "big")) > self._output_bytes:
            return None
        return _read_exactly(process.stdout, length)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        command = [sys.executable, "-m", "corpus.load.worker", str(self._memory_bytes), str(self._seconds + 10)]
        self._process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
        )
        return self._process

    def _stop(self) -> None:
        process, self._process, self._files = self._process, None, 0
        if process is None:
            return
        _kill(process)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it has started, such as Tesseract."""
    if hasattr(os, "killpg") and process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
    process.kill()


def _read_exactly(pipe: IO[bytes], length: int) -> bytes | None:
    content = pipe.read(length)
    return content if len(content) == length else None


def _environment() -> dict[str, str]:
    """Return what the process needs to find this package and its libraries, and nothing that is secret."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    home = str(Path(corpus.__file__).parent.parent)
    paths = [home, *(path for path in sys.path if path)]
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_THREAD_LIMIT"), "1")
    return {**kept, **single, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)), "PYTHONUTF8": "1"}


def _default_seconds() -> int:
    from corpus.load.pdf.ocr import available

    return SECONDS + OCR_SECONDS if available() else SECONDS


@functools.cache
def shared_process() -> ParserProcess:
    """Return the parsing process of this process, which ends with it."""
    process = ParserProcess()
    atexit.register(process.close)
    return process


@functools.cache
def picture_process() -> ParserProcess:
    """Return the process that draws pages, so that nobody waits for a long report to be parsed."""
    process = ParserProcess(seconds=PICTURE_SECONDS)
    atexit.register(process.close)
    return process
