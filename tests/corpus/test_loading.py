"""Text, Markdown and glossary files become documents: text, headings, sections, titles."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.document import Document
from corpus.errors import DocumentRejected
from corpus.load.heading import Heading, sections_of
from corpus.load.text import find_headings
from tests.corpus.making import GARDEN, RIVER, load_one


def sections(document: Document) -> dict[str, str]:
    """Return the text of each section by its name."""
    return {section.name: document.text[section.start : section.end].strip() for section in document.sections}


def test_a_text_file_is_cut_at_lines_that_stand_alone(tmp_path: Path) -> None:
    document = load_one(tmp_path, "walk.txt", RIVER)
    assert document.title == "River walk report"
    assert list(sections(document)) == ["", "Safety", "Dogs"]
    assert sections(document)["Dogs"] == "Dogs are welcome as long as they are kept on a lead."


def test_a_text_file_is_kept_to_the_character(tmp_path: Path) -> None:
    assert load_one(tmp_path, "walk.txt", RIVER).text == RIVER


@pytest.mark.parametrize(
    "line",
    [
        "This is a sentence.",
        "Is this a heading?",
        "Three things:",
        "• a bullet",
        "- a dash",
        "1. A numbered sentence.",
        "***",
        "A line that goes on and on, with so many words that nobody would ever set it as a heading of a report",
        "He said “no.”",
    ],
)
def test_what_reads_like_text_is_no_heading(line: str) -> None:
    assert [found.text for found in find_headings(f"Title\n\n{line}\n\nMore text follows here.")] == ["Title"]


def test_the_last_line_of_a_text_is_no_heading() -> None:
    assert [found.text for found in find_headings("Title\n\nSome text.\n\nThe end")] == ["Title"]


def test_the_last_line_is_no_heading_even_where_blanks_follow_it() -> None:
    assert [found.text for found in find_headings("Title\n\nSome text.\n\nThe end\n\n   \n")] == ["Title"]


def test_a_line_of_blanks_divides_paragraphs_like_an_empty_one() -> None:
    text = "Title\n  \nSome text.\n\t\nPart\n \nMore text."
    assert [found.text for found in find_headings(text)] == ["Title", "Part"]


def test_a_heading_of_a_text_is_found_where_it_stands() -> None:
    text = "Title\n\n  Part one  \n\nText.\n"
    assert [text[found.start : found.end] for found in find_headings(text)] == ["Title", "Part one"]


def test_markdown_becomes_the_text_that_people_read(tmp_path: Path) -> None:
    markdown = (
        "# Title\n\nSome *emphasis*, **more**, `code`, a [link](https://example.org) and an ![image](x.png).\n"
        "Second line &amp; an escaped \\*star\\*. <b>Bold</b>.\n\n> Quoted words.\n\n```\nx = 1\n```\n"
    )
    assert load_one(tmp_path, "a.md", markdown).text == (
        "Title\n\nSome emphasis, more, code, a link and an image. Second line & an escaped *star*. Bold.\n\n"
        "Quoted words.\n\nx = 1\n"
    )


def test_markdown_headings_make_a_path(tmp_path: Path) -> None:
    document = load_one(tmp_path, "a.md", "# T\n\nIntro.\n\n## A\n\nOne.\n\n### B\n\nTwo.\n\n## C\n\nThree.\n")
    assert document.title == "T"
    assert sections(document) == {"": "Intro.", "A": "One.", "A › B": "Two.", "C": "Three."}


def test_underlined_headings_are_headings(tmp_path: Path) -> None:
    document = load_one(tmp_path, "a.md", "Title\n=====\n\nIntro.\n\nPart\n----\n\nOne.\n")
    assert sections(document) == {"": "Intro.", "Part": "One."}


def test_two_outermost_headings_are_both_sections(tmp_path: Path) -> None:
    document = load_one(tmp_path, "a.md", "# One\n\nFirst.\n\n# Two\n\nSecond.\n")
    assert document.title == "One"
    assert sections(document) == {"One": "First.", "Two": "Second."}


def test_a_hash_in_code_is_no_heading(tmp_path: Path) -> None:
    document = load_one(tmp_path, "a.md", "# T\n\n```\n# not a heading\n```\n")
    assert sections(document) == {"": "# not a heading"}


def test_list_items_keep_bullets_numbers_and_depth(tmp_path: Path) -> None:
    markdown = "Things:\n\n- one\n- two\n    - deep\n- three\n\nSteps:\n\n3. first\n4. second\n\nAfter.\n"
    assert load_one(tmp_path, "a.md", markdown).text == (
        "Things:\n\n• one\n• two\n  • deep\n• three\n\nSteps:\n\n3. first\n4. second\n\nAfter.\n"
    )


def test_an_empty_list_item_leaves_no_bullet_behind(tmp_path: Path) -> None:
    assert load_one(tmp_path, "a.md", "- one\n-\n\nA paragraph after the list.\n").text == (
        "• one\n\nA paragraph after the list.\n"
    )


def test_a_table_keeps_its_rows(tmp_path: Path) -> None:
    markdown = "Before.\n\n| Board | Falls |\n|---|---:|\n| Fife | 14 |\n| Tayside | 9 |\n\nAfter.\n"
    assert load_one(tmp_path, "a.md", markdown).text == (
        "Before.\n\nBoard: Fife; Falls: 14.\nBoard: Tayside; Falls: 9.\n\nAfter.\n"
    )


def test_front_matter_gives_the_title_and_is_not_text(tmp_path: Path) -> None:
    document = load_one(tmp_path, "a.md", "---\ntitle: Named here\nperiod: 2017\n---\n# Heading\n\nText.\n")
    assert document.title == "Named here"
    assert document.text == "Heading\n\nText.\n"


@pytest.mark.parametrize("front", ["title: [unclosed", "just words", "- a list"])
def test_front_matter_that_is_none_is_text(tmp_path: Path, front: str) -> None:
    document = load_one(tmp_path, "a.md", f"---\n{front}\n---\n\nText.\n")
    assert front.lstrip("- ") in document.text


def test_a_title_with_a_colon_needs_no_quotation_marks(tmp_path: Path) -> None:
    document = load_one(tmp_path, "a.md", '---\ntitle: Falls: a "short" report\nperiod: 2018\n---\n\nText.\n')
    assert document.title == 'Falls: a "short" report'
    assert document.period == "2018"
    assert document.text.strip() == "Text."


def test_front_matter_with_an_impossible_date_rejects_at_most_that_file(tmp_path: Path) -> None:
    try:
        document = load_one(tmp_path, "a.md", "---\ntitle: Dated\ndate: 2018-02-30\n---\nText of the page.\n")
    except DocumentRejected:
        return
    assert "Text of the page." in document.text


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_windows_line_ends_and_a_byte_order_mark_are_not_text(tmp_path: Path, name: str) -> None:
    document = load_one(tmp_path, name, b"\xef\xbb\xbfTitle\r\n\r\nOne line\r\nand another.\r\n")
    assert "\r" not in document.text
    assert not document.text.startswith("\ufeff")
    assert document.text.splitlines()[0] == "Title"


def test_old_mac_line_ends_are_line_ends(tmp_path: Path) -> None:
    assert load_one(tmp_path, "a.txt", b"Title\r\rText here.\r").text == "Title\n\nText here.\n"


def test_control_characters_become_spaces(tmp_path: Path) -> None:
    assert load_one(tmp_path, "a.txt", b"Bell\x07 tab\tform\x0c escape\x1b null\x00.").text == (
        "Bell  tab form  escape  null ."
    )


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Caf\xe9 caf\xe9".encode("latin-1"), "UTF-8"),
        ("UTF-16 text".encode("utf-16"), "UTF-8"),
        (b"", "no text"),
        (b" \r\n\t\x00\x0c ", "no text"),
    ],
)
def test_a_file_without_readable_text_is_rejected_with_the_reason(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(DocumentRejected, match=reason) as caught:
        load_one(tmp_path, name, content)
    assert caught.value.file == name
    assert str(caught.value).startswith(f"{name} was left out: it ")


def test_markdown_of_nothing_but_markup_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(DocumentRejected, match="no text"):
        load_one(tmp_path, "a.md", "---\n\n<!-- nothing -->\n\n***\n")


def test_a_text_file_that_is_too_large_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(DocumentRejected, match="larger than 20 MB"):
        load_one(tmp_path, "a.txt", b"word " * 4_000_001)


def test_a_document_of_one_word_is_a_document(tmp_path: Path) -> None:
    document = load_one(tmp_path, "only.txt", "Frailty")
    assert (document.title, sections(document)) == ("only", {"": "Frailty"})


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("a.md", "Text.\n\n## Later heading\n\nMore.", "Later heading"),
        ("annual_report-2018.md", "Only text, no heading.", "annual report 2018"),
        ("annual_report-2018.txt", "Only text, no heading.", "annual report 2018"),
        ("---.txt", "Only text.", "---.txt"),
    ],
)
def test_the_title_is_the_first_heading_or_the_file_name(tmp_path: Path, name: str, content: str, title: str) -> None:
    assert load_one(tmp_path, name, content).title == title


def test_each_term_of_a_glossary_is_a_section_with_its_sentence(tmp_path: Path) -> None:
    content = (
        '[[term]]\nterm = "QI"\nexpansion = "quality improvement"\nmeaning = "A way to improve."\n'
        '[[term]]\nterm = "Huddle"\nmeaning = "A short meeting."\n'
    )
    document = load_one(tmp_path, "glossary.toml", content)
    assert document.title == "Glossary of acronyms and terms"
    assert sections(document) == {
        "QI": "QI stands for quality improvement: A way to improve.",
        "Huddle": "Huddle: A short meeting.",
    }


@pytest.mark.parametrize("content", ["", "[[term]]\nterm = 'x'\n", "not toml", "[[other]]\nx = 1\n"])
def test_a_glossary_without_terms_is_rejected(tmp_path: Path, content: str) -> None:
    with pytest.raises(DocumentRejected):
        load_one(tmp_path, "glossary.toml", content)


def test_sections_and_headings_of_the_shipped_form_cover_the_text(tmp_path: Path) -> None:
    check_cover(load_one(tmp_path, "garden.md", GARDEN))
    check_cover(load_one(tmp_path, "river.txt", RIVER))


BLOCKS = [
    "# Top",
    "## Part *one*",
    "### Deep",
    "Under\n---",
    "A sentence. Another.",
    "A lone line",
    "é 🎉",
    "",
    " ",
    "#",
]
MORE_BLOCKS = ["- item", "  - deep item", "-", "1. first", "```\ncode\n```", "> quoted", "<div>x</div>", "**", "***"]
ODD_BLOCKS = ["| a | b |\n|---|---|\n| 1 | 2 |", "Two spaces  \nand a break", "&amp; &#35;", "\\", "\t"]
LINES = st.lists(st.sampled_from([*BLOCKS, *MORE_BLOCKS, *ODD_BLOCKS]), max_size=14)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blocks=LINES, gap=st.sampled_from(["\n", "\n\n", "\r\n\r\n"]), suffix=st.sampled_from([".md", ".txt"]))
def test_sections_never_overlap_and_cover_all_but_headings(
    tmp_path: Path, blocks: list[str], gap: str, suffix: str
) -> None:
    try:
        document = load_one(tmp_path / suffix[1:], f"a{suffix}", gap.join(blocks))
    except DocumentRejected:
        return
    check_cover(document)


def check_cover(document: Document) -> None:
    """Check that sections are in order, apart, not blank, and that only headings lie between them."""
    position = 0
    between = []
    for section in document.sections:
        assert position <= section.start < section.end <= len(document.text)
        assert document.text[section.start : section.end].strip()
        between.append(document.text[position : section.start])
        if section.headings:
            assert document.text[: section.start].endswith(section.headings[-1])
        position = section.end
    between.append(document.text[position:])
    for gap in between:
        assert all(len(line) <= 80 or document.file.endswith(".md") for line in gap.splitlines())
        assert not gap.rstrip().endswith(".") or document.file.endswith(".md"), "underlined Markdown may be a sentence"


@given(
    cuts=st.lists(st.tuples(st.integers(1, 6), st.integers(1, 5), st.integers(0, 9)), max_size=8),
    lead=st.integers(0, 5),
)
def test_the_pieces_of_a_text_and_its_headings_add_up(cuts: list[tuple[int, int, int]], lead: int) -> None:
    headings, position = [], lead
    for level, width, gap in cuts:
        headings.append(Heading(level, "h" * width, position, position + width))
        position += width + gap
    covered = [set(range(section.start, section.end)) for section in sections_of(headings, position)]
    headed = [set(range(heading.start, heading.end)) for heading in headings]
    assert sum(map(len, covered)) + sum(map(len, headed)) == position
    assert set().union(*covered, *headed) == set(range(position))
