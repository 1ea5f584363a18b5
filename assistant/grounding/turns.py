"""Turns: small words that turn a sentence round, such as "not", "rose", "before", "aims to", "all"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.grounding.words import Word, around, likeness, words_of


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two sets of words that say opposite things about the same matter."""

    name: str
    one: frozenset[str]
    other: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PAIRS = (
    _Pair(
        "direction",
        _words(
            "rise rises rose risen rising increase increases increased increasing grow grows grew grown growing more "
            "higher greater larger gain gains gained expand expanded expanding upward doubled trebled most highest"
        ),
        _words(
            "fell fallen falling drop drops dropped dropping decrease decreases decreased decreasing reduce reduces "
            "reduced reducing reduction reductions decline declines declined declining fewer less lower smaller cut "
            "shrink shrank downward halved least lowest"
        ),
    ),
    _Pair(
        "order",
        _words("before earlier early prior until"),
        _words("after later late following since afterwards subsequently"),
    ),
    _Pair(
        "start or end",
        _words("began begin begins begun start starts started opened opens launched founded established"),
        _words("ended ends end closed closes stopped stops finished finishes completed abolished"),
    ),
    _Pair(
        "judgement",
        _words("better improve improves improved improving success succeeded successful effective easy easier agreed"),
        _words("worse worsen worsened worsening failure failed unsuccessful ineffective difficult harder refused"),
    ),
    _Pair("with or without", _words("including"), _words("excluding except without")),
)
_NEGATIONS = _words(
    "not no never none nobody nothing neither nor cannot without hardly unable lack lacks lacked fail failed fails"
)
_PLANS = _words(
    "aim aims aimed aiming plan plans planned planning hope hopes hoped intend intends intended expect expects "
    "expected propose proposes proposed proposal target goal should could may might would ambition wants want"
)
_UNIVERSALS = _words("all every each always only everyone everybody everywhere entirely completely solely")
_SCOPE = {True: 3, False: 8}
"""Content words behind a negation (True) or a plan (False) that it is taken to turn: "does not say how many singers",
"the target of the programme was to cut pressure ulcers"."""


_TURNED_SHARE = 0.5
"""Share of what a negation or plan turns that a claim must state for it to be taken to state that."""


def turned(claim: str, evidence: Sequence[str]) -> str:
    """Return what of a claim says the opposite of its evidence sentences, or says more; empty where nothing does."""
    said = words_of(claim)
    held = [words_of(sentence) for sentence in evidence]
    for pair in _PAIRS:
        if _opposite(said, held, pair.one, pair.other) or _opposite(said, held, pair.other, pair.one):
            return pair.name
    for name, marks in (("negation", _NEGATIONS), ("plan", _PLANS)):
        if _unturned(said, held, marks):
            return name
    if _adds_negation(said, held):
        return "negation"
    if _small(said) & _UNIVERSALS - set().union(*map(_small, held)):
        return "extent"
    return ""


def _small(words: Sequence[Word]) -> set[str]:
    return {word.text.casefold() for word in words}


def _opposite(
    said: Sequence[Word], held: Sequence[Sequence[Word]], mine: frozenset[str], opposed: frozenset[str]
) -> bool:
    """Say whether what stands near one of `mine` in the claim stands nearer to one of `opposed` in the evidence."""
    for word in said:
        if word.text.casefold() not in mine:
            continue
        near = around(said, word.start, word.end)
        same = _best(near, held, mine)
        other = _best(near, held, opposed)
        if other > max(same, 0.0) or (same < 0 <= other):
            return True
    return False


def _best(near: dict[str, float], held: Sequence[Sequence[Word]], marks: frozenset[str]) -> float:
    """Return how much stands near both, for the best place of one of `marks`; -1 where there is none."""
    return max(
        (
            likeness(near, around(words, word.start, word.end))
            for words in held
            for word in words
            if word.text.casefold() in marks
        ),
        default=-1.0,
    )


def _scopes(words: Sequence[Word], marks: frozenset[str]) -> list[frozenset[str]]:
    """Return the stems that each of `marks` turns: the next content words of its clause."""
    scopes = []
    for place, word in enumerate(words):
        if word.text == "May":  # the month
            continue
        small = word.text.casefold().replace("’", "'")
        if small in marks or (marks is _NEGATIONS and small.endswith("n't")):
            behind = [other.stem for other in words[place + 1 :] if other.content and other.clause == word.clause]
            scopes.append(frozenset(behind[: _SCOPE[marks is _NEGATIONS]]))
    return scopes


def _unturned(said: Sequence[Word], held: Sequence[Sequence[Word]], marks: frozenset[str]) -> bool:
    """Say whether a claim states plainly what its evidence denies or only plans."""
    if _scopes(said, marks):
        return False
    stated = {word.stem for word in said}
    plain = Counter(word.stem for words in held for word in words)
    for words in held:
        for scope in _scopes(words, marks):
            only_here = {stem for stem in scope if plain[stem] == 1}
            if only_here and len(only_here & stated) >= max(1, len(only_here) * _TURNED_SHARE):
                return True
    return False


def _adds_negation(said: Sequence[Word], held: Sequence[Sequence[Word]]) -> bool:
    """Say whether a claim denies what its evidence does not deny."""
    denied = [scope for words in held for scope in _scopes(words, _NEGATIONS)]
    return any(scope and not any(scope & other for other in denied) for scope in _scopes(said, _NEGATIONS))
