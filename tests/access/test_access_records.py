"""What is remembered: the chain of the audit log, retention, and everything about one person out and gone."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update

from assistant.answer import Response
from corpus.document import Audience
from tests.access.signing import Installation, install
from tests.ui.scripted import make_abstention, make_answer
from ui.records.audit import MARK_FILE, Action, AuditLog, AuditRecord
from ui.records.conversations import Conversations
from ui.records.feedback import Feedback, FeedbackStore, Verdict
from ui.records.mask import masked
from ui.records.personal import PersonalData
from ui.records.questions import QuestionRecord, Questions
from ui.records.retention import purge


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    return install(tmp_path)


def asked(question: str, reply: object = None) -> Response:
    return Response(question, question, reply or make_abstention(), (), {})  # type: ignore[arg-type]


@pytest.fixture
def log(made: Installation) -> AuditLog:
    for number in range(5):
        made.audit.record(Action.SIGNED_IN, actor=f"p{number}", details={"way": "accounts"})
    return made.audit


def test_a_whole_log_is_found_whole(log: AuditLog) -> None:
    found = log.verify()
    assert (found.entries, found.problems) == (5, ())
    assert [entry.number for entry in log.entries(2)] == [4, 5]


@pytest.mark.parametrize("column", ["at", "actor", "action", "subject", "details", "previous", "seal"])
def test_a_changed_entry_is_found(made: Installation, log: AuditLog, column: str) -> None:
    value = {"action": "signed_out", "details": '{"way": "none"}'}.get(column, "x")
    with made.database.session() as session:
        session.execute(update(AuditRecord).where(AuditRecord.number == 3).values({column: value}))
    assert any("entry 3 was changed" in problem for problem in log.verify().problems)


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_missing_entry_is_found_wherever_it_stood(made: Installation, log: AuditLog, number: int) -> None:
    with made.database.session() as session:
        session.execute(delete(AuditRecord).where(AuditRecord.number == number))
    assert log.verify().problems


def test_a_log_that_was_emptied_is_found(made: Installation, log: AuditLog, tmp_path: Path) -> None:
    with made.database.session() as session:
        session.execute(delete(AuditRecord))
    assert log.verify().problems
    (tmp_path / MARK_FILE).unlink()
    assert log.verify().problems == ()


def test_entries_that_come_at_once_make_one_chain(made: Installation) -> None:
    def write(number: int) -> None:
        log = AuditLog(made.database, made.settings.home)
        for _ in range(5):
            log.record(Action.EXPORTED, actor=f"thread {number}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    found = made.audit.verify()
    assert found.entries == 20
    assert found.problems == ()


def test_a_shortened_log_is_whole_and_says_that_it_was(made: Installation, log: AuditLog) -> None:
    assert log.shorten(datetime.now(UTC) + timedelta(seconds=1)) == 5
    assert [entry.action for entry in log.entries()] == [Action.AUDIT_SHORTENED]
    log.record(Action.SIGNED_IN, actor="later")
    assert log.verify().problems == ()
    with made.database.session() as session:
        session.execute(delete(AuditRecord).where(AuditRecord.number == 6))
    assert log.verify().problems


def test_the_purge_deletes_what_is_too_old_and_reports_it(made: Installation) -> None:
    conversations, questions = Conversations(made.database), Questions(made.database)
    conversations.ask("p1", "", "How?")
    questions.record(asked("How?"), Audience.PUBLIC)
    FeedbackStore(made.database).record(Feedback(Verdict.NOT_HELPFUL, "How?", "", "public"))
    made.audit.record(Action.SIGNED_IN, actor="p1")
    nothing = purge(made.settings, made.database, made.audit)
    assert set(nothing.values()) == {0}
    later = datetime.now(UTC) + timedelta(days=200)
    deleted = purge(made.settings, made.database, made.audit, later)
    assert (deleted["questions"], deleted["feedback"], deleted["conversations"]) == (1, 1, 0)
    deleted = purge(made.settings, made.database, made.audit, later + timedelta(days=600))
    assert (deleted["conversations"], deleted["audit"]) == (1, 2)
    assert conversations.list("p1") == ()
    last = made.audit.entries()[-1]
    assert (last.action, json.loads(last.details)["conversations"]) == (Action.PURGED, 1)
    assert made.audit.verify().problems == ()


def test_everything_about_one_person_goes_and_nothing_of_others(made: Installation) -> None:
    mine, other = made.add("Mine"), made.add("Other")
    conversations = Conversations(made.database)
    for person_id in (mine, other):
        conversations.ask(person_id, "", f"A question of {person_id}")
    made.signed_in("Mine")
    personal = PersonalData(made.database, made.audit)
    told = json.dumps(personal.export(made.people.named("Mine")))
    assert f"A question of {mine}" in told
    assert other not in told
    assert "argon2" not in told
    assert '"switched_off": false' in told
    made.people.disable(mine)
    assert personal.export(made.people.named("Mine"))["person"]["switched_off"] is True
    assert personal.forget(mine) == {"sessions": 1, "conversations": 1, "people": 1}
    assert conversations.list(mine) == ()
    assert len(conversations.list(other)) == 1
    raw = (made.settings.home / "records.sqlite").read_bytes()
    assert b"A question of " + other.encode() in raw or (made.settings.home / "records.sqlite-wal").exists()
    assert made.audit.verify().problems == ()


def test_questions_are_kept_by_the_day_and_without_anybody(made: Installation) -> None:
    questions = Questions(made.database)
    questions.record(asked("Why does jo@nhs.scot on 0131 555 0142 (CHI 010203 1234) ask?"), Audience.STAFF)
    questions.record(asked("Who?", make_answer()), Audience.PUBLIC)
    columns = {column.name for column in QuestionRecord.__table__.columns}
    assert columns == {"id", "day", "question", "audience", "outcome", "cited", "dropped"}
    first, second = reversed(questions.latest())
    assert first.question == "Why does [e-mail] on [number] (CHI [number]) ask?"
    assert (first.day, first.outcome) == (datetime.now(UTC).date(), "not_this_detail")
    assert (second.answered, second.cited) == (True, ("overview",))


def test_what_was_settled_is_remembered_and_forgotten_in_time(made: Installation) -> None:
    questions = Questions(made.database)
    questions.settle([("Why?", "answered")], Audience.STAFF)
    questions.settle([("Why?", "nothing_found")], Audience.STAFF)
    today = datetime.now(UTC).date()
    assert questions.settled(Audience.STAFF) == {"Why?": (today, "nothing_found")}
    questions.forget(datetime.now(UTC) + timedelta(days=2))
    assert questions.settled(Audience.STAFF) == {}


@pytest.mark.parametrize(
    "question",
    ["How many people in 2017-18?", "What is £1,000,000 for?", "EH1 what?", "When did 117 organisations join?"],
)
def test_what_names_nobody_stays(question: str) -> None:
    assert masked(question) == question


@given(st.text())
def test_masking_takes_any_text_and_is_done_once(text: str) -> None:
    assert masked(masked(text)) == masked(text)


def test_weeks_and_days_are_dates(made: Installation) -> None:
    from ui.insights.report import weeks

    questions = Questions(made.database)
    questions.record(asked("Why?"), Audience.PUBLIC)
    (item,) = questions.latest()
    sunday, monday = replace(item, day=date(2026, 1, 4)), replace(item, day=date(2026, 1, 5))
    assert [week.begins for week in weeks([monday, sunday])] == [date(2025, 12, 29), date(2026, 1, 5)]
