"""Lexical search: BM25 over the passages of one audience, and the words that these passages use."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.cataloguing import write_atomically
from index.analysis import analyse
from index.passage import document_id_of
from index.postings import SUFFIX, Segment

K1 = 1.2
B = 0.75
"""Term saturation and length weight as in Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009."""

SEGMENT_PASSAGES = 16_384
"""Most passages that are indexed together, so that memory stays the same however many there are: about 20 MB."""

SMALL_SEGMENTS = 8
"""Segments of less than half that size up to which they are left apart; more are written together as one."""

_WORDS_FILE = "words.json"
_WORD = re.compile(r"[^\W\d_]{5,}")
"""What a mistyped word may have meant; in shorter ones a changed letter most often makes another word."""


@dataclass(frozen=True, slots=True)
class LexicalPassage:
    """What lexical search keeps of one passage: its terms in order, and its different longer words as they are spelt.

    Analysing costs ten times as much as indexing, so it is done once for each passage.
    """

    terms: tuple[str, ...]
    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> LexicalPassage:
        """Analyse the searched text of a passage."""
        return cls(tuple(analyse(text)), tuple(sorted(set(_WORD.findall(text)))))


Analysed = Iterable[tuple[str, LexicalPassage]]


class LexicalMatch:
    """The BM25 scores of one question for every passage of one index."""

    def __init__(self, passage_ids: Sequence[str], rows: dict[str, int], scores: npt.NDArray[np.float32], mass: float):
        self._passage_ids = passage_ids
        self._rows = rows
        self._scores = scores
        self.mass = mass
        """The score of a passage that would be full of every term of the question, repeats counted."""

    def __len__(self) -> int:
        return len(self._rows)

    def top(self, limit: int) -> list[tuple[str, float]]:
        """Return up to `limit` passage ids with their scores, best first; none scores 0."""
        scores = self._scores
        rows = np.argpartition(scores, -limit)[-limit:] if limit < len(scores) else np.arange(len(scores))
        rows = rows[np.argsort(-scores[rows], kind="stable")]
        return [(self._passage_ids[row], float(scores[row])) for row in rows.tolist() if scores[row] > 0]

    def score(self, passage_id: str) -> float | None:
        """Return the score of one passage, at least 0; None where this index does not hold it."""
        row = self._rows.get(passage_id)
        return None if row is None else float(self._scores[row])


class LexicalIndex:
    """BM25 scores of passages, by id, with term weights over all segments that hold them.

    The formula is that of Lucene's BM25, and so are the segments: what changes is written as a new one, and scores are
    the same as if all passages had been indexed at once. A library that computes its scores beforehand, such as bm25s,
    must compute all of them again for one changed passage.
    """

    def __init__(self, segments: Sequence[Segment], words: Callable[[], Counter[str]]) -> None:
        self._segments = tuple(segments)
        self._forms = words

    @classmethod
    def build(cls, passage_ids: Sequence[str], texts: Sequence[str]) -> LexicalIndex:
        """Index `texts`, one per passage id, in memory."""
        forms: Counter[str] = Counter()
        analysed = zip(passage_ids, map(LexicalPassage.of, texts), strict=True)
        return cls(list(_segments(analysed, forms, 0)), lambda: forms)

    @classmethod
    def open(cls, folder: Path) -> LexicalIndex:
        """Open what `update` wrote.

        Raises:
            OSError, ValueError: a file is missing or damaged.
        """
        if not (folder / _WORDS_FILE).is_file():
            raise FileNotFoundError(folder / _WORDS_FILE)
        return cls(open_segments(folder), lambda: _read_forms(folder))

    def __len__(self) -> int:
        return len(self._rows)

    @cached_property
    def words(self) -> dict[str, str]:
        """Return the words of five letters and more, in small letters, each with the form that is usual here."""
        usual: dict[str, str] = {}
        for word, _ in self._forms().most_common():
            usual.setdefault(word.lower(), word)
        return usual

    def knows(self, term: str) -> bool:
        """Say whether a passage holds this term, which is one that `analyse` gives."""
        return any(len(segment.postings(term)[0]) for segment in self._segments)

    def match(self, question: str, only: frozenset[str] | None = None) -> LexicalMatch:
        """Score every passage for a question; with `only`, those of other documents score 0."""
        scores = np.zeros(len(self._passage_ids), np.float32)
        mass = 0.0
        for term, times in Counter(analyse(question)).items():
            held = [segment.postings(term) for segment in self._segments]
            holding = sum(len(rows) for rows, _ in held)
            if not holding:
                continue
            weight = times * math.log(1 + (len(self) - holding + 0.5) / (holding + 0.5))
            mass += weight
            for first, (rows, counts) in zip(self._firsts, held, strict=True):
                places = rows + first
                scores[places] += weight * counts / (counts + self._saturations[places])
        if only is not None:
            scores *= np.fromiter((key in only for key in self._document_ids), np.float32, len(scores))
        return LexicalMatch(self._passage_ids, self._rows, scores, mass)

    def search(self, question: str, limit: int) -> list[tuple[str, float]]:
        """Return up to `limit` passage ids with their BM25 scores, best first; none scores 0."""
        return self.match(question).top(limit)

    @cached_property
    def _passage_ids(self) -> tuple[str, ...]:
        return tuple(chain.from_iterable(segment.ids for segment in self._segments))

    @cached_property
    def _firsts(self) -> list[int]:
        return [0, *np.cumsum([len(segment.ids) for segment in self._segments]).tolist()][: len(self._segments)]

    @cached_property
    def _saturations(self) -> npt.NDArray[np.float32]:
        """How often each passage would have to hold a term to get half of its weight."""
        living = [segment.lengths[segment.alive] for segment in self._segments]
        mean = sum(int(part.sum()) for part in living) / max(1, sum(map(len, living)))
        lengths = np.concatenate([segment.lengths for segment in self._segments])
        return (K1 * (1 - B + B * lengths / max(mean, 1))).astype(np.float32)

    @cached_property
    def _rows(self) -> dict[str, int]:
        """The places of the passages that are not gone; an id may also be that of one that is."""
        return {
            segment.ids[row]: first + row
            for segment, first in zip(self._segments, self._firsts, strict=True)
            for row in np.flatnonzero(segment.alive).tolist()
        }

    @cached_property
    def _document_ids(self) -> tuple[str, ...]:
        return tuple(document_id_of(key) for key in self._passage_ids)


def open_segments(folder: Path) -> list[Segment]:
    """Open the segments in a folder, in the order in which they were written."""
    return [Segment.open(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]


def update(
    folder: Path,
    gone: frozenset[str],
    gone_words: Counter[str],
    new: Analysed,
    again: Callable[[Sequence[str]], Analysed],
) -> None:
    """Bring the index in `folder`, which is made if missing, up to date; what did not change is not written again.

    `gone` are passages that were changed or removed, `gone_words` how many of them held each form of a word, and `new`
    are those that came in or changed. `again` gives passages by id that are to be written together in one segment.
    """
    folder.mkdir(parents=True, exist_ok=True)
    segments = open_segments(folder)
    number = max((int(segment.name) for segment in segments), default=0) + 1
    for segment in segments:
        _mark_gone(segment, gone, folder)
    segments = [segment for segment in segments if segment.living]
    forms = _read_forms(folder)
    forms.subtract(gone_words)
    for segment in _segments(new, forms, number):
        segment.save(folder)
        segments.append(segment)
    small = [segment for segment in segments if segment.living < SEGMENT_PASSAGES // 2]
    if len(small) > SMALL_SEGMENTS:
        number = max(int(segment.name) for segment in segments) + 1
        ids = sorted(chain.from_iterable(segment.living_ids for segment in small))
        for segment in _segments(again(ids), Counter(), number):
            segment.save(folder)
        for segment in small:
            segment.delete(folder)
    write_atomically(folder / _WORDS_FILE, json.dumps(+forms, ensure_ascii=False).encode())


def _mark_gone(segment: Segment, gone: frozenset[str], folder: Path) -> None:
    rows = [row for row, key in enumerate(segment.ids) if key in gone and segment.alive[row]] if gone else []
    if rows:
        segment.alive[rows] = False
        if segment.living:
            segment.save_gone(folder)
        else:
            segment.delete(folder)


def _segments(passages: Analysed, forms: Counter[str], number: int) -> Iterator[Segment]:
    """Yield segments of the passages, and count their words in `forms` on the way."""

    def terms() -> Iterator[tuple[str, Sequence[str]]]:
        for passage_id, passage in passages:
            forms.update(passage.words)
            yield passage_id, passage.terms

    rest = terms()
    while (first := next(rest, None)) is not None:
        yield Segment.of(f"{number:06d}", chain([first], islice(rest, SEGMENT_PASSAGES - 1)))
        number += 1


def _read_forms(folder: Path) -> Counter[str]:
    path = folder / _WORDS_FILE
    return Counter(json.loads(path.read_text("utf-8"))) if path.is_file() else Counter()
