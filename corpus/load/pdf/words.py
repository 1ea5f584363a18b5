"""Words that a line end has parted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_WORDS = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_LAST = re.compile(r"([^\W_]+(?:[-‐][^\W_]+)*)[-‐]$")
_FIRST = re.compile(r"^[^\W_]+(?:[-‐][^\W_]+)*")
_PREFIXES = frozenset(
    {"co", "non", "self", "well", "long", "short", "multi", "cross", "pre", "post", "re", "de", "inter"}
)
"""Forerunners that are often written with a hyphen; the text itself decides where it holds the word elsewhere."""


class Vocabulary:
    """The words of a document, to tell a hyphen that belongs to a word from one that a line end has put there."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._counts = Counter(
            word.lower() for line in lines for word in _WORDS.findall(_LAST.sub("", line)) if len(word) > 1
        )

    def join(self, above: str, below: str) -> tuple[str, str]:
        """Return the text above as it goes on, and what stands between it and the text below."""
        last, first = _LAST.search(above), _FIRST.match(below)
        if last is None or first is None:
            return above, "" if above.endswith(("–", "—", "/")) and not above.endswith((" –", " —")) else " "
        return (above if self._keeps_hyphen(last.group(1).lower(), first.group().lower()) else above[:-1]), ""

    def _keeps_hyphen(self, left: str, right: str) -> bool:
        if not (left[-1].isalpha() and right[0].isalpha()):
            return True
        part = left.rsplit("-", 1)[-1]
        hyphened, plain = self._counts[f"{left}-{right}"], self._counts[f"{part}{right}"]
        if hyphened != plain:
            return hyphened > plain
        if part in _PREFIXES and len(right) > 3 and self._counts[right]:
            return True
        return len(part) > 2 and len(right) > 2 and self._counts[part] > 0 and self._counts[right] > 0


def join_lines(lines: Sequence[str], vocabulary: Vocabulary) -> str:
    """Return lines as running text, words mended that were parted at a line end."""
    text = ""
    for line in lines:
        if not text:
            text = line
            continue
        text, separator = vocabulary.join(text, line)
        text += separator + line
    return text
