"""A conversation as the chat page keeps it: questions with their replies, oldest first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from assistant.answer import Abstention, Answer, Exchange, Progress, Query, Response
from assistant.library import Library
from assistant.pipeline import Assistant
from assistant.question import QuestionRejected, clean
from corpus.errors import AssistantError
from ui.access.readable import readable
from ui.person import Person
from ui.records.feedback import Verdict

NO_QUESTION = "Please type a question first."
STILL_ANSWERING = "One moment: the last question is still being answered. Press Stop to give it up."
FAILED = "Sorry, something went wrong on our side. Your question is back in the box, so you can try again."
STOPPED = "You stopped this question. It is back in the box if you want to ask it again."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation; `reply` is None while the answer is being found.

    `turn_id` is where the database keeps it; `verdict` is what the person said of the reply.
    """

    question: str
    reply: Answer | Abstention | None = None
    turn_id: int | None = None
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
    if not question.strip():
        return NO_QUESTION
    try:
        clean(question)
    except QuestionRejected as rejected:
        return str(rejected)
    return ""


def history(turns: Sequence[Turn]) -> tuple[Exchange, ...]:
    """Return the finished turns as the exchanges that a follow-up question may refer to."""
    return tuple(Exchange(turn.question, turn.reply.text) for turn in turns if turn.reply is not None)


def readable_turns(turns: Turns, library: Library) -> Turns:
    """Return the turns as they may be shown to, and used for, a person who may read `library`."""
    return tuple(turn if turn.reply is None else replace(turn, reply=readable(turn.reply, library)) for turn in turns)


def answer_last(
    assistant: Assistant, turns: Turns, person: Person, note: Callable[[Response], None] = lambda response: None
) -> Iterator[Progress | Turn | Failure]:
    """Answer the pending last turn step by step; the last event is the finished turn or a failure.

    `note` is told the whole response.
    Every failure becomes a sentence, and an unexpected one is logged. Closing the iterator gives the question up.
    """
    *earlier, last = turns
    try:
        kept = readable_turns(tuple(earlier), assistant.library(person.audience))
        query = Query(last.question, history(kept), person.audience)
        with closing(assistant.stream(query)) as events:  # type: ignore[type-var]
            for event in events:
                if isinstance(event, Progress):
                    yield event
                else:
                    note(event)
                    yield replace(last, reply=event.reply)
    except AssistantError as error:
        yield Failure(str(error))
    except Exception:
        _log.exception("a question could not be answered")
        yield Failure(FAILED)
