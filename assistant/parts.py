"""Parts: a question that asks for two things -> what it asks for, each to be looked for on its own."""

from __future__ import annotations

import re

from assistant.answer import Exchange
from assistant.rewrite import standalone

MOST_PARTS = 3
"""Parts looked for; each costs an embedding, and a question of more is a list that the whole finds as well."""

_ASKED = r"(?:what|who|whom|which|when|where|why|how|did|does|do|is|are|was|were|has|have|can)\b"
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
