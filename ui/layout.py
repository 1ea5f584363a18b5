"""The parts of the chat page and how they lie; `ui.chat` gives them their behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from assistant.settings import Settings
from assistant.suggest import FOLLOW_UPS
from ui.conversation import Talk
from ui.evidence import render_sources
from ui.welcome import render_footer, render_header, render_notice, render_status

STATE_SECONDS = 4 * 60 * 60
"""How long a conversation is kept in memory for a page that is left open."""

_ON_LOAD = """
element.addEventListener('act', event => trigger('act', event.detail));
watch('value', () => {
    window.ihub?.keepShown();
    const turns = [...element.querySelectorAll('.turn')];
    const latest = turns.pop();
    if (!latest || Number(element.dataset.turns) === turns.length + 1 && !latest.querySelector('.pending')
        && element.dataset.settled === 'yes') return;
    element.dataset.turns = turns.length + 1;
    element.dataset.settled = latest.querySelector('.pending') ? 'no' : 'yes';
    const long = latest.offsetHeight > window.innerHeight / 2;
    latest.scrollIntoView({block: long ? 'start' : 'nearest'});
});
"""
"""Hands what a person does with a reply to the server, and brings a new reply into sight, but no other change."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that events read and change."""

    talk: gr.State
    asked: gr.State
    arrival: gr.Textbox
    header: gr.HTML
    conversation: gr.HTML
    starters: gr.Column
    starter_buttons: tuple[gr.Button, ...]
    suggestions: gr.Column
    suggestions_heading: gr.HTML
    suggestion_buttons: tuple[gr.Button, ...]
    notice: gr.HTML
    question: gr.Textbox
    send: gr.Button
    stop: gr.Button
    clear: gr.Button
    status: gr.HTML
    sources: gr.HTML

    @property
    def changed_by_asking(self) -> list[gr.blocks.Block]:
        """Return what any event about a question may change."""
        return [
            *(self.talk, self.asked, self.conversation, self.sources, self.starters, self.suggestions),
            *(self.question, self.notice, self.status, self.stop),
        ]


def lay_out(settings: Settings, welcome: str, starters: Sequence[str]) -> Parts:
    """Build all parts; to be called within a `gr.Blocks`."""
    talk = gr.State(Talk(), time_to_live=STATE_SECONDS)
    asked = gr.State(False, time_to_live=STATE_SECONDS)
    arrival = gr.Textbox(visible=False, label="Arrival")
    header = _html(render_header(settings), elem_id="header")
    with gr.Row(elem_id="columns", equal_height=False):
        with gr.Column(scale=3, min_width=0, elem_id="chat"):
            conversation = _html(welcome, elem_id="conversation", js_on_load=_ON_LOAD)
            with gr.Column(elem_id="starters") as starter_column:
                starter_buttons = tuple(gr.Button(question, variant="secondary") for question in starters)
            with gr.Column(elem_id="suggestions", visible=False) as suggestion_column:
                suggestions_heading = _html("")
                suggestion_buttons = tuple(gr.Button("", visible=False) for _ in range(FOLLOW_UPS))
            with gr.Column(elem_id="ask"):
                notice = _html(render_notice(""))
                question = gr.Textbox(
                    label="Your question",
                    lines=1,
                    max_lines=6,
                    elem_id="question",
                    placeholder="Type your question here",
                )
                with gr.Row(elem_id="buttons"):
                    send = gr.Button("Ask", variant="primary", min_width=80)
                    stop = gr.Button("Stop", interactive=False, min_width=80)
                    clear = gr.Button("New conversation", min_width=80)
                status = _html(render_status(""))
        with gr.Column(scale=2, min_width=0, elem_id="side"):
            sources = _html(render_sources(()))
    _html(render_footer(settings), elem_id="footer")
    return Parts(
        talk=talk,
        asked=asked,
        arrival=arrival,
        header=header,
        conversation=conversation,
        starters=starter_column,
        starter_buttons=starter_buttons,
        suggestions=suggestion_column,
        suggestions_heading=suggestions_heading,
        suggestion_buttons=suggestion_buttons,
        notice=notice,
        question=question,
        send=send,
        stop=stop,
        clear=clear,
        status=status,
        sources=sources,
    )


def _html(value: str, *, elem_id: str | None = None, js_on_load: str | None = None) -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, js_on_load=js_on_load, apply_default_css=False)
