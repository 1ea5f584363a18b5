"""Postings: which passages hold which terms, in files that are written once and then only read."""

from __future__ import annotations

import io
import zipfile
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

SUFFIX = ".npz"
"""Ending of the file of a segment, which is never written to again, so that generations share it."""

_GONE_SUFFIX = ".gone"

Rows = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """The postings of some passages; a passage is known by its row, from 0.

    Those of the term at place `n` of `terms` are `rows[starts[n]:starts[n + 1]]`, each row once, and `counts` says how
    often the passage holds the term. `lengths` are the passages in terms. `alive` is False for a passage that was
    changed or removed since the segment was written.
    """

    name: str
    ids: tuple[str, ...]
    terms: Mapping[str, int]
    starts: npt.NDArray[np.int64]
    rows: Rows
    counts: npt.NDArray[np.int32]
    lengths: npt.NDArray[np.int32]
    alive: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, name: str, passages: Iterable[tuple[str, Sequence[str]]]) -> Segment:
        """Index passages, given with the terms of each; they are read once, one after the other."""
        terms: dict[str, int] = {}
        ids: list[str] = []
        places, rows, counts, lengths = (array("i") for _ in range(4))
        for row, (passage_id, held) in enumerate(passages):
            ids.append(passage_id)
            lengths.append(max(len(held), 1))
            for term, count in Counter(held).items():
                places.append(terms.setdefault(term, len(terms)))
                rows.append(row)
                counts.append(count)
        order = np.argsort(_numbers(places), kind="stable")
        ends = np.cumsum(np.bincount(_numbers(places), minlength=len(terms)))
        starts = np.concatenate([np.zeros(1, np.int64), ends]).astype(np.int64)
        alive = np.ones(len(ids), np.bool_)
        return cls(
            name, tuple(ids), terms, starts, _numbers(rows)[order], _numbers(counts)[order], _numbers(lengths), alive
        )

    @classmethod
    def open(cls, path: Path) -> Segment:
        """Open what `save` wrote.

        Raises:
            OSError, ValueError: the file is missing or damaged.
        """
        try:
            with np.load(path, allow_pickle=False) as stored:
                parts: dict[str, Any] = dict(stored)
            ids, terms = (tuple(parts.pop(name).tobytes().decode().split("\n")[:-1]) for name in ("ids", "terms"))
            alive = np.ones(len(ids), np.bool_)
            gone = path.with_suffix(_GONE_SUFFIX)
            if gone.exists():
                alive[np.frombuffer(gone.read_bytes(), np.int32)] = False
            return cls(path.stem, ids, {term: n for n, term in enumerate(terms)}, alive=alive, **parts)
        except (zipfile.BadZipFile, LookupError, EOFError, TypeError, ValueError) as error:
            raise ValueError(f"{path.name} is damaged") from error

    def save(self, folder: Path) -> None:
        """Write the segment into `folder`."""
        with (folder / f"{self.name}{SUFFIX}").open("xb") as file:
            np.savez(
                file,
                ids=_packed(self.ids),
                terms=_packed(self.terms),
                starts=self.starts,
                rows=self.rows,
                counts=self.counts,
                lengths=self.lengths,
            )

    def save_gone(self, folder: Path) -> None:
        """Write which passages are gone, in place of what was written before."""
        written = folder / f"{self.name}.new"
        written.write_bytes(np.flatnonzero(~self.alive).astype(np.int32).tobytes())
        written.replace(folder / f"{self.name}{_GONE_SUFFIX}")

    def delete(self, folder: Path) -> None:
        """Delete the files of the segment."""
        for suffix in (SUFFIX, _GONE_SUFFIX):
            (folder / f"{self.name}{suffix}").unlink(missing_ok=True)

    @property
    def living(self) -> int:
        """Return how many passages are not gone."""
        return int(self.alive.sum())

    @property
    def living_ids(self) -> list[str]:
        """Return the ids of the passages that are not gone."""
        return [self.ids[row] for row in np.flatnonzero(self.alive).tolist()]

    def postings(self, term: str) -> tuple[Rows, npt.NDArray[np.int32]]:
        """Return the rows of the living passages that hold a term, and how often each does."""
        place = self.terms.get(term)
        if place is None:
            return self.rows[:0], self.counts[:0]
        span = slice(self.starts[place], self.starts[place + 1])
        rows, counts = self.rows[span], self.counts[span]
        living = self.alive[rows]
        return rows[living], counts[living]


def _numbers(values: array[int]) -> npt.NDArray[np.int32]:
    return np.frombuffer(values, np.int32)


def _packed(names: Iterable[str]) -> npt.NDArray[np.uint8]:
    """Return names as bytes, a line each; neither ids nor terms hold line ends."""
    packed = io.BytesIO()
    packed.writelines(f"{name}\n".encode() for name in names)
    return np.frombuffer(packed.getbuffer(), np.uint8)
