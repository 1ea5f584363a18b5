"""Keeping a conversation: in the database for people who are signed in, in their browser for everybody else."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import cache

from assistant.pipeline import Assistant
from ui.conversation import Talk, Turn
from ui.kept import keep_reply, read_kept, read_reply, restore, restore_turn
from ui.person import Person
from ui.records.conversations import Conversations
from ui.records.database import Database, RecordsUnavailable

_log = logging.getLogger(__name__)


class Keeper:
    """Takes down questions and replies as they come, and brings a conversation back as it may be shown now.

    A database that fails stops nobody from asking: the conversation goes on in the browser, and the failure is logged.
    """

    def __init__(self, assistant: Assistant, database: Database | None) -> None:
        self._assistant = assistant
        self._conversations = Conversations(database) if database else None

    def ask(self, person: Person, talk: Talk, question: str) -> Talk:
        """Return the conversation with a new question at its end."""
        if self._conversations is not None and person.id is not None:
            try:
                place = self._conversations.ask(person.id, talk.id, question)
            except RecordsUnavailable:
                _log.exception("a question could not be kept")
            else:
                return Talk((*talk.turns, Turn(question, turn_id=place.turn_id)), place.conversation_id)
        return replace(talk, turns=(*talk.turns, Turn(question)))

    def finish(self, person: Person, turn: Turn) -> None:
        """Take down the reply to a question."""
        if self._conversations is None or person.id is None or turn.turn_id is None or turn.reply is None:
            return
        try:
            kept = keep_reply(turn.reply).model_dump_json(exclude_defaults=True)
            self._conversations.reply(person.id, turn.turn_id, kept)
        except RecordsUnavailable:
            _log.exception("a reply could not be kept")

    def take_back(self, person: Person, talk: Talk) -> Talk:
        """Return the conversation without its last question."""
        last, earlier = talk.turns[-1], talk.without_last()
        if self._conversations is not None and person.id is not None and last.turn_id is not None:
            try:
                self._conversations.take_back(person.id, last.turn_id)
            except RecordsUnavailable:
                _log.exception("a question could not be taken back")
        return earlier if earlier.turns else Talk()

    def restore(self, person: Person, kept: str, wanted: str = "") -> Talk:
        """Return the conversation `wanted`, or the one that the browser kept, as this person may see it now."""
        find = cache(self._assistant.library(person.audience).document)  # a browser may name one many thousand times
        brought = read_kept(kept)
        key = wanted or brought.id
        if not key or self._conversations is None or person.id is None:
            return Talk(restore(brought.turns, find))
        try:
            stored = self._conversations.turns(person.id, key)
        except RecordsUnavailable:
            _log.exception("a conversation could not be read")
            stored = None
        if stored is None:
            return Talk()
        turns = (restore_turn(turn.question, read_reply(turn.reply), find, turn.id) for turn in stored)
        return Talk(tuple(turns), key)
