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

NO_QUESTION = "Please type a question first."
STILL_ANSWERING = "One moment: the last question is still being answered. Press Stop to give it up."
FAILED = "Sorry, something went wrong on our side. Your question is back in the box, so you can try again."
STOPPED = "You stopped this question. It is back in the box if you want to ask it again."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation; `reply` is None while the answer is being found."""

    question: str
    reply: Answer | Abstention | None = None

    @property
    def pending(self) -> bool:
        """Say whether the answer is still being found."""
        return self.reply is None


@dataclass(frozen=True, slots=True)
class Failure:
    """A question that led to no reply, and the sentence that says so."""

    text: str


Turns = tuple[Turn, ...]


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
