"""The insights: topics that nobody could answer, documents that nobody needed, words that are missing, and no names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.answer import Query
from assistant.pipeline import Assistant
from corpus.document import Audience
from index.embedding import MiniLMEmbeddings
from tests.access.signing import ORIGIN, Installation, csrf, install
from ui.insights.report import Report, report
from ui.insights.topics import grouped
from ui.person import Role
from ui.records.feedback import Feedback, FeedbackStore, Verdict
from ui.records.questions import Questions

FINAL = (
    "Who won the ice hockey final?",
    "Which team won the final of the ice hockey?",
    "Who won the final in ice hockey?",
)
BIKES = "Who mends the wheels of bicycles?"
WAGES = "How much does a warden earn an hour?"


@pytest.fixture(scope="module")
def made(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = install(tmp_path_factory.mktemp("insights"), assistant)
    questions = Questions(made.database)
    for question in (*FINAL, FINAL[0], BIKES, "What does the XYZA do with the FOG?"):
        questions.record(assistant.invoke(Query(question)), Audience.PUBLIC)
    questions.record(assistant.invoke(Query(WAGES, (), Audience.STAFF)), Audience.STAFF)
    FeedbackStore(made.database).record(Feedback(Verdict.NOT_HELPFUL, "Staff only?", "", "staff", comment="No <b>."))
    made.add("Owner", Audience.STAFF, Role.CONTENT_OWNER)
    made.add("Public owner", Audience.PUBLIC, Role.CONTENT_OWNER)
    made.add("Reader", Audience.STAFF)
    yield made
    made.database.close()


def found(made: Installation, assistant: Assistant, audience: Audience) -> Report:
    questions, feedback = Questions(made.database), FeedbackStore(made.database)
    return report(
        questions.latest(),
        questions.settled(audience),
        feedback.latest(),
        assistant.library(audience),
        assistant.embeddings,
        audience,
    )


def test_questions_about_one_thing_make_one_group(embeddings: MiniLMEmbeddings) -> None:
    topics = grouped([*FINAL, FINAL[0], BIKES, "  " + BIKES, ""], embeddings)
    assert [(set(topic.questions), topic.asked) for topic in topics] == [(set(FINAL), 4), ({BIKES}, 2)]
    assert topics[0].example == FINAL[0]
    assert grouped([], embeddings) == ()


def test_the_report_counts_what_was_asked_cited_and_missing(made: Installation, assistant: Assistant) -> None:
    staff = found(made, assistant, Audience.STAFF)
    assert staff.asked == 7
    assert staff.unanswered[0].asked == 4
    assert "Wages of the wardens" in {count.name for count in staff.most_cited}
    assert "The harbour choir" in staff.never_cited
    assert [count.name for count in staff.unknown_acronyms] == ["XYZA"]
    assert staff.unhelpful == ("Staff only? — No <b>.",)


def test_the_report_says_nothing_of_a_higher_audience(made: Installation, assistant: Assistant) -> None:
    told = str(found(made, assistant, Audience.PUBLIC))
    for secret in (WAGES, "Wages of the wardens", "Rents", "Staff only"):
        assert secret not in told


def test_only_content_owners_see_the_page(made: Installation) -> None:
    strangers = [made.browser(), made.signed_in("Reader")]
    for client in strangers:
        assert client.get("/insights").status_code == 404
        assert client.post("/insights/again", data={"question": FINAL[0]}, headers=ORIGIN).status_code == 404
    page = made.signed_in("Owner").get("/insights")
    assert page.status_code == 200
    assert "No &lt;b&gt;." in page.text
    assert "<svg" in page.text
    assert WAGES not in made.signed_in("Public owner").get("/insights").text


def test_a_group_is_asked_again_once_a_document_was_added(made: Installation) -> None:
    client = made.signed_in("Owner")
    form = {"question": FINAL[0], "csrf": csrf(client, "/insights")}
    assert client.post("/insights/again", data=form, headers=ORIGIN).status_code == 303
    assert "0 of 3 have an answer now" in client.get("/insights").text
    assert set(Questions(made.database).settled(Audience.STAFF)) == set(FINAL)
    assert "have an answer now" not in made.signed_in("Public owner").get("/insights").text
