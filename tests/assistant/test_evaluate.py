"""Evaluation against a set small enough to be worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest

from assistant.answer import Abstention, Answer, Citation, Query, Reason, Response, Statement
from assistant.evaluate import (
    ExpectedAnswer,
    Outcome,
    QuestionSetInvalid,
    compared,
    evaluate,
    read_questions,
    summarise,
)
from assistant.library import Library
from assistant.pipeline import Assistant
from corpus.document import Audience
from index.generation import Generation
from index.passage import Passage, RankedPassage

Spans = list[tuple[str, str]]


class ScriptedReplies:
    """Replies that quote given words; the documents are those of the small corpus."""

    def __init__(self, generation: Generation, replies: dict[str, tuple[Spans, Spans]]) -> None:
        self._generation = generation
        self._replies = replies
        self.asked: list[Query] = []

    def library(self, audience: Audience) -> Library:
        return Library(self._generation, audience)

    def invoke(self, query: Query) -> Response:
        self.asked.append(query)
        cited, retrieved = self._replies[query.question]
        citations = tuple(self._citation(number, *words) for number, words in enumerate(cited, start=1))
        passages = tuple(
            RankedPassage(self._citation(1, *words).passage, rank, 1.0, 1.0, 1.0)
            for rank, words in enumerate(retrieved, start=1)
        )
        reply = (
            Answer(tuple(Statement(c.quotation, (c.number,)) for c in citations), citations)
            if citations
            else Abstention(Reason.NOTHING_FOUND, "The documents do not say.")
        )
        return Response(query.question, query.question, reply, passages, {})

    def _citation(self, number: int, document_id: str, words: str) -> Citation:
        document = self.library(Audience.STAFF).document(document_id)
        assert document is not None
        start = document.text.index(words)
        end = start + len(words)
        passage = Passage(f"{document_id}:{start}", document_id, document.title, "", None, start, end, ())
        return Citation(number, document_id, document.title, "", "", None, start, end, words, "", 1.0, passage)


TOOLS = "The council gave £4,500 for the first tools and seeds."
GIFTS = "Visitors gave a further £820 in 2017-18."
DOGS = "Dogs are welcome as long as they are kept on a lead."


def outcome(
    generation: Generation, expected: dict[str, object], cited: Spans, retrieved: Spans | None = None
) -> Outcome:
    """Return what evaluation makes of one question and its scripted reply."""
    question = ExpectedAnswer.model_validate({"question": "q", "answerable": True, **expected})
    replies = ScriptedReplies(generation, {"q": (cited, retrieved or [])})
    return evaluate(cast("Assistant", replies), [question])[0]


def test_evidence_that_is_quoted_whole_is_found(small_index: Generation) -> None:
    result = outcome(small_index, {"doc": "garden.md", "evidence": [TOOLS]}, [("garden", TOOLS)])
    assert (result.evidence_any, result.evidence_all, result.evidence_first, result.right) == (True,) * 4


def test_one_of_two_strings_is_any_but_not_all(small_index: Generation) -> None:
    expected = {"doc": "garden.md", "evidence": [TOOLS, GIFTS]}
    result = outcome(small_index, expected, [("garden", GIFTS)])
    assert (result.evidence_any, result.evidence_all, result.evidence_first) == (True, False, True)
    both = outcome(small_index, expected, [("garden", GIFTS), ("garden", TOOLS)])
    assert both.evidence_all


def test_evidence_in_the_second_citation_is_not_first(small_index: Generation) -> None:
    result = outcome(small_index, {"doc": "garden.md", "evidence": [TOOLS]}, [("river-walk", DOGS), ("garden", TOOLS)])
    assert (result.evidence_any, result.evidence_first) == (True, False)


@pytest.mark.parametrize(("words", "found"), [(TOOLS[:33], True), (TOOLS[:32], False), (TOOLS[20:], True)])
def test_three_fifths_of_the_characters_must_be_quoted(small_index: Generation, words: str, found: bool) -> None:
    evidence = "".join(TOOLS.split())
    assert len(evidence) == 45
    quoted = len("".join(words.split()))
    assert (quoted >= 27) is found
    assert outcome(small_index, {"evidence": [TOOLS]}, [("garden", words)]).evidence_any is found


def test_a_longer_quotation_that_holds_the_evidence_finds_it(small_index: Generation) -> None:
    assert outcome(small_index, {"evidence": [GIFTS]}, [("garden", f"{TOOLS} {GIFTS}")]).evidence_all


@pytest.mark.parametrize(
    "evidence", ["The  council gave\n£4,500 for the first tools and seeds.", TOOLS.upper(), f"\t{TOOLS} "]
)
def test_white_space_and_case_do_not_matter(small_index: Generation, evidence: str) -> None:
    assert outcome(small_index, {"evidence": [evidence]}, [("garden", TOOLS)]).evidence_any


@pytest.mark.parametrize("evidence", ['The choir\'s motto is "Sing as one".', "The choir‘s motto is „Sing as one“."])
def test_straight_and_curly_quotation_marks_are_the_same(small_index: Generation, evidence: str) -> None:
    assert outcome(
        small_index, {"evidence": [evidence]}, [("choir", "The choir’s motto is “Sing as one”.")]
    ).evidence_all


def test_the_same_words_in_another_document_do_not_count(small_index: Generation) -> None:
    assert not outcome(small_index, {"doc": "choir.md", "evidence": [TOOLS]}, [("garden", TOOLS)]).evidence_any
    assert not outcome(small_index, {"doc": "garden.md", "evidence": [TOOLS]}, [("river-walk", DOGS)]).evidence_any


@pytest.mark.parametrize(
    "doc", ["garden.md", "garden", "some/folder/garden.md", ["choir.md", "garden.md"], [], "river-walk.txt"]
)
def test_a_document_is_named_by_its_file_or_id(small_index: Generation, doc: object) -> None:
    result = outcome(small_index, {"doc": doc, "evidence": [TOOLS]}, [("garden", TOOLS)])
    assert result.evidence_any is (doc != "river-walk.txt")


def test_other_evidence_that_is_as_good_counts(small_index: Generation) -> None:
    expected = {"doc": "garden.md", "evidence": [TOOLS], "alternatives": [{"doc": "river-walk.txt", "evidence": DOGS}]}
    assert outcome(small_index, expected, [("river-walk", DOGS)]).evidence_all


def test_retrieval_counts_to_five_and_to_ten(small_index: Generation) -> None:
    other = [("river-walk", DOGS)]
    expected = {"evidence": [TOOLS]}
    fifth = outcome(small_index, expected, [], other * 4 + [("garden", TOOLS)])
    sixth = outcome(small_index, expected, [], other * 5 + [("garden", TOOLS)])
    eleventh = outcome(small_index, expected, [], other * 10 + [("garden", TOOLS)])
    assert [(r.retrieved_5, r.retrieved_10) for r in (fifth, sixth, eleventh)] == [
        (True, True),
        (False, True),
        (False, False),
    ]


def test_the_rates_of_a_set_are_those_worked_out_by_hand(small_index: Generation) -> None:
    cases: list[tuple[dict[str, object], Spans]] = [
        ({"question": "a", "answerable": True, "evidence": [TOOLS], "kind": "figure"}, [("garden", TOOLS)]),
        ({"question": "b", "answerable": True, "evidence": [TOOLS, GIFTS], "kind": "figure"}, [("garden", GIFTS)]),
        ({"question": "c", "answerable": True, "evidence": [TOOLS], "kind": "figure"}, []),
        ({"question": "d", "answerable": True, "evidence": [TOOLS], "kind": "other"}, [("river-walk", DOGS)]),
        ({"question": "e", "answerable": False, "kind": "near_miss"}, []),
        ({"question": "f", "answerable": False, "kind": "near_miss"}, [("garden", TOOLS)]),
    ]
    replies = ScriptedReplies(small_index, {str(case["question"]): (cited, cited) for case, cited in cases})
    questions = [ExpectedAnswer.model_validate(case) for case, _ in cases]
    steps: list[tuple[int, int]] = []
    summary = summarise(evaluate(cast("Assistant", replies), questions, progress=lambda *step: steps.append(step)))
    assert {name: summary[name] for name in summary if name not in ("median_ms", "p95_ms", "kinds")} == {
        "questions": 6,
        "answerable": 4,
        "unanswerable": 2,
        "evidence_any": 0.5,
        "evidence_all": 0.25,
        "evidence_first": 0.5,
        "retrieved_5": 0.5,
        "retrieved_10": 0.5,
        "wrongly_abstained": 0.25,
        "abstained_on_unanswerable": 0.5,
        "accuracy": 0.5,
    }
    kinds = cast("dict[str, dict[str, object]]", summary["kinds"])
    assert list(kinds) == ["figure", "near_miss", "other"]
    assert (kinds["figure"]["evidence_any"], kinds["figure"]["accuracy"]) == (0.6667, 0.6667)
    assert (kinds["near_miss"]["evidence_any"], kinds["near_miss"]["abstained_on_unanswerable"]) == (None, 0.5)
    assert steps == [(number, 6) for number in range(7)]
    shown = dict(compared(summary))
    assert (shown["evidence any"], shown["questions"]) == ("50.0%", "6")


def test_median_and_p95_come_from_the_times() -> None:
    question = ExpectedAnswer(question="q", answerable=False)
    outcomes = [Outcome(question, False, False, False, False, False, False, float(ms)) for ms in range(1, 21)]
    summary = summarise(outcomes)
    assert (summary["median_ms"], summary["p95_ms"]) == (10.5, 20.0)


def test_the_history_of_a_question_is_asked_with_it(small_index: Generation) -> None:
    question = ExpectedAnswer.model_validate(
        {"question": "q", "answerable": False, "history": [["first?", "One."], ["second?", "Two."]]}
    )
    replies = ScriptedReplies(small_index, {"q": ([], [])})
    evaluate(cast("Assistant", replies), [question], audience=Audience.STAFF)
    (asked,) = replies.asked
    assert [(exchange.question, exchange.answer) for exchange in asked.history] == [
        ("first?", "One."),
        ("second?", "Two."),
    ]
    assert asked.audience is Audience.STAFF


def test_a_question_file_is_read_line_by_line(tmp_path: Path) -> None:
    lines = [
        {"id": "1", "question": "What?", "answerable": True, "doc": "a.md", "evidence": ["x"], "kind": "k", "more": 1},
        {"id": "2", "question": "A line\u2028end and \u0085 in it?", "answerable": False, "doc": ["a.md", "b.md"]},
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\ufeff" + "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\r\n", "utf-8")
    first, second = read_questions(path)
    assert (first.documents, first.evidence, first.kind) == (("a.md",), ("x",), "k")
    assert second.documents == ("a.md", "b.md")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "holds no question"),
        (b"\n\n", "holds no question"),
        (b"\xff\xfe", "UTF-8"),
        (b'{"question": "q", "answerable": true}\n{"question": "q"}\n', "line 2: answerable"),
        (b"not json\n", "line 1"),
        (b'{"question": "q", "answerable": true, "history": [["only a question"]]}', "line 1: history"),
    ],
)
def test_a_question_file_that_cannot_be_used_is_refused_with_the_line(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(content)
    with pytest.raises(QuestionSetInvalid, match=problem) as caught:
        read_questions(path)
    assert "\n" not in str(caught.value)


def test_a_question_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetInvalid, match=r"none\.jsonl"):
        read_questions(tmp_path / "none.jsonl")


def test_a_real_assistant_is_measured(assistant: Assistant) -> None:
    questions = [
        ExpectedAnswer(
            question="How many falls did the wardens count on the river walk in 2018?",
            answerable=True,
            doc="river-walk.txt",
            evidence=("In 2018 the wardens counted 14 falls on the river walk.",),
        ),
        ExpectedAnswer(question="Who won the football world cup?", answerable=False),
    ]
    summary = summarise(evaluate(assistant, questions))
    assert (summary["accuracy"], summary["evidence_first"], summary["retrieved_5"]) == (1.0, 1.0, 1.0)
