"""Which documents a question seems to mean, and which a person's filters leave."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Filters
from assistant.filters import favoured, picked, years
from corpus.document import Audience, Document

TODAY = datetime.date(2019, 6, 1)


def document(key: str, title: str, period: str = "", programme: str = "", kind: str = "brief") -> Document:
    return Document(key, title, f"{key}.md", "", (), (), Audience.PUBLIC, period, programme, kind, "", key)


DOCUMENTS = (
    document("overview", "Director's overview", "2017-18", "Improvement Hub", "report"),
    document("housing", "Place, Home and Housing, and Adapting for Change", "2016 to 2019", "Place, Home and Housing"),
    document("frailty", "Frailty: the index and the collaborative", "2012 to 2018", "Living Well in Communities"),
    document("home", "Hospital at Home", "2020 to about 2023", "Hospital at Home"),
    document("annual-2016", "Annual report", "2016-17", "", "report"),
    document("annual-2018", "Annual report", "2018-19", "", "report"),
)


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("How many organisations did the ihub work with in 2017-18?", {"overview"}),
        ("How many organisations were there in 2017/18?", {"overview"}),
        ("What changed from 2020 to 2023?", {"home"}),
        ("What happened in the housing portfolio?", {"housing"}),
        ("Who works for the Place, Home and Housing programme?", {"housing"}),
        ("What results does Living Well in Communities report?", {"frailty"}),
        ("What is said in the director's overview about housing?", {"overview"}),
        ("What does the director’s overview say?", {"overview"}),
        ("According to the frailty brief, who took part?", {"frailty"}),
        ("What did the annual report of 2016-17 say?", {"annual-2016", "annual-2018"}),
        ("What did last year's annual report say?", {"annual-2016", "annual-2018"}),
        ("What does the latest report say?", {"home"}),
        ("Is Hospital at Home safe?", {"home"}),
        ("Who leads the team?", set()),
        ("What is in the report?", set()),
        ("How many falls were there in 1875?", set()),
        ("in the of by portfolio report", set()),
        ("", set()),
    ],
)
def test_a_question_means_documents_by_period_programme_or_title(question: str, meant: set[str]) -> None:
    assert favoured(question, DOCUMENTS, TODAY)[0] == meant


def test_only_a_title_names_a_document() -> None:
    assert favoured("What is in the director's overview?", DOCUMENTS, TODAY)[1] == {"overview"}
    assert favoured("What happened in 2017-18?", DOCUMENTS, TODAY)[1] == set()


def test_what_every_document_has_in_common_favours_none() -> None:
    same = tuple(document(str(n), f"Title {n}", "2017-18") for n in range(3))
    assert favoured("What happened in 2017-18?", same, TODAY) == (frozenset(), frozenset())


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        (Filters(documents=("home", "unknown")), {"home"}),
        (Filters(programme="hospital at home"), {"home"}),
        (Filters(period="2017-18"), {"overview", "housing", "frailty", "annual-2016", "annual-2018"}),
        (Filters(period="2012 to 2018"), {"overview", "housing", "frailty", "annual-2016", "annual-2018"}),
        (Filters(documents=("home", "overview"), period="2021"), {"home"}),
        (Filters(programme="nothing of the kind"), set()),
        (Filters(period="undated"), set()),
    ],
)
def test_filters_that_a_person_picked_leave_only_what_passes_all(filters: Filters, left: set[str]) -> None:
    assert picked(filters, DOCUMENTS) == left


def test_without_filters_nothing_is_left_out() -> None:
    assert picked(Filters(), DOCUMENTS) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2017-18", {2017, 2018}),
        ("2015 to 2018-19", {2015, 2016, 2017, 2018, 2019}),
        ("2015 to 2017, with one figure from 2020", {2015, 2016, 2017, 2020}),
        ("1999-00", {1999}),
        ("2019-15", {2019}),
        ("on 2018-03-05", {2018}),
        ("none", set()),
    ],
)
def test_the_years_of_a_period(text: str, found: set[int]) -> None:
    assert years(text) == found


@given(st.text(alphabet="in the of report portfolio 20178-/to,?’'", max_size=200))
def test_any_question_can_be_looked_at(question: str) -> None:
    assert favoured(question, DOCUMENTS, TODAY)[1] <= {one.id for one in DOCUMENTS}
