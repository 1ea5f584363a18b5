"""The chat page: a conversation, the question box and the sources panel.

The conversation is shown by Gradio's HTML component from markup that `ui.render` escapes, not by its Chatbot: Chatbot
reads questions as Markdown, removes the names of links, and gives screen readers the markup of each message as
its label.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from assistant.answer import Abstention
from assistant.pipeline import Assistant
from assistant.settings import Settings
from corpus.document import Audience
from ui.access.gate import PersonOf
from ui.conversation import STOPPED, Failure, Turn, Turns, answer_last, readable_turns, refusal
from ui.person import Person
from ui.render import announce, render_conversation, render_sources
from ui.welcome import STARTERS, render_header, render_notice, render_status, render_welcome

STATE_SECONDS = 4 * 60 * 60
"""How long a conversation is kept for a page that is left open."""

_SHOW_LATEST = """
watch('value', () => {
    const latest = [...element.querySelectorAll('.turn')].pop();
    const long = latest?.offsetHeight > window.innerHeight / 2;
    latest?.scrollIntoView({block: long ? 'start' : 'nearest'});
});
"""
_FOCUS_QUESTION = "() => document.querySelector('#question textarea')?.focus()"

Updates = dict[Any, Any]


class ChatPage:
    """Builds the page for one assistant and holds the functions that its events call."""

    def __init__(self, assistant: Assistant, settings: Settings, person_of: PersonOf) -> None:
        self._assistant = assistant
        self._settings = settings
        self._person_of = person_of

    def build(self) -> gr.Blocks:
        """Return the page with its events."""
        blocks = gr.Blocks(title=self._settings.title, analytics_enabled=False, fill_width=True)
        with blocks:
            self._turns = gr.State((), time_to_live=STATE_SECONDS)
            self._asked = gr.State(False, time_to_live=STATE_SECONDS)
            gr.HTML(render_header(self._settings), elem_id="header", js_on_load=None, apply_default_css=False)
            with gr.Row(elem_id="columns", equal_height=False):
                with gr.Column(scale=3, min_width=0, elem_id="chat"):
                    self._build_conversation()
                    self._build_question()
                with gr.Column(scale=2, min_width=0, elem_id="side"):
                    self._sources = gr.HTML(render_sources(()), js_on_load=None, apply_default_css=False)
            self._connect(blocks)
        blocks.queue(default_concurrency_limit=4, max_size=64, api_open=False)
        return blocks

    def _build_conversation(self) -> None:
        self._conversation = gr.HTML(
            self._welcome(Audience.PUBLIC), elem_id="conversation", js_on_load=_SHOW_LATEST, apply_default_css=False
        )
        with gr.Column(elem_id="starters") as self._starters:
            self._starter_buttons = [gr.Button(question, variant="secondary") for question in STARTERS]

    def _build_question(self) -> None:
        with gr.Column(elem_id="ask"):
            self._notice = gr.HTML(render_notice(""), js_on_load=None, apply_default_css=False)
            self._question = gr.Textbox(
                label="Your question",
                lines=1,
                max_lines=6,
                elem_id="question",
                placeholder="Type your question here",
            )
            with gr.Row(elem_id="buttons"):
                self._send = gr.Button("Ask", variant="primary", min_width=80)
                self._stop = gr.Button("Stop", interactive=False, min_width=80)
                self._clear = gr.Button("New conversation", min_width=80)
            self._status = gr.HTML(render_status(""), js_on_load=None, apply_default_css=False)

    def _connect(self, blocks: gr.Blocks) -> None:
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        outputs = [
            *(self._turns, self._asked, self._conversation, self._sources, self._starters),
            *(self._question, self._notice, self._status, self._stop),
        ]
        blocks.load(self._greet, None, self._conversation, queue=False, **quiet)
        sent = [self._question.submit, self._send.click]
        asking = gr.on(sent, self._receive, [self._question, self._turns], outputs, queue=False, **quiet)
        answering = [asking.then(self._answer, [self._turns, self._asked], outputs, **quiet)]
        for button in self._starter_buttons:
            asking = button.click(self._receive, [button, self._turns], outputs, queue=False, **quiet)
            answering.append(asking.then(self._answer, [self._turns, self._asked], outputs, js=None, **quiet))
        stopped = self._stop.click(
            self._give_up, [self._turns, self._question], outputs, cancels=answering, queue=False, **quiet
        )
        cleared = self._clear.click(self._begin_again, None, outputs, cancels=answering, queue=False, **quiet)
        for done in (stopped, cleared):
            done.then(None, js=_FOCUS_QUESTION, **quiet)

    def _greet(self, request: gr.Request) -> str:
        """Return the welcome for the person who opens the page."""
        return self._welcome(self._person(request).audience)

    def _receive(self, question: str, turns: Turns, request: gr.Request) -> Updates:
        """Take a question in, or say why it cannot be asked; either way it stays in sight."""
        turns = self._readable(turns, request)
        refused = refusal(question, turns)
        if refused:
            return {self._asked: False, self._notice: render_notice(refused)}
        turns = (*turns, Turn(question.strip()))
        return {
            self._turns: turns,
            self._asked: True,
            self._conversation: render_conversation(turns),
            self._starters: gr.update(visible=False),
            self._question: "",
            self._notice: render_notice(""),
            self._status: render_status("Looking in the documents."),
            self._stop: gr.update(interactive=True),
        }

    def _answer(self, turns: Turns, asked: bool, request: gr.Request) -> Iterator[Updates]:
        """Answer the question that was just taken in, statement by statement.

        Something is always yielded: Gradio empties every output of a generator that yields nothing.
        """
        if not asked or not turns or not turns[-1].pending:
            yield {self._asked: False}
            return
        turns, person = self._readable(turns, request), self._person(request)
        answered = answer_last(self._assistant, turns, person)
        if isinstance(answered, Failure):
            yield self._withdraw(turns, answered.text, person)
            return
        turns = (*turns[:-1], answered)
        reply = answered.reply
        if reply is None:
            yield {self._asked: False}
            return
        if not isinstance(reply, Abstention):
            for shown in range(1, len(reply.statements)):
                yield {self._conversation: render_conversation(turns, shown=shown)}
        yield {
            self._turns: turns,
            self._asked: False,
            self._conversation: render_conversation(turns),
            self._sources: render_sources(turns),
            self._notice: render_notice(""),
            self._status: render_status(announce(reply)),
            self._stop: gr.update(interactive=False),
        }

    def _give_up(self, turns: Turns, question: str, request: gr.Request) -> Updates:
        """Stop the pending question and give it back, unless a new one is being typed."""
        if not turns or not turns[-1].pending:
            return {self._stop: gr.update(interactive=False)}
        updates = self._withdraw(self._readable(turns, request), STOPPED, self._person(request))
        return updates if not question.strip() else {**updates, self._question: question}

    def _withdraw(self, turns: Turns, notice: str, person: Person) -> Updates:
        """Take the last question out of the conversation, put it back into the box and say why."""
        *earlier, last = turns
        return {
            self._turns: tuple(earlier),
            self._asked: False,
            self._conversation: render_conversation(earlier) if earlier else self._welcome(person.audience),
            self._starters: gr.update(visible=not earlier),
            self._question: last.question,
            self._notice: render_notice(notice),
            self._status: render_status(""),
            self._stop: gr.update(interactive=False),
        }

    def _begin_again(self, request: gr.Request) -> Updates:
        return {
            self._turns: (),
            self._asked: False,
            self._conversation: self._welcome(self._person(request).audience),
            self._sources: render_sources(()),
            self._starters: gr.update(visible=True),
            self._question: "",
            self._notice: render_notice(""),
            self._status: render_status("New conversation."),
            self._stop: gr.update(interactive=False),
        }

    def _welcome(self, audience: Audience) -> str:
        return render_welcome(self._settings, self._assistant.library(audience).documents())

    def _readable(self, turns: Turns, request: gr.Request) -> Turns:
        """Return the conversation as far as this person may still read it."""
        return readable_turns(turns, self._assistant.library(self._person(request).audience)) if turns else turns

    def _person(self, request: gr.Request) -> Person:
        """Return who caused an event, as of now."""
        return Person.anonymous() if request.request is None else self._person_of(request.request)
