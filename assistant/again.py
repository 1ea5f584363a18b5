"""Asking again: "what about X?" -> the question before with X in the matching place."""

from __future__ import annotations

import re

from assistant.clause import CLASS, PERIOD, PLACE, PROGRAMME, description_of, is_detail, is_plural, names_in
from assistant.focus import Focus
from assistant.lexicon import PREPOSITIONS

_ORDERS = (
    r"(?P<before>(?:[\w-]+ )?)(?P<which>first|second|third|fourth|fifth|last)",
    r"(?P<before>[\w-]+ )(?P<which>one|two|three|four|five|[1-9])",
)
"""What tells one of a row from the next: "the first phase", "phase one"."""


def ask_again(focus: Focus, new: str) -> str:
    """Ask the question before again with `new` in the matching place."""
    question, prepositions = focus.question.rstrip(" ?.!"), "|".join(PREPOSITIONS)
    if turned := _another_in_order(question, new):
        return turned
    lead = re.match(rf"({prepositions}) (.+)$", new, re.IGNORECASE)
    core = lead[2] if lead else new
    for kind in (PERIOD, PLACE):
        if kind.fullmatch(core) or kind.fullmatch(new):
            old = list(kind.finditer(question))
            if not old:
                return f"{question} {new if lead else 'in ' + core}?"
            begun = re.match(rf"(?:{prepositions}) ", old[-1][0])
            put = (new if lead else begun[0] + core) if begun else core
            return f"{question[: old[-1].start()]}{put}{question[old[-1].end() :]}?"
    if lead and (old_phrase := re.search(rf"\b{lead[1]} (?:(?!\b(?:{prepositions})\b).)+$", question, re.IGNORECASE)):
        return f"{question[: old_phrase.start()]}{new}?"
    if (not lead or lead[1].lower() in {"for", "with", "of"}) and (replaced := _replaceable(focus, core)):
        core = re.sub("^the ", "", core) if replaced == focus.clause.noun else core
        article = "" if re.search(rf"\b{CLASS}\b", question, re.I) and not names_in(core) else r"(?:\b(?:the|an?) )?"
        return re.sub(article + re.escape(replaced), lambda _: core, question, count=1) + "?"
    if lead or PROGRAMME.fullmatch(core):
        return f"{question} {new if lead else 'for ' + core}?"
    asked = " ".join(focus.clause.asked[:2]).lower()
    described = description_of(focus.clause) if asked == "how many" or asked.startswith("which") else ""
    return f"What about {core} among {described}?" if described else f"What about {core} in {focus.topic}?"


def _another_in_order(question: str, new: str) -> str:
    """Return the question with "phase two" for "phase one", or "the second" for "the first", or nothing."""
    for order in _ORDERS:
        match = re.fullmatch(rf"(?:the )?{order}(?P<behind>(?: [\w-]+)?)", new, re.IGNORECASE)
        old = re.search(rf"\b{order}\b", question, re.IGNORECASE)
        if match is None or old is None:
            continue
        behind = match["behind"].removesuffix(" one").strip().lower()
        if behind in question.lower() and match["before"].lower() in ("", old["before"].lower()):
            return f"{question[: old.start('which')]}{match['which']}{question[old.end('which') :]}?"
    return ""


def _replaceable(focus: Focus, new: str) -> str:
    """Return the part of the question before that is of the same kind as `new`, or nothing."""
    question, last = focus.question, new.split()[-1]
    if is_detail(last):
        return next((word for word in re.findall(r"[\w-]+", question) if is_detail(word)), "")
    inner = re.search(rf"\b(?:the |an? )((?:[\w-]+ )+?){CLASS}\b", question, re.IGNORECASE)
    if inner and not re.search(CLASS, new, re.IGNORECASE) and not names_in(new):
        return inner[1].strip()
    owner = "ihub" in " ".join(focus.clause.subject)
    names = [name for name in names_in(question) if not (name == "ihub" and owner) and not PLACE.fullmatch(name)]
    is_name = bool(names_in(f". {new}"))
    if names and (is_name or PROGRAMME.fullmatch(new)):
        return names[-1]
    if focus.clause.asked[:1] in (("How",), ("how",)) and is_plural(new) and focus.clause.noun:
        return focus.clause.noun
    is_name = is_name and (focus.topic != focus.topic.lower() or not focus.clause.rest)
    fits = PROGRAMME.fullmatch(focus.topic) or (not names and not PROGRAMME.fullmatch(new)) or is_name
    return focus.topic if fits and focus.topic in question and "ihub" not in focus.topic else ""
