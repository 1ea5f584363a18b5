"""Quoting: evidence becomes an answer in the documents' own words."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer
from assistant.compose.evidence import NumberedSentence, cite
from assistant.quote import MAX_STATEMENTS, quote, says_not_known
from assistant.reader.reading import Evidence, Reading
from corpus.document import Audience, Document, Page, Section
from index.passage import Passage
from index.splitting import sentences_of


def make_document(text: str, key: str = "doc", **changes: object) -> Document:
    """Return a document of one section."""
    section = Section((), 0, len(text))
    values = (
        key,
        f"Title of {key}",
        f"{key}.txt",
        text,
        (section,),
        (),
        Audience.PUBLIC,
        "2018",
        "",
        "report",
        "",
        "0",
    )
    document = Document(*values)
    for name, value in changes.items():
        object.__setattr__(document, name, value)
    return document


def make_passage(document: Document, section: str = "") -> Passage:
    """Return the whole text of a document as one passage."""
    sentences = tuple(sentences_of(document.text, 0, len(document.text)))
    ends = sentences[0].start, sentences[-1].end
    return Passage(f"{document.id}:0", document.id, document.title, section, None, *ends, sentences)


def answer_from(document: Document, chosen: Sequence[tuple[str, float]], question: str = "When did it open?") -> Answer:
    """Quote a document given the beginnings of its evidence sentences and their probabilities."""
    passage = make_passage(document)
    evidence = tuple(
        Evidence(passage, next(s for s in passage.sentences if s.text.startswith(begin)), probability)
        for begin, probability in chosen
    )
    return quote(question, Reading(evidence, evidence[0].probability), {document.id: document})


def quotations(answer: Answer) -> list[str]:
    """Return the words quoted, in order."""
    return [citation.quotation for citation in answer.citations]


def test_one_sentence_that_answers_is_quoted_alone() -> None:
    document = make_document("The garden opened in 2016. The walk is long. Dogs are welcome.")
    answer = answer_from(document, [("The garden", 0.9), ("The walk", 0.4), ("Dogs", 0.1)])
    assert answer.text == "The garden opened in 2016. [1]"
    (citation,) = answer.citations
    assert (citation.number, citation.document_id, citation.start, citation.end) == (1, "doc", 0, 26)
    assert (citation.title, citation.period, citation.page, citation.score) == ("Title of doc", "2018", None, 0.9)


def test_a_second_sentence_nearly_as_likely_is_quoted_too() -> None:
    document = make_document("The garden opened in 2016. The walk is long. Dogs are welcome.")
    answer = answer_from(document, [("The garden", 0.7), ("Dogs", 0.65), ("The walk", 0.1)])
    assert answer.text == "The garden opened in 2016. [1] Dogs are welcome. [2]"


def test_a_sentence_that_is_almost_certain_stands_alone() -> None:
    document = make_document("The garden opened in 2016. The walk is long. Dogs are welcome.")
    assert len(answer_from(document, [("The garden", 0.9), ("Dogs", 0.89)]).citations) == 1


def test_a_question_for_several_things_takes_less_likely_sentences() -> None:
    document = make_document("The garden opened in 2016. The walk is long. Dogs are welcome.")
    chosen = [("The garden", 0.9), ("Dogs", 0.6)]
    assert len(answer_from(document, chosen, "When did it open?").citations) == 1
    assert len(answer_from(document, chosen, "What are the aims?").citations) == 2


@pytest.mark.parametrize(
    "question", ["What is the garden?", "What was opened?", "What does it grow?", "Who waters it?"]
)
def test_a_question_for_one_thing_takes_no_unlikely_sentence(question: str) -> None:
    document = make_document("The garden opened in 2016. The walk is long. Dogs are welcome.")
    assert len(answer_from(document, [("The garden", 0.9), ("Dogs", 0.5)], question).citations) == 1


def test_no_more_sentences_are_quoted_than_an_answer_should_have() -> None:
    names = ["Ash", "Birch", "Cedar", "Elm", "Fir", "Gorse"]
    document = make_document(" ".join(f"{name} grows in bed number {place}." for place, name in enumerate(names)))
    assert len(answer_from(document, [(name, 0.7) for name in names]).citations) == MAX_STATEMENTS


def test_an_item_brings_its_list_and_the_sentence_that_leads_in() -> None:
    document = make_document("Before it.\n\nThe volunteers grow:\n\n• carrots\n• leeks\n• kale\n\nAfter it.")
    answer = answer_from(document, [("leeks", 0.9)])
    assert quotations(answer) == ["The volunteers grow:", "carrots", "leeks", "kale"]


def test_the_sentence_that_leads_in_brings_the_list() -> None:
    document = make_document("The volunteers grow:\n\n• carrots\n• leeks")
    assert quotations(answer_from(document, [("The volunteers", 0.9)])) == ["The volunteers grow:", "carrots", "leeks"]


def test_two_items_of_a_list_bring_it_once() -> None:
    document = make_document("The volunteers grow:\n\n• carrots\n• leeks\n• kale")
    assert len(answer_from(document, [("leeks", 0.9), ("carrots", 0.9), ("The vol", 0.8)]).citations) == 4


def test_a_list_without_a_sentence_that_leads_in_is_quoted_alone() -> None:
    document = make_document("Some text before it.\n\n• carrots\n• leeks")
    assert quotations(answer_from(document, [("leeks", 0.9)])) == ["carrots", "leeks"]


@pytest.mark.parametrize("start", ["It", "They", "This", "These", "Such", "Its"])
def test_a_sentence_that_leans_back_brings_the_one_before(start: str) -> None:
    document = make_document(f"The garden is old. {start} opened in 2016. Dogs are welcome.")
    answer = answer_from(document, [(start, 0.9)])
    assert quotations(answer) == [f"The garden is old. {start} opened in 2016."]


def test_a_first_sentence_that_leans_back_stands_alone() -> None:
    document = make_document("It opened in 2016. Dogs are welcome.")
    assert quotations(answer_from(document, [("It", 0.9)])) == ["It opened in 2016."]


def test_sentences_that_lean_on_one_another_are_never_quoted_twice() -> None:
    document = make_document("The garden is old. It opened in 2016. They looked after it well. Dogs are welcome.")
    answer = answer_from(document, [("The garden", 0.9), ("They", 0.89), ("It", 0.88)])
    spans = sorted((citation.start, citation.end) for citation in answer.citations)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))


def test_the_same_sentence_from_two_documents_is_quoted_once() -> None:
    one = make_document("In 2018 the wardens counted 14 falls.", "one")
    two = make_document("In 2018 the wardens counted 14 falls .", "two")
    other = make_document("Nobody fell in the year before that.", "three")
    passages = [make_passage(document) for document in (one, two, other)]
    evidence = tuple(Evidence(p, p.sentences[0], 0.7 - n / 100) for n, p in enumerate(passages))
    answer = quote("How many falls?", Reading(evidence, 0.9), {d.id: d for d in (one, two, other)})
    assert [citation.document_id for citation in answer.citations] == ["one", "three"]


def test_the_same_place_in_two_documents_is_two_quotations() -> None:
    one, two = make_document("The choir sings well.", "one"), make_document("Forty boats were mended.", "two")
    passages = [make_passage(one), make_passage(two)]
    evidence = tuple(Evidence(p, p.sentences[0], 0.7) for p in passages)
    answer = quote("What happened?", Reading(evidence, 0.7), {"one": one, "two": two})
    assert quotations(answer) == [one.text, two.text]
    assert [citation.number for citation in answer.citations] == [1, 2]


def test_a_broken_line_is_quoted_exactly_and_shown_on_one_line() -> None:
    document = make_document("The garden\n  opened in 2016. Dogs are welcome.")
    answer = answer_from(document, [("The garden", 0.9)])
    assert quotations(answer) == ["The garden\n  opened in 2016."]
    assert answer.statements[0].text == "The garden opened in 2016."


def test_a_citation_names_its_page_as_it_is_printed_there() -> None:
    document = make_document(
        "The garden opened in 2016. Dogs are welcome.", pages=(Page(1, "i", 0, 27), Page(2, "ii", 27, 44))
    )
    assert answer_from(document, [("Dogs", 0.9)]).citations[0].page == "ii"
    passage = make_passage(document)
    assert cite(NumberedSentence(1, passage.sentences[1], passage, document, 0.9), 1).page == "ii"


def test_a_sentence_about_what_is_not_known_is_never_a_companion() -> None:
    document = make_document("The choir sings on Tuesdays. The sources do not give its size.")
    known, gap = make_passage(document), make_passage(document, "What is not known")
    evidence = (Evidence(known, known.sentences[0], 0.9), Evidence(gap, gap.sentences[1], 0.89))
    assert says_not_known(evidence[1])
    assert not says_not_known(evidence[0])
    answer = quote("What is it?", Reading(evidence, 0.9), {"doc": document})
    assert quotations(answer) == ["The choir sings on Tuesdays."]


SENTENCES = st.sampled_from(
    [
        *("The garden is old.", "It opened in 2016.", "They water it.", "This helped 4.5% (or *so*).", "Growing:"),
        *("\n\n• carrots", "\n• leeks", "\n\nDogs are\nwelcome.", "“Yes,” she said.", "Both came 🎉.", "\n\n"),
    ]
)


@given(
    parts=st.lists(SENTENCES, min_size=1, max_size=10),
    order=st.randoms(use_true_random=False),
    question=st.sampled_from(["What is it?", "What are the aims?"]),
)
def test_every_quotation_stands_in_its_document_to_the_character(
    parts: list[str], order: object, question: str
) -> None:
    document = make_document(" ".join(parts))
    sentences = list(sentences_of(document.text, 0, len(document.text)))
    if not sentences:
        return
    passage = make_passage(document)
    order.shuffle(sentences)  # type: ignore[attr-defined]
    evidence = tuple(Evidence(passage, sentence, 0.9 - n / 50) for n, sentence in enumerate(sentences))
    answer = quote(question, Reading(evidence, 0.9), {"doc": document})
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation, statement in zip(answer.citations, answer.statements, strict=True):
        assert document.text[citation.start : citation.end] == citation.quotation
        assert statement.text == " ".join(citation.quotation.split())
        assert statement.citations == (citation.number,)
    assert any(c.start <= evidence[0].sentence.start and evidence[0].sentence.end <= c.end for c in answer.citations)
    spans = sorted((citation.start, citation.end) for citation in answer.citations)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))
