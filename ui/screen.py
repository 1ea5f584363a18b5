"""What the chat page shows: each state of a conversation as the new values of the page's parts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr

from assistant.answer import Progress
from assistant.pipeline import Assistant
from assistant.settings import Settings
from ui.conversation import Talk, Turn
from ui.evidence import render_sources
from ui.kept import keep
from ui.layout import Parts
from ui.person import Person
from ui.render import announce, render_conversation
from ui.welcome import render_notice, render_status, render_welcome

Updates = dict[Any, Any]
"""New values by the part that shows them."""


class Screen:
    """Puts a conversation into the parts of the page, as the person who looks at it may see it."""

    def __init__(self, parts: Parts, assistant: Assistant, settings: Settings) -> None:
        self._parts = parts
        self._assistant = assistant
        self._settings = settings

    def asking(self, person: Person, talk: Talk) -> Updates:
        """Show a conversation whose last question is about to be answered."""
        parts = self._parts
        return {
            parts.talk: talk,
            parts.asked: True,
            parts.conversation: self.shown(person, talk),
            parts.starters: gr.update(visible=False),
            parts.suggestions: gr.update(visible=False),
            parts.notice: render_notice(""),
            parts.status: render_status("Looking in the documents."),
            parts.stop: gr.update(interactive=True),
        }

    def waiting(self, text: str) -> Updates:
        """Say for how long a question still waits for its turn."""
        return {self._parts.status: render_status(text), self._parts.notice: render_notice(text)}

    def progressed(self, person: Person, talk: Talk, progress: Progress) -> Updates:
        """Show how far the last answer is written."""
        shown = talk.with_last(replace(talk.turns[-1], reply=progress.answer))
        return {self._parts.conversation: self.shown(person, shown, progress)}

    def answered(self, person: Person, talk: Talk, turn: Turn) -> Updates:
        """Show the finished last turn and announce it."""
        parts = self._parts
        return {
            parts.talk: talk,
            parts.asked: False,
            parts.conversation: self.shown(person, talk),
            parts.sources: render_sources(talk.turns),
            parts.notice: render_notice(""),
            parts.status: render_status(announce(turn.reply) if turn.reply else ""),
            parts.stop: gr.update(interactive=False),
        }

    def withdrawn(self, person: Person, talk: Talk, question: str, notice: str) -> Updates:
        """Show the conversation without its last question, which goes back into the box, and say why."""
        parts = self._parts
        return {
            parts.talk: talk,
            parts.asked: False,
            parts.conversation: self.shown(person, talk),
            parts.starters: gr.update(visible=not talk.turns),
            parts.question: question,
            parts.notice: render_notice(notice),
            parts.status: render_status(""),
            parts.stop: gr.update(interactive=False),
        }

    def brought_back(self, person: Person, talk: Talk) -> Updates:
        """Show a conversation that was kept."""
        parts = self._parts
        return {
            parts.talk: talk,
            parts.asked: False,
            parts.conversation: self.shown(person, talk),
            parts.sources: render_sources(talk.turns),
            parts.starters: gr.update(visible=False),
        }

    def judged(self, person: Person, talk: Talk, thanks: str) -> Updates:
        """Show that an opinion was taken down."""
        parts = self._parts
        return {
            parts.asked: False,
            parts.talk: talk,
            parts.conversation: self.shown(person, talk),
            parts.status: render_status(thanks),
        }

    def fresh(self, person: Person) -> Updates:
        """Show a new conversation."""
        parts = self._parts
        return {
            parts.talk: Talk(),
            parts.asked: False,
            parts.conversation: self.welcome(person),
            parts.sources: render_sources(()),
            parts.starters: gr.update(visible=True),
            parts.suggestions: gr.update(visible=False),
            parts.question: "",
            parts.notice: render_notice(""),
            parts.status: render_status("New conversation."),
            parts.stop: gr.update(interactive=False),
        }

    def suggesting(self, questions: tuple[str, ...]) -> Updates:
        """Offer questions below the last reply."""
        parts = self._parts
        buttons = zip(parts.suggestion_buttons, (*questions, "", "", ""), strict=False)
        return {
            parts.suggestions: gr.update(visible=bool(questions)),
            parts.suggestions_heading: '<h3 class="suggestions-heading">The documents can also answer</h3>',
            **{button: gr.update(value=question, visible=bool(question)) for button, question in buttons},
        }

    def shown(self, person: Person, talk: Talk, progress: Progress | None = None) -> str:
        """Return the conversation as HTML, or the welcome where nothing was asked yet."""
        if not talk.turns:
            return self.welcome(person)
        return render_conversation(
            talk.turns,
            words=self._assistant.library(person.audience).glossary(),
            kept=keep(talk.turns if progress is None else talk.with_last(Turn(talk.turns[-1].question)).turns, talk.id),
            stage=progress.stage if progress else None,
        )

    def welcome(self, person: Person) -> str:
        """Return the words of a new conversation as HTML."""
        return render_welcome(self._settings, self._assistant.library(person.audience).documents())
