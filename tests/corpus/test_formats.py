"""What each format keeps, on files made by the programs that people use."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.corpus.golden import FILES, golden, page_of, rows, section_names
from tests.corpus.making import load_one


def test_a_word_document_keeps_headings_lists_and_tables() -> None:
    paper = golden("board-paper.docx")
    assert section_names(paper) == [
        (1, "Board paper: falls on the wards"),
        (2, "Background"),
        (3, "What was tried"),
        (2, "Results"),
        (2, "Next steps"),
    ]
    assert "• footwear checks at every round\n• a talk with each family" in paper.text
    assert "1. Begin with one ward.\n2. Measure every week." in paper.text
    assert rows(paper)[0] == "Ward: Kirkhaven 1; Falls 2016-17: 26; Falls 2017-18: 14; Remark: Began in May."
    assert rows(paper)[3] == "Ward: All wards; Falls 2016-17: 75; Falls 2017-18: 53."


def test_names_that_span_columns_and_rows_stand_with_each_value() -> None:
    assert rows(golden("board-paper.docx"))[-2:] == [
        "Site: Kirkhaven; Staff 2017: 41; Staff 2018: 44.",
        "Site: Northness; Staff 2017: 38; Staff 2018: 37.",
    ]


def test_tracked_changes_of_a_word_document_read_as_accepted() -> None:
    text = golden("board-paper.docx").text
    assert "The cost was £4,500 in the first year.\n" in text
    assert "deleted" not in text
    assert "restricted" not in text, "the page header is not part of the text"


def test_footnotes_and_content_controls_of_a_word_document_are_text(tmp_path: Path) -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>Counted by hand.</w:t></w:r></w:p></w:footnote>'
    body = (
        '<w:p><w:r><w:t>Falls went down.</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>It was a good year.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    with zipfile.ZipFile(FILES / "board-paper.docx") as packed:
        entries = {name: packed.read(name) for name in packed.namelist()}
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    related = f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/></Relationships>'
    relations = "word/_rels/document.xml.rels"
    entries[relations] = entries[relations].replace(b"</Relationships>", related.encode())
    entries["word/footnotes.xml"] = f"<w:footnotes {space}>{note}</w:footnotes>".encode()
    entries["word/document.xml"] = f"<w:document {space}><w:body>{body}</w:body></w:document>".encode()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name, data in entries.items():
            packed.writestr(name, data)
    document = load_one(tmp_path, "a.docx", content.getvalue())
    assert document.text == "Falls went down.\n\nIt was a good year.\n\n1. Counted by hand.\n"


def test_an_office_file_says_who_wrote_it_and_when() -> None:
    properties = golden("board-paper.docx").properties
    assert (properties.title, properties.author, properties.date) == (
        "Board paper: falls on the wards",
        "Ailsa Munro",
        "2018-05-14",
    )


def test_each_slide_is_a_page_with_title_points_table_chart_and_notes() -> None:
    deck = golden("network.pptx")
    assert [page.label for page in deck.pages] == ["1", "2", "3", "4"]
    assert section_names(deck) == [
        (1, "Improvement network"),
        (1, "What we learned"),
        (2, "Notes"),
        (1, "Falls by ward"),
        (1, "Waits"),
    ]
    assert page_of(deck, "Families know what a usual day looks like") == 2
    assert page_of(deck, "They cut falls by 46% in a year.") == 2
    assert page_of(deck, "Ward: Kirkhaven 2; 2016-17: 31; 2017-18: 19.") == 3
    assert page_of(deck, "2016-17; Days waited: 9.") == 4


def test_a_row_of_a_spreadsheet_reads_as_the_sheet_shows_it() -> None:
    measures = golden("measures.xlsx")
    assert rows(measures)[0] == (
        "Ward: Kirkhaven 1; Falls: 14; Share of target: 93.3%; Cost: £4,500.00; Reported: 2018-04-03."
    )
    assert rows(measures)[3] == "Ward: All wards; Falls: 53; Cost: £7,620.50.", "formulas by their saved values"
    assert section_names(measures) == [(1, "Measures"), (1, "Staff")]
    assert "Measures of the wards, 2017-18\n" in measures.text
    assert "Secret" not in measures.text, "a hidden sheet is not shown"


def test_a_csv_of_an_office_program_is_read_with_its_delimiter_and_encoding() -> None:
    visits = golden("visits.csv")
    assert rows(visits) == [
        "Team: Port Aird; Visits 2017: 988; Note: Fewer, e.g. in No. 4 week. Good.",
        "Team: Café team; Visits 2017: 901.",
    ]
    assert visits.warnings == ("it is not UTF-8 and was read as Windows-1252; check its accents",)


def test_a_web_page_keeps_its_main_content_and_drops_the_rest() -> None:
    page = golden("saved-page.html")
    assert section_names(page) == [(1, "Neighbourhood nursing"), (2, "What the teams found")]
    for furniture in ("Contact", "cookies", "Track", "Search", "Related", "rights reserved", "color"):
        assert furniture not in page.text
    assert "• less time on forms\n  • one form in place of four" in page.text
    assert rows(page)[0] == "Team: Port Aird; Visits 2016: 1,204; Visits 2017: 988."
    assert "12 minutes longer, but" in page.text


def test_a_web_page_says_who_wrote_it_and_when() -> None:
    properties = golden("saved-page.html").properties
    assert properties.title == "Neighbourhood nursing"
    assert (properties.author, properties.date, properties.language) == (
        "Harbour Health Partnership",
        "2018-03-02",
        "en-GB",
    )
    assert properties.front_matter["description"] == "How nurses work in small teams."


def test_the_main_content_of_a_page_that_marks_none_is_found_with_its_headings() -> None:
    page = golden("annual-report-print.html")
    assert section_names(page)[:4] == [
        (1, "Harbour Health Partnership: annual report 2017-18"),
        (2, "What we set out to do"),
        (2, "What changed"),
        (3, "Falls on the wards"),
    ]
    assert len(rows(page)) == 45


def test_an_e_mail_is_its_subject_and_its_body() -> None:
    mail = golden("board-dates.eml")
    assert section_names(mail) == [(1, "Dates of the board in 2018 – agreed")]
    assert "Papers are due a week before, i.e. on 5 June and 28 August." in mail.text
    assert mail.properties.date == "2018-05-14"
    assert mail.properties.front_matter["from"] == "Ailsa Munro <ailsa@harbour.example>"
    assert mail.warnings == ("the attachment agenda.pdf was not read",)


def test_html_in_markdown_is_kept(tmp_path: Path) -> None:
    markdown = (
        "# T\n\n<div>Kept <b>words</b>.</div>\n\n<script>bad()</script>\n\n"
        "<table><tr><th>Board</th><th>Falls</th></tr><tr><td>Fife</td><td>14</td></tr></table>\n"
    )
    document = load_one(tmp_path, "a.md", markdown)
    assert document.text == "T\n\nKept words.\n\nBoard: Fife; Falls: 14.\n"
    assert [document.text[start:end] for start, end in document.rows] == ["Board: Fife; Falls: 14."]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One<br>two</p>", "One\ntwo\n"),
        ("<p>1 &lt; 2 &amp; 3</p>", "1 < 2 & 3\n"),
        ("<p>soft\u00adhyphen and zero\u200bwidth</p>", "softhyphen and zerowidth\n"),
        ("<p>hidden \U000e0041\U000e0042 tags</p>", "hidden tags\n"),
        ("<ol start=3><li>three<li>four</ol>", "3. three\n4. four\n"),
        ("<table><tr><td>Name<td>Ailsa</tr><tr><td>Site<td>Skerry</tr></table>", "Name: Site; Ailsa: Skerry.\n"),
        ("<table><tr><td><p>laid out</p></td></tr></table><p>After.</p>", "laid out\n\nAfter.\n"),
        (
            "<table><tr><th>A<th>B</tr><tr><td colspan=9999>No ward reported a fall.</tr></table>",
            "No ward reported a fall.\n",
        ),
    ],
)
def test_markup_reads_as_people_see_it(tmp_path: Path, markup: str, text: str) -> None:
    assert load_one(tmp_path, "a.html", f"<html><body>{markup}</body></html>").text == text


def test_a_long_row_gives_a_sentence_for_each_cell(tmp_path: Path) -> None:
    cells = [f"Cell {number} " + "tells a long story " * 12 for number in range(4)]
    document = load_one(tmp_path, "a.csv", "Ward,May,June,July\n" + ",".join(["Ward 1", *cells[1:]]) + "\n")
    lines = document.text.splitlines()
    assert [line.split(": Cell")[0] for line in lines] == [
        "Ward: Ward 1; May",
        "Ward: Ward 1; June",
        "Ward: Ward 1; July",
    ]
    assert len(document.rows) == 3
