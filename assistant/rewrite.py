"""Rewriting: a follow-up question -> a question that stands alone, by rules, without a chat model.

Each question of the history is resolved against the one before it, so a chain of follow-ups leads back to the last
question that stood alone. A pronoun gets what it stands for, "what about X?" asks the question before again with X
in the matching place, a bare "why?" gets the clause that it asks about. Everything else stays as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from assistant.again import ask_again
from assistant.answer import Exchange
from assistant.clause import (
    CLASS,
    LEAD,
    LONGEST_TOPIC,
    NAME,
    PERIOD,
    PLACE,
    WH,
    clause_of,
    head_of,
    is_asked,
    is_detail,
    is_going_on,
    is_person,
    is_plural,
    is_verb,
    names_in,
)
from assistant.focus import Focus, focus_after
from assistant.lexicon import AUXILIARIES, BE, GENERIC, PREPOSITIONS
from index.analysis import analyse

_RECALLED = 20
"""How many exchanges back a chain of follow-ups is followed."""
_MORE = re.compile(
    r"^(?:(?:please |can you |could you )*(?:tell|give|show) (?:me|us) (?:some |any |a bit )?more(?: details?)?|"
    r"(?:some )?more(?: details?| information)?|go on|continue|(?:can you )?(?:elaborate|explain(?: more)?)|"
    r"(?:is there )?anything else|what else|any others?)(?: (?:about|on) (?:it|that|this|them))?(?:,? please)?$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^(since when|why|when|where|how|who|how many|how much|which|what for)(?: ones?)?"
    r"(?: (?:is|was) (?:that|it|this)| (?:are|were) there| (?:is|was) that so| so| exactly)?$",
    re.IGNORECASE,
)
_THE_CLASS = re.compile(
    r"\bthe (?:programme|project|portfolio|collaborative|initiative|network)\b(?! (?:of|that|for|which)\b)"
)
_HOW_MANY = re.compile(rf"(how many|which)(?: ones?)? (?=(?:{'|'.join(AUXILIARIES)})\b)", re.IGNORECASE)
_WHICH_OF_TWO = re.compile(r"which (?:one |of them )?(?:is|are|was|were|has|does) ", re.IGNORECASE)
_ADJ_ONLY = re.compile(r"^(?:how many|which)(?: ones?)? (?:are|were|is|was) \w+$", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:what|how) about (.+)$", re.IGNORECASE)
_VALUE = re.compile(r"^what (?:is|was|were|are) (?:it|that|they|this) ((?:in|for|by|during|at|before|after) .+)$", re.I)
_REFERENCE = re.compile(
    r"\b(?:(?P<person>he|she|him|his|hers|her)|(?P<many>they|them|their|theirs)|(?P<place>there)(?=\W*$| now)|"
    r"(?P<one>it|its)|(?P<that>this|that|these|those))\b(?P<noun> (?!year|month|week|time|one|way)[a-z]+\b)?",
    re.IGNORECASE,
)
_REACHED = re.compile(r"^(?: \w+)? (?:met|reached|achieved|hit|missed|fulfilled|kept)\b")
_POSSESSIVES = frozenset(["its", "their", "his", "her"])
_EMPTY_IT = re.compile(
    r"\b(?:is|was|does|would|will|can) it (?:be )?(?:\w+ )?(?:possible|true|ok|okay|important|necessary|worth|easy|"
    r"hard|easier|safe|safer|matter|take|mean|better)(?: \w+)? (?:to|that|if|when|whether)\b|"
    r"\bit (?:is|was) \w+ (?:that|to)\b",
    re.IGNORECASE,
)


class Rewriter(Protocol):
    """Makes a question that stands alone of one that leans on earlier exchanges, oldest first; never fails."""

    def __call__(self, question: str, history: Sequence[Exchange], /) -> str:
        """Return the standalone question."""
        ...


def standalone(question: str, history: Sequence[Exchange]) -> str:
    """Return `question` so that it can be understood without the conversation; `history` is oldest first.

    A question that names its own topic is returned as it is, so that a new topic does not drag the old one along.
    So is one that refers to something which the history does not tell.
    """
    focus: Focus | None = None
    for exchange in history[-_RECALLED:]:
        resolved, carried = _bounded(exchange.question, focus)
        focus = focus_after(resolved, exchange.answer, carried, focus)
    return _bounded(question, focus)[0]


def _bounded(question: str, focus: Focus | None) -> tuple[str, str]:
    """Resolve a question; one that would take in far more than a topic stays as it is."""
    resolved, carried = _resolve(question, focus)
    return (resolved, carried) if len(resolved) <= len(question) + 3 * LONGEST_TOPIC else (question, "")


def _resolve(question: str, focus: Focus | None) -> tuple[str, str]:
    """Return the standalone question, and what its pronoun stood for (or nothing)."""
    typed = " ".join(question.split())
    led = LEAD.sub("", typed)
    remark, text = _last_question(led)
    bare = text.strip(" ?!.…,")
    if focus is None or not bare or len(analyse(remark)) > 1:
        return question, ""
    if _MORE.match(bare):
        return f"Tell me more about {focus.group or focus.topic}.", focus.topic
    if match := _BARE.match(bare):
        return _bare(match[1].lower(), focus), focus.topic
    again = _VALUE.match(bare) or _ABOUT.match(bare)
    if again and not _references(again[1]):
        return _capital(ask_again(focus, again[1])), ""
    if _is_fragment(bare, follows=led != typed):
        return _capital(ask_again(focus, bare)), ""
    for change in (_refer, _class_word, _left_out) if is_asked(typed) else ():
        changed, carried = change(text, focus, led != typed)
        if changed != text:
            return remark + _capital(changed), carried
    return (_capital(led) if led != typed and is_asked(led) else question), ""


def _last_question(text: str) -> tuple[str, str]:
    """Part a remark from the question behind it; where several are asked, the later ones refer to the first."""
    match = re.fullmatch(r"([^?]*[^?.! ]{2,}[.!] +)?([^?]*\??)", text)
    return (match[1] or "", match[2]) if match and match[2] else ("", text)


def _refer(text: str, focus: Focus, _: bool) -> tuple[str, str]:
    """Put what the first pronoun stands for in its place."""
    for match in [] if _EMPTY_IT.search(text) else _references(text):
        word, before, after = match[0].split()[0].lower(), text[: match.start()].rstrip(), text[match.end() :]
        noun = (match["noun"] or "").strip()
        verb = word in {"this", "that"} and (
            re.search(r"[^s]s$", noun) or is_going_on(noun) or (is_verb(noun) and re.search(r"\bd\w+$", before))
        )
        if not match["that"] or not analyse(noun) or verb:
            noun, after = "", (match["noun"] or "") + after
        if _is_bound(word, before) or (word == "that" and _joins(before)) or (match["place"] and names_in(text)):
            continue
        target = focus.goal if focus.goal and _REACHED.search(after) else _target(match, noun, focus)
        if match["person"] and not (is_person(target) or re.fullmatch(r"[A-Z][a-z]+", target)):
            return f"{text.rstrip(' ?.!')} ({target})?", focus.topic
        if match["place"]:
            put = _there(before, target, focus)
        elif word in _POSSESSIVES and re.match(r" \w", after) and after.split()[0] not in PREPOSITIONS:
            put = target + ("’" if target.endswith("s") else "’s")
        else:
            put = target
        return f"{before} {put}{after}".strip(), target
    return text, ""


def _there(before: str, target: str, focus: Focus) -> str:
    """Return what "there" stands for: the place that was asked about, or else the topic."""
    spot = PLACE.search(focus.question)
    if re.search(r"\b(?:is|are|was|were)$", before):
        return f"there in {spot[0] if spot else target}"
    return f"in {spot[0]}" if spot else f"at {target}"


def _references(text: str) -> list[re.Match[str]]:
    """Return the pronouns of a text; "HIS" and "IT" in capitals are names."""
    return [match for match in _REFERENCE.finditer(text) if text.isupper() or not match[0].split()[0].isupper()]


def _target(match: re.Match[str], noun: str, focus: Focus) -> str:
    """Return what a pronoun, or "these" and a noun, stands for."""
    if match["person"]:
        return focus.named if is_person(focus.named) else focus.topic
    several = (match["that"] or "").lower() in {"these", "those"}
    if noun:
        stems = set(analyse(noun))
        same = next((known for known in (focus.group, focus.topic) if known and stems & set(analyse(known))), "")
        article = "the " if several or not re.fullmatch(CLASS, noun) else ""
        return same or (focus.topic if not article else f"the {noun} of {focus.topic}")
    if match["many"] or several:
        plural = re.sub(r"^an? ", "", focus.topic) + "s" if re.match(r"an? ", focus.topic) else focus.topic
        return focus.group or plural
    return (focus.named if match["that"] else "") or focus.topic


def _is_bound(pronoun: str, before: str) -> bool:
    """Say whether a pronoun stands for something named earlier in its own question."""
    clause = clause_of(before)
    own = " ".join(word for word in clause.subject or clause.asked[1:] if word.lower() not in GENERIC)
    if not analyse(own):
        return False
    if not clause.asked and not clause.auxiliary:
        return len(clause.subject) > 1 and clause.subject[0].lower() in {"if", "when", "although", "because", "since"}
    if re.search(r",| (?:and|if|when|because|that|but|or|while)(?: .*)?$", before):
        return True
    agrees = is_plural(own) == (pronoun == "their")
    return pronoun in _POSSESSIVES and clause.auxiliary not in BE and bool(clause.rest) and agrees


def _joins(before: str) -> bool:
    """Say whether "that" behind these words only joins a clause, as in "the boards that took part"."""
    last = before.split()[-1].lower() if before else ""
    return not (not last or last in AUXILIARIES | PREPOSITIONS or last.endswith(("'s", "’s", ",")) or is_verb(last))


def _class_word(text: str, focus: Focus, _: bool) -> tuple[str, str]:
    """Put the topic in the place of "the programme", and its noun in that of "ones"."""
    if not names_in(text) and NAME.match(focus.topic.removeprefix("the ")):
        changed = _THE_CLASS.sub(lambda _: focus.topic, text, count=1)
        if changed != text:
            return changed, focus.topic
    noun = head_of(focus.group or focus.topic)
    return re.sub(
        r"(?<!which)(?<!what) ones\b| one(?=\?$)", lambda _: f" {noun}", text, count=1, flags=re.I
    ), focus.topic


def _left_out(text: str, focus: Focus, follows: bool) -> tuple[str, str]:
    """Give a detail without an owner ("What were the results?", "How many were new?") its owner."""
    clause, bare = clause_of(text), text.rstrip(" ?.!")
    if names_in(text):
        return text, ""
    match = _HOW_MANY.match(text)
    if match and focus.group and (not clause.subject or _ADJ_ONLY.search(bare)):
        return f"{match[0].strip()} of {focus.group} {text[match.end() :]}", focus.topic
    if " and " in focus.topic and _WHICH_OF_TWO.match(bare):
        return f"{bare}, {focus.topic.replace(' and ', ' or ')}?", focus.topic
    if re.match(r"how many \w+$", bare, re.IGNORECASE):
        return f"{bare} are there in {focus.topic}?", focus.topic
    words = clause.rest if clause.subject == ("there",) else clause.subject or clause.rest
    inside = {word.lower() for word in words} & PREPOSITIONS
    asks = not clause.asked or clause.asked[0].lower() in {"what", "who", "which", "how"}
    if asks and words and clause.auxiliary in BE | {""} and not inside and is_detail(words[-1]):
        return f"{bare} of {focus.topic}?", focus.topic
    return (f"{bare} in {focus.topic}?", focus.topic) if follows else (text, "")


def _bare(word: str, focus: Focus) -> str:
    """Ask "why?", "which ones?" of the clause that was asked before."""
    clause, noun, said = focus.clause, focus.clause.noun, " ".join(focus.clause.rest)
    if noun and word in {"which", "how many", "how much"}:
        verb = " ".join([clause.auxiliary, *clause.subject, said]).strip()
        return f"{_capital(word)} {noun} {verb}?"
    if word in {"which", "who"} and focus.group:
        return f"{_capital(word)} are {focus.group}?"
    if word in {"how many", "how much"}:
        one = re.sub(r"^(?:the|an?) ", "", focus.group or focus.topic)
        return f"{_capital(word)} {one if is_plural(one) else one + 's'} are there?"
    word = "why" if word == "what for" else word
    if clause.subject and clause.auxiliary and said:
        these = f" these {noun}" if noun else ""
        gap = re.compile(r"(\b(?:with|for|by|from|about|of))(?= (?:in|during|by|for)\b|$)")
        put = gap.sub(lambda match: match[1] + these, said, count=1) if gap.search(said) else said + these
        return f"{_capital(word)} {clause.auxiliary} {' '.join(clause.subject)} {put}?"
    if said and not clause.auxiliary:
        return f"{_capital(word)} is it that {noun or focus.named or 'someone'} {said}?"
    ends = {"when": "When was {}?", "where": "Where is {}?", "how": "How does {} work?", "who": "Who is in {}?"}
    return ends.get(word, _capital(word) + " {}?").format(focus.topic)


def _is_fragment(bare: str, *, follows: bool) -> bool:
    """Say whether this is a piece of a question ("And falls?", "In 2016-17?") rather than a question or a title."""
    words = [word.lower() for word in bare.split()]
    if any(WH.match(word) or word in AUXILIARIES for word in words) or len(words) > 6:
        return False
    if is_asked(bare) or _references(bare) or bare.lower() in {"thanks", "thank you", "ok", "okay", "yes", "no"}:
        return False
    return follows or words[0] in PREPOSITIONS or bool(PERIOD.fullmatch(bare) or PLACE.fullmatch(bare))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
