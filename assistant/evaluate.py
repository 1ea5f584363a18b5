"""Evaluation: question sets with known evidence -> counts and rates."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.answer import Answer, Exchange, Query, Response
from assistant.library import Library
from assistant.pipeline import Assistant
from corpus.document import Audience, Document
from corpus.errors import AssistantError
from index.passage import Sentence

FOUND_SHARE = 0.6
"""Share of an evidence string's characters that a quotation must cover to have found it."""

_QUOTES = str.maketrans({"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "`": "'"})


class QuestionSetInvalid(AssistantError):
    """A file of questions that cannot be used."""

    def __init__(self, file: str, problem: str) -> None:
        self.file = file
        self.problem = problem
        super().__init__(file, problem)

    def __str__(self) -> str:
        return f"The question file {self.file} cannot be used: {self.problem}."


class ExpectedAnswer(BaseModel):
    """One line of a question set; `evidence` are strings that stand verbatim in the named documents."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = ""
    question: str
    answerable: bool
    doc: str | tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    answer: str = ""
    kind: str = "question"
    history: tuple[tuple[str, str], ...] = ()
    alternatives: tuple[ExpectedAlternative, ...] = Field(
        default=(), description="Other evidence that answers the question as well on its own."
    )

    @property
    def documents(self) -> tuple[str, ...]:
        """Return the file names of the documents that hold the evidence; empty means any."""
        return (self.doc,) if isinstance(self.doc, str) else self.doc


class ExpectedAlternative(BaseModel):
    """Evidence elsewhere that is as good."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    doc: str | tuple[str, ...] = ()
    evidence: str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question; the four `evidence_` values are meaningless for unanswerable ones."""

    expected: ExpectedAnswer
    answered: bool
    evidence_any: bool
    evidence_all: bool
    evidence_first: bool
    retrieved_5: bool
    retrieved_10: bool
    milliseconds: float

    @property
    def right(self) -> bool:
        """Say whether the evidence was cited or, where there is none, the assistant abstained."""
        return self.answered and self.evidence_any if self.expected.answerable else not self.answered


def read_questions(path: Path) -> tuple[ExpectedAnswer, ...]:
    """Read a question set, one JSON object a line.

    Raises:
        QuestionSetInvalid: the file cannot be opened, a line is wrong, or it holds no question.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetInvalid(str(path), "it cannot be read as UTF-8 text") from error
    questions: list[ExpectedAnswer] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            questions.append(ExpectedAnswer.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(step) for step in first["loc"])
            raise QuestionSetInvalid(str(path), f"line {number}: {where} {first['msg']}".strip()) from error
    if not questions:
        raise QuestionSetInvalid(str(path), "it holds no question")
    return tuple(questions)


def evaluate(
    assistant: Assistant,
    questions: Sequence[ExpectedAnswer],
    *,
    audience: Audience = Audience.PUBLIC,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Outcome, ...]:
    """Ask every question and compare what comes with what was expected."""
    ruler = Ruler(assistant.library(audience))
    outcomes: list[Outcome] = []
    for done, expected in enumerate(questions):
        progress(done, len(questions))
        history = tuple(Exchange(question, answer) for question, answer in expected.history)
        started = time.perf_counter()
        response = assistant.invoke(Query(expected.question, history, audience))
        milliseconds = (time.perf_counter() - started) * 1000
        outcomes.append(_outcome(expected, response, ruler, milliseconds))
    progress(len(questions), len(questions))
    return tuple(outcomes)


def summarise(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """Return counts and rates over all questions and per kind; a rate without a case is None."""
    kinds = sorted({outcome.expected.kind for outcome in outcomes})
    times = sorted(outcome.milliseconds for outcome in outcomes)
    return {
        **_rates(outcomes),
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(times[min(len(times) - 1, int(0.95 * len(times)))], 1),
        "kinds": {kind: _rates([o for o in outcomes if o.expected.kind == kind]) for kind in kinds},
    }


def _rates(outcomes: Sequence[Outcome]) -> dict[str, object]:
    answerable = [outcome for outcome in outcomes if outcome.expected.answerable]
    unanswerable = [outcome for outcome in outcomes if not outcome.expected.answerable]
    return {
        "questions": len(outcomes),
        "answerable": len(answerable),
        "unanswerable": len(unanswerable),
        "evidence_any": _share(outcome.evidence_any for outcome in answerable),
        "evidence_all": _share(outcome.evidence_all for outcome in answerable),
        "evidence_first": _share(outcome.evidence_first for outcome in answerable),
        "retrieved_5": _share(outcome.retrieved_5 for outcome in answerable),
        "retrieved_10": _share(outcome.retrieved_10 for outcome in answerable),
        "wrongly_abstained": _share(not outcome.answered for outcome in answerable),
        "abstained_on_unanswerable": _share(not outcome.answered for outcome in unanswerable),
        "accuracy": _share(outcome.right for outcome in outcomes),
    }


def _share(cases: Iterable[bool]) -> float | None:
    values = list(cases)
    return round(sum(values) / len(values), 4) if values else None


def _outcome(expected: ExpectedAnswer, response: Response, ruler: Ruler, milliseconds: float) -> Outcome:
    cited: list[_Span] = []
    if isinstance(response.reply, Answer):
        cited = [(c.document_id, c.start, c.end) for c in response.reply.citations]
    retrieved = [(p.passage.document_id, p.passage.start, p.passage.end) for p in response.passages]
    found = [
        [ruler.covers(spans, documents, text) for text in evidence]
        for documents, evidence in _evidence_sets(expected)
        for spans in (cited, cited[:1], retrieved[:5], retrieved[:10])
    ]
    sets = [found[start : start + 4] for start in range(0, len(found), 4)]
    return Outcome(
        expected=expected,
        answered=isinstance(response.reply, Answer),
        evidence_any=any(any(one[0]) for one in sets),
        evidence_all=any(bool(one[0]) and all(one[0]) for one in sets),
        evidence_first=any(any(one[1]) for one in sets),
        retrieved_5=any(any(one[2]) for one in sets),
        retrieved_10=any(any(one[3]) for one in sets),
        milliseconds=milliseconds,
    )


def _evidence_sets(expected: ExpectedAnswer) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    sets = [(expected.documents, expected.evidence)]
    for other in expected.alternatives:
        documents = (other.doc,) if isinstance(other.doc, str) else other.doc
        sets.append((documents, (other.evidence,) if isinstance(other.evidence, str) else other.evidence))
    return sets


_Span = tuple[str, int, int]


class Ruler:
    """Says what is evidence: how much of an evidence string a quotation covers, in characters of the same document."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._documents = library.documents()
        self._plain: dict[str, tuple[str, list[int]]] = {}
        self._evidence = lru_cache(64)(_plain)

    def is_evidence(self, expected: ExpectedAnswer, document_id: str, sentence: Sentence) -> bool:
        """Say whether a sentence of a document is evidence for an expected answer."""
        span = (document_id, sentence.start, sentence.end)
        return expected.answerable and any(
            self.covers([span], files, text) for files, evidence in _evidence_sets(expected) for text in evidence
        )

    def covers(self, spans: Sequence[_Span], files: Sequence[str], evidence: str) -> bool:
        """Say whether one of the spans covers `FOUND_SHARE` of any occurrence of `evidence`."""
        wanted, _ = self._evidence(evidence)
        for document in self._documents:
            mine = [(start, end) for key, start, end in spans if key == document.id]
            if not mine or not wanted or (files and not _is_named(document, files)):
                continue
            text, offsets = self._plain_text(document.id)
            for match in re.finditer(re.escape(wanted), text):
                places = offsets[match.start() : match.end()]
                for start, end in mine:
                    if sum(start <= place < end for place in places) >= FOUND_SHARE * len(places):
                        return True
        return False

    def _plain_text(self, document_id: str) -> tuple[str, list[int]]:
        if document_id not in self._plain:
            document = self._library.document(document_id)
            self._plain[document_id] = _plain(document.text if document else "")
        return self._plain[document_id]


def _is_named(document: Document, files: Sequence[str]) -> bool:
    names = {document.file, document.file.rsplit("/", 1)[-1], document.id}
    return any(file in names or file.rsplit("/", 1)[-1] in names for file in files)


def _plain(text: str) -> tuple[str, list[int]]:
    """Return `text` with quotation marks and white space made alike, and where each character came from."""
    characters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text.translate(_QUOTES)):
        if not character.isspace():
            characters.append(character.casefold()[:1])
            offsets.append(offset)
    return "".join(characters), offsets


def compared(summary: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return the lines of a summary as people read them: a name and a value."""
    lines: list[tuple[str, str]] = []
    for name, value in summary.items():
        if isinstance(value, float) and not name.endswith("_ms"):
            lines.append((name.replace("_", " "), f"{value:.1%}"))
        elif not isinstance(value, dict):
            lines.append((name.replace("_", " "), "no case" if value is None else str(value)))
    return lines


ExpectedAnswer.model_rebuild()
