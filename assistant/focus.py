"""Focus: what the questions so far were about, for later ones to refer to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.clause import (
    PERIOD,
    Clause,
    clause_of,
    description_of,
    goal_in,
    is_plural,
    is_topic,
    named,
    object_in,
    owner_in,
)


@dataclass(frozen=True, slots=True)
class Focus:
    """What later questions may refer to: "it" is `topic`, "they" is `group`, who was asked for is `named`.

    `goal` is the aim that was asked about, with whose it is, or empty: what "was it met?" asks of.
    """

    question: str
    clause: Clause
    topic: str
    group: str
    named: str
    goal: str = ""


def focus_after(question: str, answer: str, carried: str, before: Focus | None) -> Focus | None:
    """Return what later questions may refer to, or nothing where there is no topic yet."""
    clause = clause_of(question)
    behind = clause.rest[0 if clause.auxiliary or not clause.asked else 1 :]
    rest = re.sub(r"\bin (?:partnership|total|general|common|place|practice)\b", "", " ".join(behind))
    found = [owner_in(" ".join(clause.subject)), object_in(PERIOD.sub("", rest)), object_in(clause.noun)]
    own = [phrase for phrase in found if is_topic(phrase)]
    others = [phrase for phrase in own if phrase.lower() not in {"the ihub", "ihub"}]
    ihub = next((phrase for phrase in own if phrase not in others), "")
    topics = [
        carried,
        *others[: 1 if found[0] in others or found[1] in others else 0],
        ihub,
        *others,
        before.topic if before else "",
    ]
    topic = next((phrase for phrase in topics if phrase), "")
    if not topic:
        return None
    kept = before.group if before and (carried or not own) else ""
    group = description_of(clause) or next((phrase for phrase in (topic, *own) if is_plural(phrase)), kept)
    asks_who = clause.asked[:1] and clause.asked[0].lower() in {"who", "whom"}
    who = named(answer, question) if asks_who else ""
    return Focus(question, clause, topic, group, who, goal_in(" ".join(clause.subject), rest))
