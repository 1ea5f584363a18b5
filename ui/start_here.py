"""Start here: a guided path for people who are new, and starters for partners and staff.

Every question is asked of the assistant by a test, which fails when the shipped documents no longer answer it.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from assistant.settings import Settings
from corpus.document import Audience
from ui.access.gate import PersonOf
from ui.address import question_address
from ui.page import page

STARTERS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: what it is about, and questions that lead into it."""

    name: str
    about: str
    questions: tuple[str, ...]


PATH = (
    Step(
        "What the ihub is",
        "The ihub is part of Healthcare Improvement Scotland. Find out when it began and what it is for.",
        (
            "When was the ihub set up?",
            "What is the role of the Improvement Hub?",
            "What is Healthcare Improvement Scotland?",
        ),
    ),
    Step(
        "Its programmes",
        "The ihub runs programmes on safety, on care at home, on housing and more.",
        ("What does SPSP stand for?", "What does MCQIC stand for?", "What does the EEvIT team do?"),
    ),
    Step(
        "How improvement work is done",
        "Improvement means small tests, measured with data, one step at a time.",
        ("What is quality improvement?", "What is a PDSA cycle?"),
    ),
    Step(
        "Who works with whom",
        "Councils, health boards, housing and charities plan and give care together.",
        (
            "How many organisations did the ihub work in partnership with in 2017-18?",
            "What is an Integration Joint Board?",
            "What is a health and social care partnership?",
        ),
    ),
    Step(
        "Words to know",
        "Documents are full of short names. Each is explained where it stands, and on one page.",
        ("What is a GP cluster?", "What does NES stand for?"),
    ),
)
"""The path for somebody on day one."""

PARTNERS = Step(
    "Working with the ihub",
    "For people in health boards, councils, housing and charities.",
    (
        "How many organisations did the ihub work in partnership with in 2017-18?",
        "What is an Integration Joint Board?",
        "What is a health and social care partnership?",
        "What does the EEvIT team do?",
    ),
)
STAFF = Step(
    "For staff",
    "Facts that you may need between two meetings.",
    (
        "How many organisations did the ihub work in partnership with in 2017-18?",
        "What is the role of the Improvement Hub?",
        "What does the EEvIT team do?",
        "What is a PDSA cycle?",
    ),
)
NEWCOMERS = (
    "How many organisations did the ihub work in partnership with in 2017-18?",
    "When was the ihub set up?",
    "What is quality improvement?",
    "What is an Integration Joint Board?",
)


def starters_for(settings: Settings, audience: Audience) -> tuple[str, ...]:
    """Return the questions offered in a new conversation: those of the settings, or those for an audience."""
    by_audience = {Audience.PARTNER: PARTNERS.questions, Audience.STAFF: STAFF.questions}
    return settings.starters or by_audience.get(audience, NEWCOMERS)[:STARTERS_SHOWN]


def start_router(person_of: PersonOf, *, site: str) -> APIRouter:
    """Return the route of the guided path."""
    router = APIRouter()

    @router.get("/start", response_class=HTMLResponse)
    def start(request: Request) -> HTMLResponse:
        return page("Start here", render_start(person_of(request).audience), site, current="/start")

    return router


def render_start(audience: Audience) -> str:
    """Return the path, and what else concerns people of this audience."""
    steps = "".join(_step(number, step) for number, step in enumerate(PATH, start=1))
    further = {Audience.PUBLIC: (PARTNERS,), Audience.PARTNER: (PARTNERS,), Audience.STAFF: (STAFF, PARTNERS)}
    others = "".join(
        f"<section><h2>{escape(step.name)}</h2><p>{escape(step.about)}</p>{_questions(step)}</section>"
        for step in further[audience]
    )
    return (
        "<h1>Start here</h1><p>Five steps for your first day. Choose a question to see its answer and the words it "
        "rests on. Then come back and tick the step off. Your ticks are kept in this browser only.</p>"
        f'<p id="progress" role="status"></p><ol class="path">{steps}</ol>{others}'
        '<p>Looking for a word? See <a href="/glossary">words to know</a>.</p>'
    )


def _step(number: int, step: Step) -> str:
    return (
        f'<li><h2>{escape(step.name)}</h2><p>{escape(step.about)}</p>{_questions(step)}<p class="tick">'
        f'<input type="checkbox" id="step-{number}" data-tick="{number}"><label for="step-{number}">'
        f'I have done this step<span class="visually-hidden">: {escape(step.name)}</span></label></p></li>'
    )


def _questions(step: Step) -> str:
    listed = "".join(f'<li><a href="{escape(question_address(q))}">{escape(q)}</a></li>' for q in step.questions)
    return f"<ul>{listed}</ul>"
