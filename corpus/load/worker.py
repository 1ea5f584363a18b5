"""The process that parses files: `python -m corpus.load.worker` reads requests and writes what it found.

One line of JSON comes in for each file, `{"path": ..., "file": ...}`, with `page` and `words` where a picture of that
page is wanted; a length of eight bytes and that much JSON go out. JSON and not pickle: a parser that a hostile file has
taken over must not run code in the asking process.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from corpus.errors import DocumentRejected
from corpus.load.formats import loader_for
from corpus.load.parsed import Outcome, Parsed

OUTCOME = TypeAdapter(Outcome)
_OUT_OF_MEMORY = Outcome(reason="it needs more memory to read than is allowed", exhausted=True)


def main() -> None:
    """Answer requests until the asking process closes its end."""
    memory_bytes, seconds = int(sys.argv[1]), int(sys.argv[2])
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what a parser prints is no reply
    _limit(memory_bytes)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        _alarm(seconds)
        outcome = OUTCOME.dump_json(_outcome(request))
        _alarm(0)
        replies.write(len(outcome).to_bytes(8, "big") + outcome)
        replies.flush()


def _outcome(request: dict[str, Any]) -> Outcome:
    path, file = Path(request["path"]), request["file"]
    try:
        if "page" in request:
            return _picture(path, file, request["page"], request["words"])
        (loaded,) = loader_for(path, file).load()
    except DocumentRejected as rejection:
        return _OUT_OF_MEMORY if _is_out_of_memory(rejection.__cause__) else Outcome(reason=rejection.reason)
    except MemoryError:
        return _OUT_OF_MEMORY
    except RecursionError:
        return Outcome(reason="it is nested too deeply to be read")
    return Outcome(parsed=Parsed(loaded.page_content, **loaded.metadata))


def _picture(path: Path, file: str, page: int, words: str) -> Outcome:
    from corpus.load.pdf.picture import picture_of

    return Outcome(picture=base64.b64encode(picture_of(path, file, page, words)).decode())


def _is_out_of_memory(cause: BaseException | None) -> bool:
    """Say whether a parser failed for want of memory; libraries in C raise their own errors for that."""
    return isinstance(cause, MemoryError) or "memory" in str(cause).lower()


def _limit(memory_bytes: int) -> None:
    """Limit address space and the size of written files, where the system can."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the time limit holds there too
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (memory_bytes // 4, memory_bytes // 4))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _alarm(seconds: int) -> None:
    """End this process after `seconds`, also when the asking process is gone and nobody else would; 0 takes it back."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


if __name__ == "__main__":
    main()
