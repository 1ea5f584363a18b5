"""Word pieces: what the encoder makes of a text, piece by piece, and a memory of the texts read last."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt

REMEMBERED = 45_000
"""Most word pieces remembered, 69 MB at 384 values of 32 bits: about 270 passages, or all of the documents that
ship."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of a text: their ids, their half-open offsets into it, and unit vectors [pieces, dimension]."""

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]
    vectors: npt.NDArray[np.float32]

    def within(self, start: int, end: int) -> list[int]:
        """Return the places of the pieces that lie between two characters of the text."""
        return pieces_within(self.offsets, start, end)


def pieces_within(offsets: Sequence[tuple[int, int]], start: int, end: int) -> list[int]:
    """Return the places of the pieces, given by their offsets, that lie between two characters."""
    return [place for place, (first, last) in enumerate(offsets) if start <= first < last <= end]


class PieceMemory:
    """Keeps the pieces of the texts asked for last, since the same passages are read for many questions.

    Safe to use from several threads; two that miss the same text at once both read it.
    """

    def __init__(self, limit: int = REMEMBERED) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, Pieces] = OrderedDict()
        self._count = 0
        self._lock = Lock()

    def recall(self, texts: Sequence[str], read: Callable[[list[str]], list[Pieces]]) -> list[Pieces]:
        """Return the pieces of `texts`, reading with `read` those that are not remembered."""
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            found.update(zip(missing, read(missing), strict=True))
        with self._lock:
            self._keep(found)
        return [found[text] for text in texts]

    def _keep(self, found: Mapping[str, Pieces]) -> None:
        for text, pieces in found.items():
            if text not in self._kept:
                self._count += len(pieces.ids)
            self._kept[text] = pieces
            self._kept.move_to_end(text)
        while self._count > self._limit:
            _, dropped = self._kept.popitem(last=False)
            self._count -= len(dropped.ids)
