"""Parts: a question that asks for two things -> what it asks for, each to be looked for and read for on its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, zip_longest

from assistant.answer import Exchange
from assistant.reader.reading import Evidence, Reader, Reading
from assistant.rewrite import standalone
from index.passage import RankedPassage

MOST_PARTS = 3
"""Parts looked for; each costs an embedding, and a question of more is a list that the whole finds as well."""

_ASKED = r"(?:what|who|whom|which|when|where|why|how|did|does|do|is|are|was|were|has|have|can)\b"
_IS_ASKED = re.compile(_ASKED, re.IGNORECASE)
_JOINED = re.compile(rf",? and (?=(?:also )?{_ASKED})|\? +(?=\S)", re.IGNORECASE)
_COMPARED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:please |can you |could you )*compare (?P<one>.+?) (?:and|with|to|against) (?P<other>.+)",
        r".*\b(?:difference|similarity|similaritie|relation|link)s? between (?P<one>.+?) and (?P<other>.+)",
        r"how (?:do|does|did|is|are|was|were) (?P<one>.+?) and (?P<other>.+?) (?:differ|compare|relate|alike)\b.*",
        r"how (?:do|does|did) (?P<one>.+?) (?:differ|compare) (?:from|with|to|against) (?P<other>.+)",
        r"how (?:is|are|was|were) (?P<one>.+?) different (?:from|to) (?P<other>.+)",
        r"(?P<one>.+?),? (?:versus|vs\.?|compared (?:with|to)|as opposed to) (?P<other>.+)",
    )
)


def parts_of(question: str) -> tuple[str, ...]:
    """Return the parts of a question, none where it asks for one thing.

    "Compare A and B" has the parts A and B, "What is A and who leads it?" has "What is A?" and "Who leads A?".
    """
    text = question.strip(" ?.!")
    for pattern in _COMPARED:
        if match := pattern.fullmatch(text):
            return (match["one"], match["other"])
    clauses = [clause.strip(" ,?") for clause in _JOINED.split(text) if clause.strip(" ,?")][:MOST_PARTS]
    if len(clauses) < 2:
        return ()
    parts: list[str] = []
    for clause in clauses:
        parts.append(standalone(f"{clause}?", [Exchange(part, "") for part in parts]))
    return tuple(parts)


def read_parts(reader: Reader, question: str, passages: Sequence[RankedPassage], threshold: float) -> Reading:
    """Read for a question, or for each of its parts where all of them are answered with at least `threshold`.

    The evidence of the parts comes in turn, the best of each first. What is compared is answered by what each of the
    two is.
    """
    parts = [part if _IS_ASKED.match(part) else f"What is {part}?" for part in parts_of(question)]
    readings = [reader.read(part, passages) for part in parts]
    if not readings or any(reading.answerable < threshold or not reading.evidence for reading in readings):
        return reader.read(question, passages)
    in_turn = chain.from_iterable(zip_longest(*(reading.evidence for reading in readings)))
    evidence: dict[tuple[str, int], Evidence] = {}
    for item in in_turn:
        if item is not None:
            evidence.setdefault((item.passage.id, item.sentence.start), item)
    heads = len({(r.evidence[0].passage.id, r.evidence[0].sentence.start) for r in readings})
    return Reading(tuple(evidence.values()), min(reading.answerable for reading in readings), heads)
