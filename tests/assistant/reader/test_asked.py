"""What a question asks for, and which sentences lack it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reader.asked import AskedFor, Kind, Signs
from assistant.reader.figure_signs import counted, opposed, ordinals, without_dates
from assistant.reader.name_signs import named, names_person, new_names, share_held
from index.passage import Passage, Sentence


def signs(question: str, text: str, *, title: str = "Frailty", around: str = "") -> Signs:
    sentence = Sentence(0, len(text), text)
    others = (Sentence(len(text) + 1, len(text) + 1 + len(around), around),) if around else ()
    passage = Passage("p", "d", title, "", None, 0, len(text), (sentence, *others))
    return AskedFor(question).signs(passage, sentence)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many organisations did the ihub work with?", Kind.COUNT),
        ("value management coaches how many", Kind.COUNT),
        ("How much did the programme cost?", Kind.MONEY),
        ("How much money was secured?", Kind.MONEY),
        ("By how much did pneumonia fall?", Kind.AMOUNT),
        ("How much better did the weekly cost get?", Kind.AMOUNT),
        ("What percentage of practices joined?", Kind.AMOUNT),
        ("When was the report published?", Kind.TIME),
        ("Who chaired the panel?", Kind.PERSON),
        ("Which minister opened the programme?", Kind.PERSON),
        ("Where was the event held?", Kind.PLACE),
        ("Which six boards tested it?", Kind.BODIES),
        ("Why was the ihub set up?", Kind.REASON),
        ("What does COSLA stand for?", Kind.MEANING),
        ("What is his email address?", Kind.CONTACT),
        ("What is frailty?", Kind.DEFINITION),
        ("Who is Ruth Glassborow?", Kind.DEFINITION),
        ("Who is the chief warden?", Kind.PERSON),
        ("What is a GP cluster?", Kind.DEFINITION),
        ("Tell me about frailty", Kind.ANYTHING),
        ("What problem were they solving when they came up with it?", Kind.ANYTHING),
    ],
)
def test_the_kind_asked_for(question: str, kind: Kind) -> None:
    assert AskedFor(question).kind is kind


@pytest.mark.parametrize(
    ("question", "answering", "lacking"),
    [
        ("Who chaired the panel?", "Anna Brown chaired the panel.", "The panel of Health Scotland was chaired well."),
        ("When was it launched?", "It was launched on 28 June 2017.", "It was launched with a speech."),
        ("Where was it held?", "It was held in Glasgow.", "It was held with great success."),
        (
            "Which two boards joined?",
            "NHS Fife and NHS Lothian joined.",
            "Two boards joined in March 2017.",
        ),
        ("How much did it cost?", "It cost £2.2 million.", "The cost in 2017 is part of a review."),
        ("What does MDT stand for?", "MDT stands for Multidisciplinary team.", "The MDT meets in Edinburgh."),
        ("What is her phone number?", "Call 0131 555 0000.", "She answers calls."),
        ("Why was it set up?", "It was set up because staff asked for it.", "It was set up in Fife."),
        ("How long did it run?", "It ran until the end of March 2017.", "It ran well."),
        ("What is a GP cluster?", "A GP cluster is a group of practices.", "The lead of a GP cluster met us."),
        ("Who is Ruth Reid?", "Ruth Reid, director, spoke.", "People heard Ruth Reid speak."),
        ("What share took part?", "More than 90% took part.", "Practices took part in March 2019."),
    ],
)
def test_a_sentence_without_the_kind_lacks_it(question: str, answering: str, lacking: str) -> None:
    assert not signs(question, answering).lacks
    assert signs(question, lacking).lacks


def test_names_of_the_question_are_looked_for_in_the_whole_passage() -> None:
    found = signs("What did NHS Tayside do?", "The board met.", around="NHS Tayside is a board.")
    assert found.names == 1.0
    assert signs("What did NHS Tayside do?", "The board met.").names < 1


def test_a_year_elsewhere_is_less_bad_than_another_year() -> None:
    here = signs("How many in 2016?", "There were 5 in 2016.")
    near = signs("How many in 2016?", "There were 5.", around="This was in 2016.")
    other = signs("How many in 2016?", "There were 5 in 2020.")
    assert (here.other_year, here.year_elsewhere) == (False, False)
    assert (near.other_year, near.year_elsewhere) == (False, True)
    assert (other.other_year, other.year_elsewhere) == (True, True)


def test_another_place_in_the_order() -> None:
    assert signs("When was the fourth strategy launched?", "The third strategy was launched in 2017.").other_place
    assert signs("When did phase three end?", "Phase one ended in 2013.").other_place
    assert signs("When was the first session?", "The second session was in May.").other_place
    assert not signs("When was the first session?", "The session was in May.").other_place
    assert not signs("When did phase 2 end?", "Phase two ended in 2013.").other_place


def test_a_rise_is_not_a_fall() -> None:
    assert opposed("Why did arrests rise?", "Arrests fell by 27%.")
    assert not opposed("Why did arrests fall?", "Arrests were 27% lower.")
    assert not opposed("Why did arrests rise?", "Arrests rose after they fell.")


def test_what_is_counted_is_the_last_noun() -> None:
    question = "How many GP clusters are there in Scotland?"
    span = AskedFor(question).counted
    assert span is not None
    assert question[slice(*span)] == "clusters"
    assert AskedFor("Who leads it?").counted is None


def test_people_are_told_from_bodies_and_places() -> None:
    assert names_person("In 2018 Arvind Veiraiah was the lead.", frozenset())
    assert not names_person("In 2018 North Ayrshire and Mental Welfare Scotland met.", frozenset())
    assert not names_person("Paul Baughan was the lead.", frozenset({"paul", "baughan"}))


def test_scots_live_in_scotland() -> None:
    assert share_held(named("How many Scots have dementia?"), "About 90,000 people in Scotland.") == 1.0


def test_new_names_are_neither_dates_nor_those_of_the_question() -> None:
    assert new_names("In March 2017 the ihub met NHS Fife.", frozenset({"nhs"})) == {"fife"}


def test_ordinals_in_words_and_digits() -> None:
    assert ordinals("The third wave, the 2nd visit and phase four") == {2, 3, 4}


@given(st.text(max_size=200))
def test_dates_leave_blanks_of_their_length(text: str) -> None:
    assert len(without_dates(text)) == len(text)


@given(st.text(max_size=200))
def test_counted_stretches_lie_in_the_text(text: str) -> None:
    assert all(0 <= start < end <= len(text) for start, end in counted(text))


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_text_has_signs(question: str, text: str) -> None:
    assert 0 <= signs(question, text).names <= 1


def test_a_number_in_a_row_of_a_table_counts_what_its_column_is_named() -> None:
    text = "Ward: Kirkhaven; Falls: 12; Beds: 30"
    assert [text[start:end] for start, end in counted(text)] == [" Falls: 12", " Beds: 30"]


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("The undated ihub page puts the cost of treating infections at around £183 million.", True),
        ("A team had a budget of £5, according to the Improvement Hub (ihub) impact report.", True),
        ("The ihub had a budget of £5.", False),
        ("We had a budget of £5.", False),
    ],
)
def test_what_is_asked_of_the_ihub_is_said_of_the_ihub(text: str, lacks: bool) -> None:
    assert signs("What was the ihub's budget?", text).lacks is lacks


def test_a_question_about_a_page_of_the_ihub_is_not_about_the_ihub() -> None:
    assert not signs("When did the ihub's first impact report come out?", "It came out in May 2017.").lacks
