"""A conversation as the chat page keeps it: questions with their replies, oldest first."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answer import Abstention, Answer, Exchange, Query
from assistant.library import Library
from assistant.pipeline import Assistant
from corpus.errors import AssistantError
from ui.access.readable import readable
from ui.person import Person
from ui.records.feedback import Verdict

NO_QUESTION = "Please type a question first."
STILL_ANSWERING = "One moment: the last question is still being answered. Press Stop to give it up."
FAILED = "Sorry, something went wrong on our side. Your question is back in the box, so you can try again."
STOPPED = "You stopped this question. It is back in the box if you want to ask it again."
NOT_KEPT = "Your questions cannot be kept just now. You can go on, but they may be lost when you close this page."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation; `reply` is None while the answer is being found.

    `turn_id` is where the database keeps it; `withheld` counts sentences of a kept answer that may not be shown any
    more; `verdict` is what the person said of the reply.
    """

    question: str
    reply: Answer | Abstention | None = None
    turn_id: int | None = None
    withheld: int = 0
    verdict: Verdict | None = None

    @property
    def pending(self) -> bool:
        """Say whether the answer is still being found."""
        return self.reply is None


@dataclass(frozen=True, slots=True)
class Failure:
    """A question that led to no reply, and the sentence that says so."""

    text: str


Turns = tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation on a page; `id` is where the database keeps it, empty for somebody who is not signed in."""

    turns: Turns = ()
    id: str = ""

    @property
    def pending(self) -> bool:
        """Say whether the last question is still being answered."""
        return bool(self.turns) and self.turns[-1].pending

    def with_last(self, turn: Turn) -> Talk:
        """Return the conversation with another last turn."""
        return replace(self, turns=(*self.turns[:-1], turn))

    def without_last(self) -> Talk:
        """Return the conversation without its last turn."""
        return replace(self, turns=self.turns[:-1])


def refusal(question: str, turns: Turns) -> str:
    """Return the sentence that says why `question` cannot be asked now, or nothing if it can."""
    if turns and turns[-1].pending:
        return STILL_ANSWERING
    return "" if question.strip() else NO_QUESTION


def history(turns: Sequence[Turn]) -> tuple[Exchange, ...]:
    """Return the finished turns as the exchanges that a follow-up question may refer to."""
    return tuple(Exchange(turn.question, turn.reply.text) for turn in turns if turn.reply is not None)


def readable_turns(turns: Turns, library: Library) -> Turns:
    """Return the turns as they may be shown to, and used for, a person who may read `library`."""
    return tuple(turn if turn.reply is None else replace(turn, reply=readable(turn.reply, library)) for turn in turns)


def answer_last(assistant: Assistant, turns: Turns, person: Person) -> Turn | Failure:
    """Answer the pending last turn; every failure becomes a sentence, and an unexpected one is logged."""
    *earlier, last = turns
    try:
        kept = readable_turns(tuple(earlier), assistant.library(person.audience))
        response = assistant.invoke(Query(last.question, history(kept), person.audience))
    except AssistantError as error:
        return Failure(str(error))
    except Exception:
        _log.exception("a question could not be answered")
        return Failure(FAILED)
    return replace(last, reply=response.reply)
