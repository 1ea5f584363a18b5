"""Damaged files: mutated PDF, Word and HTML files must be read or rejected, and never end, hang or bloat the reader.

    python -m tests.benchmarks.fuzzing [COUNT] [SEED]

Every input is made from a shipped file and a number, so that a failure can be made again: `mutant(SEED)`.
"""

from __future__ import annotations

import collections
import io
import random
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from corpus.errors import DocumentRejected
from corpus.load.sandbox import ParserProcess

FILES = Path(__file__).parent.parent / "data" / "files"
ORIGINALS = ("annual-report.pdf", "board-paper.pdf", "board-paper.docx", "saved-page.html", "annual-report-print.html")

SECONDS = 30
"""An input that takes longer counts as a hang; the originals take well under a second."""

MEMORY_BYTES = 500_000_000
"""Address space of the reader; the originals need less than half of it, most for libraries."""

_ODD = (
    b"\x00",
    b"\xff" * 8,
    b"<" * 50,
    b"9" * 30,
    b"-1",
    b"%PDF-",
    b"<<",
    b">>",
    b"stream",
    b"endobj",
    b"&#x10ffff;",
    b"/Kids",
)


def mutant(seed: int) -> tuple[str, bytes]:
    """Return name and content of the damaged file of this number."""
    chance = random.Random(seed)
    name = ORIGINALS[seed % len(ORIGINALS)]
    content = (FILES / name).read_bytes()
    if name.endswith(".docx") and chance.random() < 0.8:
        return name, _mutated_archive(content, chance)
    return name, _mutated(content, chance)


def _mutated(content: bytes, chance: random.Random) -> bytes:
    """Change, drop, repeat, move or insert bytes in a few places."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 2, 5, 20, 100))):
        at = chance.randrange(len(data) + 1)
        length = chance.choice((1, 2, 8, 64, 1024))
        match chance.randrange(6):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length] * chance.choice((1, 2, 50))
            case 3:
                data[at:at] = chance.choice(_ODD)
            case 4:
                start = chance.randrange(len(data) + 1)
                data[at : at + length] = data[start : start + length]
            case _:
                del data[chance.randrange(len(data) + 1) :]
        if not data:
            return b"\x00"
    return bytes(data)


def _mutated_archive(content: bytes, chance: random.Random) -> bytes:
    """Damage what is inside a zip archive and pack it soundly again."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        entries = {name: packed.read(name) for name in packed.namelist()}
    for name in chance.sample(sorted(entries), chance.choice((1, 1, 2, 4))):
        entries[name] = _mutated(entries[name], chance) if chance.random() < 0.9 else b""
    if chance.random() < 0.1:
        entries.pop(chance.choice(sorted(entries)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in entries.items():
            packed.writestr(name, data)
    return out.getvalue()


def run(count: int, first_seed: int = 0) -> collections.Counter[str]:
    """Parse `count` damaged files and return how often each outcome was met; "read" is one of them."""
    outcomes: collections.Counter[str] = collections.Counter()
    process = ParserProcess(seconds=SECONDS, memory_bytes=MEMORY_BYTES)
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first_seed, first_seed + count):
            name, content = mutant(seed)
            path = Path(folder, name)
            path.write_bytes(content)
            try:
                parsed = process.parse(path, name)
            except DocumentRejected as rejection:
                outcomes[f"{Path(name).suffix} {rejection.reason}"] += 1
                if is_failure(rejection.reason):
                    print(f"mutant({seed}) of {name}: {rejection.reason}")
            else:
                outcomes[f"{Path(name).suffix} read"] += 1
                _check(parsed.text, [(heading.start, heading.end, heading.text) for heading in parsed.headings])
    process.close()
    return outcomes


def is_failure(reason: str) -> bool:
    """Say whether a reason tells of a crash, a hang or too much memory."""
    return "parser fail" in reason or "takes longer" in reason or "memory" in reason


def _check(text: str, quotations: list[tuple[int, int, str]]) -> None:
    if any(text[start:end] != quotation for start, end, quotation in quotations):
        raise AssertionError("a heading does not stand where it says")


def main() -> None:
    """Run as many as the command line says and print the outcomes; end with status 1 after a failure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_500
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    begun = time.monotonic()
    outcomes = run(count, seed)
    for outcome, times in outcomes.most_common():
        print(f"{times:6} {outcome}")
    failures = sum(times for outcome, times in outcomes.items() if is_failure(outcome))
    print(f"{count} inputs in {time.monotonic() - begun:.0f} s, {failures} crashes, hangs or memory blow-ups")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
