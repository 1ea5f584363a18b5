"""The insights page, for content owners: lists, one plot, and a button that asks a group of questions again."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from assistant.answer import Abstention, Query
from assistant.pipeline import Assistant
from corpus.errors import AssistantError
from ui.access.access import Access
from ui.access.csrf import FIELD
from ui.access.form_page import form_page
from ui.insights.plot import bar, weekly_plot
from ui.insights.report import Count, Report, Unanswered, report
from ui.person import Person
from ui.records.feedback import FeedbackStore
from ui.records.questions import ANSWERED, Questions

ASKED_AGAIN = 10
"""Questions of a group that are asked again; each takes about a second."""


def insights_router(assistant: Assistant, access: Access) -> APIRouter:
    """Return the routes of the insights; for everybody but content owners there is no such page."""
    router = APIRouter()
    questions, feedback = Questions(access.database), FeedbackStore(access.database)
    site = access.settings.title

    def current(person: Person) -> Report:
        library = assistant.library(person.audience)
        embeddings = assistant.embeddings
        return report(
            questions.latest(),
            questions.settled(person.audience),
            feedback.latest(),
            library,
            embeddings,
            person.audience,
        )

    @router.get("/insights", response_class=HTMLResponse)
    def show(request: Request) -> Response:
        person = access.gate.person(request)
        if not person.owns_content:
            return _nothing(site)
        return form_page("Insights", render(current(person), access.forms.field(request)), site)

    @router.post("/insights/again")
    async def again(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        person = await run_in_threadpool(access.gate.person, request)
        if not person.owns_content or not access.forms.valid(request, form.get(FIELD)):
            return _nothing(site)
        await run_in_threadpool(_ask_again, str(form.get("question", "")), person)
        return RedirectResponse("/insights", status_code=303)

    def _ask_again(example: str, person: Person) -> None:
        groups = [group for group in current(person).unanswered if group.questions[0] == example]
        for group in groups[:1]:
            asked = group.questions[:ASKED_AGAIN]
            outcomes = [(question, _outcome(assistant, question, person)) for question in asked]
            questions.settle(outcomes, person.audience)

    return router


def _outcome(assistant: Assistant, question: str, person: Person) -> str:
    try:
        reply = assistant.invoke(Query(question, (), person.audience)).reply
    except AssistantError as error:
        return type(error).__name__
    return str(reply.reason) if isinstance(reply, Abstention) else ANSWERED


def _nothing(site: str) -> HTMLResponse:
    body = '<h1>This page is not here</h1><p>Or it is not one that you may see. <a href="/">Ask a question</a>.</p>'
    return form_page("Not found", body, site, status=404)


def render(found: Report, csrf: str) -> str:
    """Return the report as HTML."""
    share = f" {found.answered * 100 // found.asked}% had an answer." if found.asked else ""
    return (
        f"<h1>Insights</h1><p>{found.asked} questions were asked.{share} Nothing here says who asked.</p>"
        f"{weekly_plot(found.weeks)}"
        f"<h2>Questions without an answer</h2>{_groups(found.unanswered, csrf)}"
        f"<h2>Told to the team</h2>{_list(found.told_team)}"
        f"<h2>Answers that did not help</h2>{_list(found.unhelpful)}"
        f"<h2>Most asked</h2>{_counts(found.most_asked)}"
        f"<h2>Most cited documents</h2>{_counts(found.most_cited)}"
        f"<h2>Documents that no answer cited</h2>{_list(found.never_cited)}"
        f"<h2>Acronyms that the glossary does not explain</h2>{_counts(found.unknown_acronyms)}"
        f"<h2>Sentences that were not shown</h2><p>A chat model wrote them, and the sources did not support them.</p>"
        f"{_list(found.dropped)}"
    )


def _groups(groups: Sequence[Unanswered], csrf: str) -> str:
    return "".join(_group(group, csrf) for group in groups) or "<p>None.</p>"


def _group(group: Unanswered, csrf: str) -> str:
    others = "".join(f"<li>{escape(question)}</li>" for question in group.questions[1:])
    more = f"<details><summary>{len(group.questions) - 1} more like it</summary><ul>{others}</ul></details>"
    tried = min(len(group.questions), ASKED_AGAIN)
    seen = (
        f"<p>Asked again on {group.seen_to:%-d %B %Y}: {group.now_answered} of {tried} have an answer now.</p>"
        if group.seen_to
        else ""
    )
    times = "once" if group.asked == 1 else f"{group.asked} times"
    return (
        f'<section class="topic"><h3>{escape(group.questions[0])}</h3><p class="facts">Asked {times}</p>'
        f"{more if others else ''}{seen}"
        f'<form method="post" action="/insights/again">{csrf}'
        f'<input type="hidden" name="question" value="{escape(group.questions[0])}">'
        f'<button type="submit">Document added: ask again</button></form></section>'
    )


def _list(entries: Sequence[str]) -> str:
    listed = "".join(f"<li>{escape(entry)}</li>" for entry in entries)
    return f"<ul>{listed}</ul>" if listed else "<p>None.</p>"


def _counts(counts: Sequence[Count]) -> str:
    most = max((count.number for count in counts), default=1)
    rows = "".join(
        f"<tr><td>{escape(count.name)}</td><td>{count.number}</td><td>{bar(count.number / most)}</td></tr>"
        for count in counts
    )
    head = '<thead><tr><th scope="col">What</th><th scope="col">Times</th><td></td></tr></thead>'
    return f"<table>{head}<tbody>{rows}</tbody></table>" if rows else "<p>None.</p>"
