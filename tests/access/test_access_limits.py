"""Limits and the waiting room: nobody takes more than their share, everybody is told how long to wait."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from starlette.requests import Request

from assistant.access_settings import AccessSettings
from tests.access.signing import ORIGIN, install
from ui.access import waiting
from ui.access.limits import Limits, TooMany
from ui.access.turnstile import Turnstile, Waiting
from ui.access.waiting import AlreadyAsking, WaitingRoom, WaitingRoomFull
from ui.person import Person


def settings(**changes: int) -> AccessSettings:
    return AccessSettings(**changes)  # type: ignore[arg-type]


def request(address: str = "192.0.2.1", browser: str | None = None) -> Request:
    return Request({"type": "http", "client": (address, 1), "headers": [], "state": {"known_browser": browser}})


def test_one_person_may_ask_so_many_questions_and_others_still_may() -> None:
    limits = Limits(settings(questions_per_minute=3))
    for _ in range(3):
        limits.question(Person.anonymous(), request(browser="one"))
    with pytest.raises(TooMany, match="questions in a short time") as refused:
        limits.question(Person.anonymous(), request(browser="one"))
    limits.question(Person.anonymous(), request(browser="two"))
    assert 1 <= refused.value.seconds <= 60
    assert refused.value.headers["RateLimit-Policy"] == '"questions";q=3'


def test_new_browsers_do_not_get_round_the_limit_of_an_address() -> None:
    limits = Limits(settings(address_questions_per_minute=5))
    for number in range(5):
        limits.question(Person.anonymous(), request(browser=str(number)))
    with pytest.raises(TooMany):
        limits.question(Person.anonymous(), request(browser="new"))
    limits.question(Person.anonymous(), request("192.0.2.2", "new"))


def test_uploads_have_their_own_limit() -> None:
    limits = Limits(settings(uploads_per_hour=1))
    limits.upload(Person.anonymous(), request())
    with pytest.raises(TooMany, match="uploads"):
        limits.upload(Person.anonymous(), request())
    limits.question(Person.anonymous(), request())


def test_floods_of_events_get_429_with_the_standard_headers(tmp_path: Path) -> None:
    client = install(tmp_path, address_questions_per_minute=1).browser()
    answers = [client.post("/gradio_api/run/predict", json={}, headers=ORIGIN) for _ in range(13)]
    assert [answer.status_code == 429 for answer in answers] == [False] * 12 + [True]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert "r=0" in answers[-1].headers["RateLimit"]


def test_a_large_event_is_refused(tmp_path: Path) -> None:
    client = install(tmp_path).browser()
    assert client.post("/gradio_api/queue/join", content=b"x" * 1_100_000, headers=ORIGIN).status_code == 413


def test_questions_wait_in_order_and_are_told_how_long() -> None:
    room = WaitingRoom(settings(answering=1))
    first, second, third = room.enter("a"), room.enter("b"), room.enter("c")
    assert first.wait(0)
    assert not second.wait(0)
    assert second.notice().startswith("You are next. It will take about ")
    assert third.notice().startswith("1 question is before yours.")
    first.leave()
    first.leave()
    assert second.wait(0)
    assert not third.wait(0)
    second.leave()
    assert third.wait(0)


def test_the_room_is_bounded_and_says_when_to_come_back() -> None:
    room = WaitingRoom(settings(answering=1, waiting=2))
    tickets = [room.enter(str(number)) for number in range(3)]
    with pytest.raises(WaitingRoomFull, match="try again in about"):
        room.enter("late")
    tickets[1].leave()
    room.enter("in time")


def test_one_person_has_only_so_many_questions_open() -> None:
    room = WaitingRoom(settings(answering=1, answers_at_once=1))
    ticket = room.enter("a")
    with pytest.raises(AlreadyAsking, match="open already"):
        room.enter("a")
    ticket.leave()
    room.enter("a")


def test_nobody_waits_for_a_question_that_is_stuck_or_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    room = WaitingRoom(settings(answering=1))
    room.enter("stuck")
    room.enter("lost")
    waits = room.enter("waits")
    monkeypatch.setattr(waiting, "STUCK_SECONDS", -1)
    monkeypatch.setattr(waiting, "LOST_SECONDS", -1)
    lost = room._line[0]
    lost.asked_for -= 10
    monkeypatch.setattr(waiting, "LOST_SECONDS", 5)
    assert waits.wait(0)


def test_no_more_than_may_be_are_answered_at_once() -> None:
    turnstile = Turnstile(Limits(settings(address_questions_per_minute=100)), WaitingRoom(settings(answering=2)))
    inside, most, lock = 0, 0, threading.Lock()
    both = threading.Barrier(2, timeout=30)

    def answer() -> list[str]:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        both.wait()
        with lock:
            inside -= 1
        return ["answered"]

    def ask(number: int) -> None:
        sent = request(browser=str(number))
        events = list(turnstile.through(Person.anonymous(), sent, lambda: iter(answer())))
        results.append([event for event in events if not isinstance(event, Waiting)])

    results: list[list[str]] = []
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert results == [["answered"]] * 8
    assert most == 2
