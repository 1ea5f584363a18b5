"""Facts: every figure, name, quoted phrase and small word that turns a sentence must stand in the cited words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.grounding.evidence import Source, together
from assistant.grounding.figures import WHEN, Figure, figures_of
from assistant.grounding.names import holds_name, names_of, plain_phrase, quoted_phrases
from assistant.grounding.turns import turned
from assistant.grounding.words import around, likeness, words_of

MARGIN = 1.0
"""How much more of its surroundings another figure must share before a claim is taken to have mixed the two up; at 0,
reordered true sentences of the tuning half are refused."""

_STEP = re.compile(r"\W*\b(?:to|into|rather than|instead of)\b\W*", re.IGNORECASE)
_LEANS_BACK = re.compile(r"^(?:It|Its|This|That|These|Those|They|Their|He|She|His|Her|Such|Both|The|We|Our)\b")


def missing_fact(claim: str, cited: Sequence[Source], sources: Sequence[Source]) -> str:
    """Return what of a claim the cited sentences do not bear out, in a few words; empty where nothing is missing.

    `sources` are all sentences that could be cited; those in the passages of the cited ones tell what a figure or a
    name belongs to.
    """
    return (
        _missing_figure(claim, cited)
        or _missing_phrase(claim, cited)
        or _missing_name(claim, cited, together(sources, cited))
        or _turned(claim, cited)
    )


def _missing_figure(claim: str, cited: Sequence[Source]) -> str:
    figures = figures_of(claim)
    if not figures:
        return ""
    held = [figure for source in cited for figure in figures_of(source.text)]
    dated = any(figure.kind in WHEN for figure in held)
    heading = [] if dated else [figure for source in cited for figure in figures_of(source.context)]
    for figure in figures:
        if not any(figure.backed_by(other) for other in held):
            if not (figure.kind in WHEN and any(figure.backed_by(other) for other in heading)):
                return f"figure not in the cited words: {claim[figure.start : figure.end]}"
        elif _belongs_elsewhere(claim, figure, cited):
            return f"figure belongs to something else: {claim[figure.start : figure.end]}"
    return _out_of_order(claim, figures, cited) or _changed_places(claim, figures, cited)


def _changed_places(claim: str, figures: Sequence[Figure], cited: Sequence[Source]) -> str:
    """Return a figure that stands right before a word where the evidence has figures of other kinds only.

    "In 14 they counted 2018 falls" has every figure and word of "In 2018 they counted 14 falls".
    """
    held = [pair for source in cited for pair in _counted(source.text, figures_of(source.text))]
    for stem, figure in _counted(claim, figures):
        kinds = {other.kind for word, other in held if word == stem}
        if kinds and figure.kind not in kinds:
            return f"figure belongs to something else: {claim[figure.start : figure.end]}"
    return ""


def _counted(text: str, figures: Sequence[Figure]) -> list[tuple[str, Figure]]:
    """Return the stem of the word right behind each figure, where nothing but a space is between."""
    words = {word.start: word.stem for word in words_of(text)}
    return [
        (words[figure.end + 1], figure)
        for figure in figures
        if text[figure.end : figure.end + 1] == " " and figure.end + 1 in words
    ]


def _out_of_order(claim: str, figures: Sequence[Figure], cited: Sequence[Source]) -> str:
    """Return a step such as "from 18 to 3" where the evidence only has "from 3 to 18"."""
    for one, other in pairwise(figures):
        if one.kind is not other.kind or not _STEP.fullmatch(claim[one.end : other.start]):
            continue
        orders = {
            places.index(one.value) < places.index(other.value)
            for source in cited
            if {one.value, other.value}
            <= set(places := [f.value for f in figures_of(source.text) if f.kind is one.kind])
        }
        if orders == {False}:
            return f"the wrong way round: {claim[one.start : other.end]}"
    return ""


def _belongs_elsewhere(claim: str, figure: Figure, cited: Sequence[Source]) -> bool:
    """Say whether another figure of this kind stands among more of the words that the claim puts around this one."""
    surroundings = around(words_of(claim), figure.start, figure.end)
    same = rival = 0.0
    for source in cited:
        words = words_of(source.text)
        for other in figures_of(source.text):
            if other.kind is figure.kind:
                shared = likeness(surroundings, around(words, other.start, other.end))
                same, rival = (max(same, shared), rival) if other.value == figure.value else (same, max(rival, shared))
    return rival > same + MARGIN


def _missing_phrase(claim: str, cited: Sequence[Source]) -> str:
    held = " ".join(plain_phrase(source.text) for source in cited)
    missing = next((phrase for phrase in quoted_phrases(claim) if phrase not in held), "")
    return f"not a quotation: {missing}" if missing else ""


def _missing_name(claim: str, cited: Sequence[Source], near: Sequence[Source]) -> str:
    names = names_of(claim)
    held = " ".join(source.text for source in cited)
    heading = " ".join(source.context for source in cited)
    around_it = " ".join(source.text for source in near)
    rivals = [name for name in names_of(held) if not holds_name(name, claim)]
    leans = not rivals or any(_LEANS_BACK.match(source.text) for source in cited)
    for name in names:
        if not (holds_name(name, held) or holds_name(name, heading) or (leans and holds_name(name, around_it))):
            return f"name not in the cited words: {' '.join(name)}"
    return ""


def _turned(claim: str, cited: Sequence[Source]) -> str:
    how = turned(claim, [source.text for source in cited])
    return f"the cited words say otherwise ({how})" if how else ""
