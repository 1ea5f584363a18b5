"""The chat page: what happens when somebody asks, stops, begins again, or does something with a reply.

The conversation is shown by Gradio's HTML component from markup that `ui.render` escapes, not by its Chatbot: Chatbot
reads questions as Markdown, removes the names of links, and gives screen readers the markup of each message as
its label.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from assistant.answer import Progress
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.suggest import Suggestions
from corpus.document import Audience
from corpus.errors import AssistantError
from ui.access.gate import PersonOf
from ui.access.turnstile import Turnstile, Waiting
from ui.conversation import STOPPED, Failure, Talk, Turn, answer_last, readable_turns, refusal
from ui.keeping import Keeper
from ui.layout import Parts, lay_out
from ui.opinion import NOT_TAKEN, Opinions
from ui.person import Person
from ui.records.database import Database, RecordsUnavailable
from ui.screen import Screen, Updates
from ui.start_here import starters_for
from ui.welcome import render_notice, render_welcome

_FOCUS_QUESTION = "() => document.querySelector('#question textarea')?.focus()"
_ARRIVE = """async () => {
    while (!window.ihub) await new Promise(resolve => setTimeout(resolve, 10));
    return window.ihub.arrive();
}"""
"""Gradio adds our script to the page while it starts, so that the first event may come before the script."""
_ARRIVED = "() => window.ihub.arrived()"
_BRING_KEPT = "(question, talk, _) => [question, talk, JSON.stringify({kept: window.ihub?.kept() ?? ''})]"

_log = logging.getLogger(__name__)


class ChatPage:
    """Builds the page for one assistant and holds the functions that its events call."""

    def __init__(
        self,
        assistant: Assistant,
        settings: Settings,
        person_of: PersonOf,
        turnstile: Turnstile,
        database: Database | None = None,
        suggestions: Suggestions | None = None,
    ) -> None:
        self._assistant = assistant
        self._settings = settings
        self._person_of = person_of
        self._turnstile = turnstile
        self._keeper = Keeper(assistant, database)
        self._opinions = Opinions(database)
        self._suggestions = suggestions or Suggestions(assistant)

    def build(self) -> gr.Blocks:
        """Return the page with its events."""
        blocks = gr.Blocks(title=self._settings.title, analytics_enabled=False, fill_width=True)
        with blocks:
            starters = starters_for(self._settings, Audience.PUBLIC)
            documents = self._assistant.library(Audience.PUBLIC).documents()
            self._parts = lay_out(self._settings, render_welcome(self._settings, documents), starters)
            self._screen = Screen(self._parts, self._assistant, self._settings)
            self._connect(blocks, self._parts)
        # The turnstile puts questions in order; Gradio's queue is only a bound on what may arrive.
        blocks.queue(default_concurrency_limit=None, max_size=2 * self._settings.waiting, api_open=False)
        return blocks

    def _connect(self, blocks: gr.Blocks, parts: Parts) -> None:
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        outputs = parts.changed_by_asking
        answering: list[Any] = []
        suggesting: list[Any] = []

        def then_answer(event: Any) -> None:
            answered = event.then(self._answer, [parts.talk, parts.asked], outputs, **quiet)
            suggested = answered.then(
                self._suggest,
                [parts.talk],
                [parts.suggestions, parts.suggestions_heading, *parts.suggestion_buttons],
                concurrency_limit=1,
                **quiet,
            )
            answering.append(answered)
            suggesting.append(suggested)

        everything = [*outputs, *parts.starter_buttons]
        arrived = blocks.load(self._arrive, [parts.arrival], everything, js=_ARRIVE, queue=False, **quiet)
        arrived.then(None, js=_ARRIVED, **quiet)
        then_answer(arrived)
        inputs = [parts.question, parts.talk, parts.arrival]
        then_answer(
            gr.on(
                [parts.question.submit, parts.send.click],
                self._receive,
                inputs,
                outputs,
                js=_BRING_KEPT,
                queue=False,
                **quiet,
            )
        )
        for button in (*parts.starter_buttons, *parts.suggestion_buttons):
            inputs = [button, parts.talk, parts.arrival]
            then_answer(button.click(self._receive, inputs, outputs, js=_BRING_KEPT, queue=False, **quiet))
        acted = parts.conversation.act(self._act, [parts.talk], outputs, queue=False, **quiet)
        then_answer(acted)
        cancelled = [*answering, *suggesting]
        stopped = parts.stop.click(
            self._give_up, [parts.talk, parts.question], outputs, cancels=cancelled, queue=False, **quiet
        )
        cleared = parts.clear.click(self._begin_again, None, outputs, cancels=cancelled, queue=False, **quiet)
        for done in (stopped, cleared):
            done.then(None, js=_FOCUS_QUESTION, **quiet)

    def _arrive(self, arrival: str, request: gr.Request) -> Updates:
        """Bring back the conversation of this tab, open the one that was chosen, or ask what a link asks."""
        person, brought = self._person(request), _read(arrival)
        parts = self._parts
        talk = self._keeper.restore(person, brought.get("kept", ""), brought.get("conversation", ""))
        question = brought.get("ask", "")
        starters = starters_for(self._settings, person.audience)
        named: Updates = {
            button: gr.update(value=starter) for button, starter in zip(parts.starter_buttons, starters, strict=True)
        }
        if question and not talk.pending:
            refused = refusal(question, talk.turns)
            if not refused:
                return named | self._screen.asking(person, self._keeper.ask(person, talk, question.strip()))
            named[parts.notice] = render_notice(refused)
        if talk.pending:
            return named | self._screen.asking(person, talk)
        if question or brought.get("draft"):
            named[parts.question] = question or brought["draft"]
        if not talk.turns:  # nothing to bring back; what was begun meanwhile stays
            welcome = self._screen.welcome(person)
            return named | ({parts.conversation: welcome} if welcome != parts.conversation.value else {})
        return named | self._screen.brought_back(person, talk)

    def _receive(self, question: str, talk: Talk, arrival: str, request: gr.Request) -> Updates:
        """Take a question in, or say why it cannot be asked; either way it stays in sight."""
        person, parts = self._person(request), self._parts
        if not talk.turns:  # the server was started anew behind an open page; the page still knows
            talk = self._keeper.restore(person, _read(arrival).get("kept", ""))
            talk = talk.without_last() if talk.pending else talk
        talk = self._readable(talk, person)
        refused = refusal(question, talk.turns)
        if refused:
            return {parts.asked: False, parts.notice: render_notice(refused)}
        return {**self._screen.asking(person, self._keeper.ask(person, talk, question.strip())), parts.question: ""}

    def _act(self, talk: Talk, request: gr.Request, event: gr.EventData) -> Updates:
        """Do what a button under a reply says; what comes from the browser is checked."""
        person, parts = self._person(request), self._parts
        talk = self._readable(talk, person)
        asked = event._data if isinstance(event._data, dict) else {}
        number, action = asked.get("turn"), asked.get("action")
        if not isinstance(number, int) or not 1 <= number <= len(talk.turns) or talk.turns[number - 1].pending:
            return {parts.asked: False}
        turn = talk.turns[number - 1]
        if action == "edit":
            return {parts.asked: False, parts.question: turn.question}
        if action == "retry":
            return self._ask_again(person, talk, number)
        try:
            told = self._opinions.record(person, turn, asked)
        except RecordsUnavailable:
            _log.exception("an opinion could not be kept")
            return {parts.asked: False, parts.notice: render_notice(NOT_TAKEN)}
        if told is None:
            return {parts.asked: False}
        talk = replace(talk, turns=(*talk.turns[: number - 1], told, *talk.turns[number:]))
        return self._screen.judged(person, talk, self._opinions.thanks(told))

    def _ask_again(self, person: Person, talk: Talk, number: int) -> Updates:
        """Ask the question of a turn once more, in its place where it is the last one."""
        question = talk.turns[number - 1].question
        if talk.pending:
            return {self._parts.asked: False}
        if number == len(talk.turns):
            talk = self._keeper.take_back(person, talk)
        return self._screen.asking(person, self._keeper.ask(person, talk, question))

    def _answer(self, talk: Talk, asked: bool, request: gr.Request) -> Iterator[Updates]:
        """Answer the question that was just taken in, step by step.

        Something is always yielded: Gradio empties every output of a generator that yields nothing.
        """
        if not asked or not talk.pending:
            yield {self._parts.asked: False}
            return
        person = self._person(request)
        talk = self._readable(talk, person)
        for event in self._turned(talk, person, request):
            if isinstance(event, Waiting):
                yield self._screen.waiting(event.text)
            elif isinstance(event, Progress):
                yield self._screen.progressed(person, talk, event)
            elif isinstance(event, Failure):
                yield self._withdraw(talk, event.text, person)
            else:
                self._keeper.finish(person, event)
                yield self._screen.answered(person, talk.with_last(event), event)

    def _turned(self, talk: Talk, person: Person, request: gr.Request) -> Iterator[Waiting | Progress | Turn | Failure]:
        """Answer the last question when it is its turn, or say why it cannot be asked now."""
        note = self._turnstile.note
        try:
            yield from self._turnstile.through(
                person,
                request.request,
                lambda: answer_last(self._assistant, talk.turns, person, lambda response: note(response, person)),
            )
        except AssistantError as error:
            yield Failure(str(error))

    def _suggest(self, talk: Talk, request: gr.Request) -> Updates:
        """Offer questions near the last reply that the documents can answer."""
        last = talk.turns[-1] if talk.turns else Turn("")
        found: tuple[str, ...] = ()
        if last.reply is not None:
            asked = [turn.question for turn in talk.turns]
            try:
                audience = self._person(request).audience
                found = self._suggestions.follow_ups(last.question, last.reply, asked, audience)
            except Exception:
                _log.exception("no follow-up questions could be found")
        return self._screen.suggesting(found)

    def _give_up(self, talk: Talk, question: str, request: gr.Request) -> Updates:
        """Stop the pending question and give it back, unless a new one is being typed."""
        if not talk.pending:
            return {self._parts.stop: gr.update(interactive=False)}
        person = self._person(request)
        updates = self._withdraw(self._readable(talk, person), STOPPED, person)
        return updates if not question.strip() else {**updates, self._parts.question: question}

    def _withdraw(self, talk: Talk, notice: str, person: Person) -> Updates:
        """Take the last question out of the conversation, put it back into the box and say why."""
        question = talk.turns[-1].question
        return self._screen.withdrawn(person, self._keeper.take_back(person, talk), question, notice)

    def _begin_again(self, request: gr.Request) -> Updates:
        return self._screen.fresh(self._person(request))

    def _readable(self, talk: Talk, person: Person) -> Talk:
        """Return the conversation as far as this person may still read it."""
        if not talk.turns:
            return talk
        return replace(talk, turns=readable_turns(talk.turns, self._assistant.library(person.audience)))

    def _person(self, request: gr.Request) -> Person:
        """Return who caused an event, as of now."""
        return Person.anonymous() if request.request is None else self._person_of(request.request)


def _read(arrival: str) -> dict[str, str]:
    """Return what the page brought along; only texts, and nothing where it is no JSON object."""
    try:
        brought = json.loads(arrival or "{}")
    except ValueError:
        return {}
    return {k: v for k, v in brought.items() if isinstance(v, str)} if isinstance(brought, dict) else {}
