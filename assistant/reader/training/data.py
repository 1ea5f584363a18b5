"""The public question sets that the reader learns from, as questions on texts with their evidence marked.

Sources and licences are listed in docs/reader.md. `HELD_OUT` names the SQuAD 2.0 articles that only measure.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HELD_OUT = frozenset({"Normans", "Islamism"})
"""Articles of `squad2_dev8` that are never trained on: the development set for answerability."""

_MARKS = {
    "``": '"', "''": '"', "-lrb-": "(", "-rrb-": ")", "-lsb-": "[", "-rsb-": "]", "-LRB-": "(", "-RRB-": ")",
    "-LSB-": "[", "-RSB-": "]",
}  # fmt: skip
_ENDS = re.compile(r"(?<=[.!?])[\"”’')\]]*\s+(?=[\"“‘'(\[]?[A-Z0-9])")
_ABBREVIATED = re.compile(
    r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Prof|Gen|Col|Capt|Lt|Sgt|Jr|Sr|No|vs|etc|e\.g|i\.e|c|ca|cf|approx|Inc|Ltd|Co)\.$"
)


@dataclass(frozen=True, slots=True)
class Text:
    """Consecutive sentences of one section. `document` groups texts about one thing; title and section may be ""."""

    document: str
    title: str
    section: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on a text. `gold` are the sentences that answer it, none if nothing does.

    `answers` are known answer strings; `span` is (sentence, start, end) in characters of that sentence, where known.
    """

    question: str
    text: Text
    gold: frozenset[int]
    answers: tuple[str, ...] = ()
    span: tuple[int, int, int] | None = None
    origin: str = ""


def records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a gzipped JSON lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def plain(text: str) -> str:
    """Undo Penn Treebank quotation marks and brackets; spaces around punctuation do not matter to word pieces."""
    return " ".join(_MARKS.get(word, word) for word in text.split())


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the offsets of the sentences of running English text, in order."""
    spans, start = [], 0
    for match in _ENDS.finditer(text):
        if _ABBREVIATED.search(text[start : match.start()]):
            continue
        spans.append((start, match.end() - len(match.group()) + len(match.group().rstrip())))
        start = match.end()
    if text[start:].strip():
        spans.append((start, len(text.rstrip())))
    return spans


def load(folder: Path) -> list[Asked]:
    """Return every training question of the data folder, held-out articles left out."""
    asked = [
        *squad2(folder / "squad2_train_part.jsonl.gz"),
        *(item for item in squad2(folder / "squad2_dev8.jsonl.gz") if item.text.document not in HELD_OUT),
    ]
    for name in ("selqa_dev.jsonl.gz", "selqa_test.jsonl.gz"):
        asked += selqa(folder / name)
    return asked + squad_sentences(folder / "squad_sentences.jsonl.gz")


def held_out(folder: Path) -> list[Asked]:
    """Return the questions of the held-out articles."""
    return [item for item in squad2(folder / "squad2_dev8.jsonl.gz") if item.text.document in HELD_OUT]


def squad2(path: Path) -> list[Asked]:
    """Read SQuAD 2.0 questions, contexts split into sentences and answer spans moved into them."""
    texts: dict[str, tuple[Text, list[tuple[int, int]]]] = {}
    asked = []
    for record in records(path):
        context = record["context"]
        if context not in texts:
            spans = split_sentences(context)
            sentences = tuple(context[start:end] for start, end in spans)
            title = record["title"]
            texts[context] = Text(title, title.replace("_", " "), "", sentences), spans
        text, spans = texts[context]
        question = record["question"].strip()
        if not record["answers"]:
            asked.append(Asked(question, text, frozenset(), origin="squad2"))
            continue
        found = _locate(record["answers"][0], spans)
        if found is not None:
            words = tuple(sorted({answer["text"] for answer in record["answers"]}))
            asked.append(Asked(question, text, frozenset({found[0]}), words, found, "squad2"))
    return asked


def _locate(answer: dict[str, Any], spans: list[tuple[int, int]]) -> tuple[int, int, int] | None:
    for index, (start, end) in enumerate(spans):
        if start <= answer["start"] < end:
            begin = answer["start"] - start
            return index, begin, min(begin + len(answer["text"]), end - start)
    return None


def grouped(rows: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Group question-sentence pairs by question, order kept."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["qid"]].append(row)
    return list(groups.values())


def selqa(path: Path) -> list[Asked]:
    """Read SelQA: each question with all sentences of the section it was written for."""
    asked = []
    for rows in grouped(records(path)):
        text = Text(
            rows[0]["doc"], rows[0]["doc"], rows[0]["section"] or "", tuple(plain(row["sentence"]) for row in rows)
        )
        gold = frozenset(index for index, row in enumerate(rows) if row["label"])
        asked.append(Asked(plain(rows[0]["question"]), text, gold, origin="selqa"))
    return asked


def squad_sentences(path: Path, *, around: int = 7) -> list[Asked]:
    """Read the SQuAD sentences, each question with up to `around` sentences on either side of its evidence.

    The file gives seven sentences for a question, its evidence in the middle; overlapping groups are laid over each
    other to win back the running text, so that a passage need not have its evidence in the middle.
    """
    groups = grouped(records(path))
    chains: list[list[str]] = []
    places = []
    where: dict[str, tuple[int, int]] = {}
    for rows in groups:
        sentences = [plain(row["sentence"]) for row in rows]
        gold = next(index for index, row in enumerate(rows) if row["label"])
        places.append(_lay(chains, where, sentences, gold))
    asked = []
    for rows, (chain, position) in zip(groups, places, strict=True):
        begin = max(0, position - around)
        sentences = chains[chain][begin : position + around + 1]
        text = Text(f"squad-{chain}-{position // 80}", "", "", tuple(sentences))
        asked.append(Asked(plain(rows[0]["question"]), text, frozenset({position - begin}), origin="squad"))
    return asked


def _lay(
    chains: list[list[str]], where: dict[str, tuple[int, int]], sentences: list[str], gold: int
) -> tuple[int, int]:
    """Append a group to the chain that it overlaps, or start one; return the (chain, position) of its evidence."""
    for offset, sentence in enumerate(sentences):
        if sentence not in where:
            continue
        chain, position = where[sentence]
        begin = position - offset
        known = chains[chain][max(begin, 0) : begin + len(sentences)]
        if begin >= 0 and known == sentences[: len(known)]:
            for extra in sentences[len(known) :]:
                where[extra] = chain, len(chains[chain])
                chains[chain].append(extra)
            return chain, begin + gold
    chains.append(list(sentences))
    where.update({sentence: (len(chains) - 1, index) for index, sentence in enumerate(sentences)})
    return len(chains) - 1, gold
