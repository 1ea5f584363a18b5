"""Sentences and passages with exact offsets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.document import Audience, Document, Section
from corpus.errors import DocumentRejected
from corpus.folder import SHIPPED_DOCUMENTS, load, scan
from index.embedding import MiniLMEmbeddings
from index.passage import Passage
from index.splitting import PASSAGE_PIECES, REFERENCE_HEADINGS, sentences_of, split
from tests.corpus.golden import FILES
from tests.corpus.making import GARDEN, load_one

ENCODER_LIMIT = 256
SPECIAL_PIECES = 2


def quotations(text: str) -> list[str]:
    """Return the sentences of a text as they would be cited."""
    return [sentence.text for sentence in sentences_of(text, 0, len(text))]


def make_document(text: str, title: str = "A title", headings: tuple[str, ...] = ()) -> Document:
    """Return a document of one section."""
    section = Section(headings, 0, len(text))
    return Document("doc", title, "doc.txt", text, (section,), (), Audience.PUBLIC, "", "", "report", "", "0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We met e.g. Dr. Smith at No. 10. It rained.", ["We met e.g. Dr. Smith at No. 10.", "It rained."]),
        ("It ended in 2017-18. Then it began.", ["It ended in 2017-18.", "Then it began."]),
        ("£1.5 million was spent. 4.5% more.", ["£1.5 million was spent.", "4.5% more."]),
        ("The U.K. is big. So it is.", ["The U.K. is big.", "So it is."]),
        ("He said “It works.” Then he left.", ["He said “It works.”", "Then he left."]),
        ("Is it? Yes! It is.", ["Is it?", "Yes!", "It is."]),
        ("no full stop at all", ["no full stop at all"]),
        (
            "Great 🎉 work 👩\u200d⚕️ done. More 😀 follows. End",
            ["Great 🎉 work 👩\u200d⚕️ done.", "More 😀 follows.", "End"],
        ),
        ("Line one\nof a sentence. Line\ntwo.", ["Line one\nof a sentence.", "Line\ntwo."]),
        ("One paragraph\n\nAnother paragraph", ["One paragraph", "Another paragraph"]),
        ("One paragraph\n \t \nAnother paragraph", ["One paragraph", "Another paragraph"]),
        ("• • •\n\n***\n\nWords", ["Words"]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert quotations(text) == expected


def test_list_items_are_sentences_without_their_markers() -> None:
    text = "The aims are:\n• one thing\n- two things. In two sentences\n3. three\n(d) four\n  • five"
    assert [(sentence.text, sentence.item) for sentence in sentences_of(text, 0, len(text))] == [
        ("The aims are:", False),
        ("one thing", True),
        ("two things.", True),
        ("In two sentences", True),
        ("three", True),
        ("four", True),
        ("five", True),
    ]


@pytest.mark.parametrize(
    "text", ["The team met on May\n12. It agreed.", "It is rich in vitamin\nC. It helps.", "In ward\n4) nobody fell."]
)
def test_a_broken_line_of_prose_loses_no_word(text: str) -> None:
    assert "".join("".join(quotations(text)).split()) == "".join(text.split())


def test_only_the_stretch_that_is_asked_for_is_read() -> None:
    text = "Before it. Inside it. After it."
    assert [s.text for s in sentences_of(text, 11, 21)] == ["Inside it."]


@settings(max_examples=150)
@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
    | st.lists(
        st.sampled_from(
            [
                "A word",
                ". ",
                "\n",
                "\n\n",
                "• ",
                "1. ",
                "e.g. ",
                "No. 10",
                "🎉",
                "“Yes.” ",
                "é",
                "? ",
                " ",
                "\u2028",
                "ﬁ",
                "…",
            ]
        ),
        max_size=30,
    ).map("".join)
)
def test_every_sentence_is_its_own_quotation_and_none_overlap(text: str) -> None:
    position = 0
    for sentence in sentences_of(text, 0, len(text)):
        assert text[sentence.start : sentence.end] == sentence.text == sentence.text.strip()
        assert sentence.start >= position
        position = sentence.end


WORD = st.sampled_from(
    ["The", "ihub", "supports", "falls", "2017-18", "Dr. Smith", "café", "🎉", "日本語", "x" * 90, "e.g."]
)
SENTENCE = st.lists(WORD, min_size=1, max_size=60).map(" ".join)
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=4).map(lambda parts: ". ".join(parts) + ".")
LIST = st.lists(SENTENCE, min_size=1, max_size=6).map(lambda parts: "These:\n" + "\n".join(f"• {p}" for p in parts))
LONG = st.integers(1, 5).map(lambda n: "supercalifragilistic" * (30 * n))
HEADING = st.sampled_from(["## Part", "### Deeper part", "## Sources", "## Another part with a longer name"])
MARKDOWN = st.lists(PARAGRAPH | LIST | LONG | HEADING, min_size=1, max_size=8).map(lambda b: "# T\n\n" + "\n\n".join(b))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(markdown=MARKDOWN)
def test_passages_hold_whole_sections_and_what_the_encoder_reads(
    tmp_path: Path, embeddings: MiniLMEmbeddings, markdown: str
) -> None:
    try:
        document = load_one(tmp_path, "a.md", markdown)
    except DocumentRejected:
        return
    check_passages(document, split(document, embeddings.count_pieces), embeddings)


def test_the_documents_that_ship_are_split_without_loss(embeddings: MiniLMEmbeddings) -> None:
    for source in scan([SHIPPED_DOCUMENTS], Audience.PUBLIC).files:
        document = load(source)
        check_passages(document, split(document, embeddings.count_pieces), embeddings)


def check_passages(document: Document, passages: tuple[Passage, ...], embeddings: MiniLMEmbeddings) -> None:
    """Check offsets, sections, length and that nothing is lost or doubled."""
    holders = [0] * len(document.text)
    for passage in passages:
        assert passage.start == passage.sentences[0].start
        assert passage.end == passage.sentences[-1].end
        assert any(
            section.start <= passage.start and passage.end <= section.end and section.name == passage.section
            for section in document.sections
        )
        assert embeddings.count_pieces(passage.searched_text) + SPECIAL_PIECES <= ENCODER_LIMIT
        for sentence, (first, last) in zip(passage.sentences, passage.searched_spans(), strict=True):
            assert passage.searched_text[first:last] == " ".join(sentence.text.split())
            assert document.text[sentence.start : sentence.end] == sentence.text
            for place in range(sentence.start, sentence.end):
                holders[place] += 1
    found = re.finditer(r"^[ \t]*\(?(?:\d{1,3}|[a-zA-Z])[.)][ \t]", document.text, re.MULTILINE)
    markers = {place for marker in found for place in range(*marker.span())}
    for section in document.sections:
        listed = bool(section.headings) and section.headings[-1].casefold() in REFERENCE_HEADINGS
        for place in range(section.start, section.end):
            if document.text[place].isalnum() and place not in markers:
                assert holders[place] == (0 if listed else 1), document.text[max(0, place - 30) : place + 30]
    assert len({passage.id for passage in passages}) == len(passages)


def test_a_list_stays_with_the_sentence_that_leads_into_it(tmp_path: Path, embeddings: MiniLMEmbeddings) -> None:
    document = load_one(tmp_path, "garden.md", GARDEN)
    passages = split(document, embeddings.count_pieces)
    grows = next(passage for passage in passages if passage.section == "What grows there")
    assert [sentence.text for sentence in grows.sentences] == [
        "The volunteers grow:",
        "carrots and leeks in the north bed",
        "apples along the wall",
        "herbs for the café kitchen",
    ]


def test_a_list_of_sources_is_not_retrieved(tmp_path: Path, embeddings: MiniLMEmbeddings) -> None:
    document = load_one(tmp_path, "garden.md", GARDEN)
    assert "Sources" in {section.name for section in document.sections}
    assert "Sources" not in {passage.section for passage in split(document, embeddings.count_pieces)}


def test_a_sentence_too_long_for_the_encoder_is_cut_at_spaces(embeddings: MiniLMEmbeddings) -> None:
    document = make_document(" ".join(f"word{number}" for number in range(300)) + ".")
    passages = split(document, embeddings.count_pieces)
    check_passages(document, passages, embeddings)
    parts = [sentence.text for passage in passages for sentence in passage.sentences]
    assert len(parts) > 1
    assert " ".join(parts) == document.text


def test_a_very_long_title_and_heading_do_not_crowd_out_the_text(embeddings: MiniLMEmbeddings) -> None:
    document = make_document("A sentence of words. " * 60, title="title " * 150, headings=("heading " * 60,))
    check_passages(document, split(document, embeddings.count_pieces), embeddings)


def test_a_document_of_headings_only_has_no_passage(tmp_path: Path, embeddings: MiniLMEmbeddings) -> None:
    assert split(load_one(tmp_path, "a.md", "# Frailty\n"), embeddings.count_pieces) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Costs rose by approx. 12% in 2017-18. Then fell.", ["Costs rose by approx. 12% in 2017-18.", "Then fell."]),
        ("It is set in para. 3.2. See it.", ["It is set in para. 3.2.", "See it."]),
        ("Call tel. 0131 123. Or write.", ["Call tel. 0131 123.", "Or write."]),
        ("Did it work? No. It did not.", ["Did it work?", "No.", "It did not."]),
        ("Did they move? No. 10 is open.", ["Did they move?", "No. 10 is open."]),
        ("Version 2.1. is out. It works.", ["Version 2.1. is out.", "It works."]),
        ("It grew. ihub helped.", ["It grew.", "ihub helped."]),
        ("J. Smith wrote it. It helps.", ["J. Smith wrote it.", "It helps."]),
        (
            "He said: “It works. It really does.” Then he left.",
            ["He said: “It works. It really does.”", "Then he left."],
        ),
        ("What changed\n\nFalls went down.", ["What changed", "Falls went down."]),
    ],
)
def test_abbreviations_numbers_and_names_end_no_sentence(text: str, expected: list[str]) -> None:
    assert quotations(text) == expected


def test_a_table_row_is_one_sentence_whatever_full_stops_it_holds() -> None:
    row = "Team: Skerry; Note: Lost two nurses. Began on 3 May. Good."
    text = f"Before it. {row[:-1]}.\n\n{row}\n{row}\n\nAfter it. The end."
    first = text.index("\n\n") + 2
    second = first + len(row) + 1
    found = list(sentences_of(text, 0, len(text), [(first, first + len(row)), (second, second + len(row))]))
    assert [sentence.text for sentence in found].count(row) == 2
    assert [sentence.text for sentence in found][-2:] == ["After it.", "The end."]
    assert all(text[sentence.start : sentence.end] == sentence.text for sentence in found)
    assert "".join("".join(s.text for s in found).split()) == "".join(text.split())


def test_rows_outside_the_stretch_that_is_asked_for_are_not_read() -> None:
    text = "A: 1. x.\nB: 2. y.\nC: 3. z."
    found = sentences_of(text, 9, 17, [(0, 8), (9, 17), (18, 26)])
    assert [sentence.text for sentence in found] == ["B: 2. y."]


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30) | st.sampled_from(
    ["e.g. No. 4.", "", "12%", "x" * 300]
)
TABLE = st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=2, max_size=8)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=TABLE)
def test_every_row_of_a_table_is_cited_whole(
    tmp_path: Path, embeddings: MiniLMEmbeddings, table: list[list[str]]
) -> None:
    import csv
    import io

    content = io.StringIO()
    csv.writer(content).writerows(table)
    try:
        document = load_one(tmp_path, "a.csv", content.getvalue())
    except DocumentRejected:
        return
    passages = split(document, embeddings.count_pieces)
    check_passages(document, passages, embeddings)
    sentences = {(sentence.start, sentence.end) for passage in passages for sentence in passage.sentences}
    for start, end in document.rows:
        fits = embeddings.count_pieces(document.text[start:end]) < PASSAGE_PIECES
        if fits and any(character.isalnum() for character in document.text[start:end]):
            assert (start, end) in sentences


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.iterdir() if path.suffix != ".md"))
def test_every_format_is_split_without_loss(tmp_path: Path, embeddings: MiniLMEmbeddings, name: str) -> None:
    document = load_one(tmp_path, name, (FILES / name).read_bytes())
    passages = split(document, embeddings.count_pieces)
    assert passages
    check_passages(document, passages, embeddings)
