"""Questions of several parts, and questions for a meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.acronyms import expand
from assistant.defining import defining, term_asked, written_out
from assistant.parts import MOST_PARTS, parts_of, read_parts
from assistant.reader.reading import Evidence, Reading
from corpus.glossary import Glossary, Term
from index.definitions import Definition
from index.passage import Passage, RankedPassage, Sentence


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Compare Hospital at Home and Neighbourhood Care.", ("Hospital at Home", "Neighbourhood Care")),
        ("Can you compare falls in Fife with falls in Moray?", ("falls in Fife", "falls in Moray")),
        ("What is the difference between an HSCP and an IJB?", ("an HSCP", "an IJB")),
        ("How do SPSP and MCQIC differ?", ("SPSP", "MCQIC")),
        ("How does frailty differ from dementia?", ("frailty", "dementia")),
        ("Fife versus Moray", ("Fife", "Moray")),
        ("What is EEvIT and who leads it?", ("What is EEvIT?", "Who leads EEvIT?")),
        ("When did SPSP start? Who paid for it?", ("When did SPSP start?", "Who paid for SPSP?")),
        ("Who leads the health and social care partnership?", ()),
        ("What is frailty?", ()),
        ("What about research and development?", ()),
        ("", ()),
        ("and", ()),
        ("???", ()),
    ],
)
def test_what_is_asked_for_in_parts_is_looked_for_in_parts(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question) == parts


def test_a_long_list_of_questions_is_cut() -> None:
    assert len(parts_of(" and ".join(["who pays"] * 300))) == MOST_PARTS


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("What is SPSP?", "SPSP"),
        ("What’s an IJB?", "IJB"),
        ("What does “IJB” stand for?", "IJB"),
        ("what does the acronym HSCP mean", "HSCP"),
        ("Who is Ruth Glassborow?", "Ruth Glassborow"),
        ("What is Hospital at Home?", "Hospital at Home"),
        ("What is SPSP (Scottish Patient Safety Programme)?", "SPSP"),
        ("Define frailty.", "frailty"),
        ("What is the meaning of triage?", "triage"),
        ("What is the number of falls in Fife?", ""),
        ("Who leads SPSP?", ""),
        ("What are the main results that the director reports from all of them?", ""),
        ("", ""),
    ],
)
def test_a_question_for_a_meaning_names_its_term(question: str, term: str) -> None:
    assert term_asked(question) == term


@given(st.text(max_size=200))
def test_any_text_has_parts_and_a_term(question: str) -> None:
    assert all(part.strip() for part in parts_of(question))
    assert term_asked(question) in question


DEFINITIONS = (
    Definition("QMF", "Quiet Money Fund", "a:1", 0),
    Definition("QMF", "Quick Mending Form", "b:1", 0),
    Definition("QMF", "Quick Mending Form", "c:1", 2),
    Definition("HOME", "Hospital Outreach Made Easy", "d:1", 0),
    Definition("SPSP", "Some Other Name", "e:1", 0),
)
GLOSSARY = Glossary((Term("SPSP", "A programme.", "Scottish Patient Safety Programme"),))


def test_the_passages_that_write_a_term_out_are_known() -> None:
    assert defining("qmf", DEFINITIONS) == ("a:1", "b:1", "c:1")
    assert defining("Hospital Outreach Made Easy", DEFINITIONS) == ("d:1",)
    assert defining("", DEFINITIONS) == defining("other", DEFINITIONS) == ()


def test_acronyms_of_documents_are_written_out_as_most_documents_do_and_the_glossary_wins() -> None:
    known = written_out(DEFINITIONS, GLOSSARY)
    assert expand("What does QMF do in SPSP?", GLOSSARY, known) == (
        "What does QMF (Quick Mending Form) do in SPSP (Scottish Patient Safety Programme)?"
    )
    assert expand("the quick mending form", GLOSSARY, known) == "the quick mending form (QMF)"


def test_acronyms_of_documents_count_in_capitals_only() -> None:
    known = written_out(DEFINITIONS, GLOSSARY)
    assert expand("Can I go home?", GLOSSARY, known) == "Can I go home?"
    assert "Outreach" in expand("What is HOME?", GLOSSARY, known)


class ScriptedReader:
    """Finds in each passage its one sentence, answerable as the script says for each question."""

    name = "scripted"
    thresholds: Mapping[str, float] = {"careful": 0.5}

    def __init__(self, likely: dict[str, tuple[int, float]]) -> None:
        self._likely = likely

    def read(self, question: str, passages: Sequence[RankedPassage]) -> Reading:
        first, answerable = self._likely.get(question, (0, 0.0))
        order = [passages[first], *passages[:first], *passages[first + 1 :]]
        evidence = [Evidence(p.passage, p.passage.sentences[0], 0.9 - 0.1 * n) for n, p in enumerate(order)]
        return Reading(tuple(evidence), answerable)


def ranked(*texts: str) -> list[RankedPassage]:
    passages = [
        Passage(f"p{n}", f"d{n}", "", "", None, 0, len(text), (Sentence(0, len(text), text),))
        for n, text in enumerate(texts)
    ]
    return [RankedPassage(passage, rank, 0.5, 0.5, 0.0) for rank, passage in enumerate(passages, start=1)]


def test_each_of_two_things_compared_gets_its_sentence_first() -> None:
    passages = ranked("Neither.", "Fife is a county.", "Moray is a county.")
    reader = ScriptedReader({"What is Fife?": (1, 0.8), "What is Moray?": (2, 0.6)})
    reading = read_parts(reader, "Compare Fife and Moray", passages, 0.5)
    assert [item.sentence.text for item in reading.evidence[: reading.heads]] == [
        "Fife is a county.",
        "Moray is a county.",
    ]
    assert (reading.answerable, len(reading.evidence)) == (0.6, 3)


def test_a_comparison_of_which_one_side_is_unknown_is_read_as_a_whole() -> None:
    passages = ranked("Neither.", "Fife is a county.", "Moray is a county.")
    reader = ScriptedReader({"What is Fife?": (1, 0.8), "What is Atlantis?": (2, 0.1)})
    reading = read_parts(reader, "Compare Fife and Atlantis", passages, 0.5)
    assert (reading.answerable, reading.heads) == (0.0, 1)


def test_parts_with_one_and_the_same_answer_have_it_once() -> None:
    passages = ranked("Anna leads Fife, which is a county.", "Moray is a county.")
    reader = ScriptedReader({"What is Fife?": (0, 0.8), "Who leads Fife?": (0, 0.7)})
    reading = read_parts(reader, "What is Fife and who leads it?", passages, 0.5)
    assert (reading.heads, len(reading.evidence)) == (1, 2)
