"""When something goes wrong or takes long: one plain sentence, nothing stuck, and no question lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect

from assistant.answer import Query, Response
from assistant.settings import Settings
from corpus.errors import AssistantError
from tests.ui.browser.conftest import Visit
from tests.ui.browser.serving import serving
from tests.ui.scripted import ScriptedAssistant, as_assistant, make_answer
from ui.app import create_app
from ui.conversation import FAILED, STILL_ANSWERING, STOPPED


@dataclass
class PatientAssistant(ScriptedAssistant):
    """A scripted assistant that answers only while `ready` is set."""

    ready: threading.Event = field(default_factory=threading.Event)

    def invoke(self, query: Query) -> Response:
        assert self.ready.wait(timeout=30)
        return super().invoke(query)


@pytest.fixture(scope="module")
def patient() -> PatientAssistant:
    return PatientAssistant([])


@pytest.fixture(scope="module")
def address(patient: PatientAssistant) -> Iterator[str]:
    with serving(create_app(as_assistant(patient), Settings())) as address:
        yield address
        patient.ready.set()


def send(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(RuntimeError("secret"), FAILED), (AssistantError("The index is gone."), "The index is gone.")],
)
def test_a_failure_is_told_in_one_sentence_and_the_question_comes_back(
    visit: Visit, patient: PatientAssistant, address: str, error: Exception, sentence: str
) -> None:
    patient.replies[:] = [error, make_answer()]
    patient.ready.set()
    page = visit(server=address)
    send(page, "What went wrong?")
    expect(page.locator("#notice")).to_have_text(sentence)
    expect(page.get_by_label("Your question")).to_have_value("What went wrong?")
    expect(page.locator(".turn")).to_have_count(0)
    assert "secret" not in page.content()
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".turn .made-by")).to_be_visible()
    expect(page.locator("#notice")).to_be_empty()


def test_a_question_can_be_stopped_and_comes_back(visit: Visit, patient: PatientAssistant, address: str) -> None:
    patient.replies[:] = [make_answer(), make_answer()]
    patient.ready.clear()
    page = visit(server=address)
    expect(page.get_by_role("button", name="Stop")).to_be_disabled()
    send(page, "Is this slow?")
    expect(page.locator(".pending")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#notice")).to_have_text(STOPPED)
    expect(page.get_by_label("Your question")).to_have_value("Is this slow?")
    expect(page.get_by_label("Your question")).to_be_focused()
    patient.ready.set()
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".turn .made-by")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(1)


def test_what_is_typed_while_waiting_stays(visit: Visit, patient: PatientAssistant, address: str) -> None:
    patient.replies[:] = [make_answer(2)]
    patient.ready.clear()
    page = visit(server=address)
    send(page, "First?")
    expect(page.locator(".pending")).to_be_visible()
    send(page, "Second?")
    expect(page.locator("#notice")).to_have_text(STILL_ANSWERING)
    patient.ready.set()
    expect(page.locator(".turn .made-by")).to_be_visible()
    expect(page.locator(".citation")).to_have_count(2)
    expect(page.get_by_label("Your question")).to_have_value("Second?")
    expect(page.locator(".turn")).to_have_count(1)
