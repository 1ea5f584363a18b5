"""The grounding check: what the cited words bear out is shown, what they do not is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.compose.plain import unfit
from assistant.grounding.check import GroundingCheck, Supported, Unsupported
from assistant.grounding.claim_reader import ClaimReader
from assistant.grounding.evidence import Source
from assistant.grounding.figures import Kind, figures_of
from assistant.grounding.names import holds_name, names_of, quoted_phrases
from assistant.grounding.turns import turned
from index.embedding import MiniLMEmbeddings

CLAIM_READER = ClaimReader()
LABELLED = Path(__file__).parents[1] / "data" / "grounding"
ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def in_words(number: int) -> str:
    """Return a number below a million as it is read aloud in British English."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10 - 2] + (f"-{ONES[number % 10]}" if number % 10 else "")
    if number < 1000:
        return f"{ONES[number // 100]} hundred" + (f" and {in_words(number % 100)}" if number % 100 else "")
    rest = number % 1000
    joint = " and " if 0 < rest < 100 else " "
    return f"{in_words(number // 1000)} thousand" + (joint + in_words(rest) if rest else "")


@given(st.integers(2, 999_999))
def test_a_number_is_the_same_in_words_and_digits(number: int) -> None:
    (words,) = figures_of(f"They met {in_words(number)} people.")
    (digits,) = figures_of(f"They met {number:,} people.")
    assert (words.kind, words.value) == (digits.kind, digits.value) == (Kind.NUMBER, str(number))


@given(st.text(max_size=200))
def test_figures_lie_inside_their_text_and_apart(text: str) -> None:
    figures = figures_of(text)
    assert all(0 <= figure.start < figure.end <= len(text) for figure in figures)
    assert all(one.end <= other.start for one, other in pairwise(figures))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2017-18", "2017 to 2018"),
        ("2017/18", "2017–2018"),
        ("between 2017 and 2018", "2017-2018"),
        ("25%", "twenty-five per cent"),
        ("25 percent", "25 per cent"),
        ("£1.2m", "£1,200,000"),
        ("£1.2 million", "1,200,000 pounds"),
        ("12 May 2018", "May 12th 2018"),
        ("two thirds", "two-thirds"),
        ("a hundred and one", "101"),
        ("two thousand", "2,000"),
        ("the 1st", "the first"),
    ],
)
def test_two_ways_to_write_a_figure_are_the_same(one: str, other: str) -> None:
    values = [[(figure.kind, figure.value) for figure in figures_of(text)] for text in (one, other)]
    assert values[0] == values[1] != []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("25%", "25"),
        ("£25", "25"),
        ("2017-18", "2017"),
        ("117", "171"),
        ("1,200", "1.2"),
        ("more than 10", "10"),
        ("fewer than 10", "more than 10"),
        ("12 May", "13 May"),
        ("two thousand people", "the year 2000"),
    ],
)
def test_figures_that_look_alike_are_not_the_same(one: str, other: str) -> None:
    (first,), (second,) = figures_of(one), figures_of(other)
    assert not first.backed_by(second)


def test_the_verb_may_is_no_month() -> None:
    assert [figure.kind for figure in figures_of("Teams may meet. In May they met.")] == [Kind.MONTH]


def test_names_are_found_and_compared_word_by_word() -> None:
    assert names_of("John Smith of NHS Fife met the ihub in May.") == (("john", "smith"), ("nhs", "fife"))
    assert holds_name(("nhs", "fife"), "NHS Fife’s boards")
    assert not holds_name(("nhs", "fife"), "NHS Lothian and Fife")
    assert holds_name(("nhs",), "the National Health Service")
    assert quoted_phrases("Its motto is “Sing as  one”.") == ("sing as one",)


@pytest.mark.parametrize(
    ("claim", "evidence", "how"),
    [
        ("Falls rose by 25.9%.", "Falls dropped by 25.9% in Value Management teams.", "direction"),
        ("Falls dropped by 25.9%.", "Falls dropped by 25.9% in Value Management teams.", ""),
        ("Ulcers fell and staff numbers rose.", "Ulcers rose while staff numbers fell.", "direction"),
        ("Ulcers fell and staff numbers rose.", "Ulcers fell while staff numbers rose.", ""),
        ("More women than men took part.", "Fewer women than men took part.", "direction"),
        ("Dogs are not welcome.", "Dogs are welcome on a lead.", "negation"),
        ("Dogs are welcome.", "Dogs aren’t welcome on the beach.", "negation"),
        ("The programme reduced falls by 20%.", "The programme aims to reduce falls by 20%.", "plan"),
        ("The programme aims to reduce falls.", "The programme aims to reduce falls by 20%.", ""),
        ("The team met in May 2018.", "The team met in May 2018.", ""),
        ("All teams took part.", "Five teams took part.", "extent"),
        ("The board met before the merger.", "The board met after the merger.", "order"),
        ("The garden opened in 2016.", "The garden closed in 2016.", "start or end"),
    ],
)
def test_words_that_turn_a_sentence_are_respected(claim: str, evidence: str, how: str) -> None:
    assert turned(claim, [evidence]) == how


EVIDENCE = (
    Source(1, "In 2018 the wardens counted 14 falls on the river walk.", "walk", "River walk. Safety. 2018-19"),
    Source(2, "They put up 30 metres of new handrail in 2019.", "walk", "River walk. Safety. 2018-19"),
    Source(3, "NHS Lothian cut falls by 20% and NHS Fife cut falls by 10%.", "boards", "Boards. Falls. 2017-18"),
    Source(4, "The council paid £4,500 for tools.", "garden", "The garden. Money. 2016 to 2018"),
)


@pytest.fixture(scope="module")
def check(embeddings: MiniLMEmbeddings) -> GroundingCheck:
    return GroundingCheck(embeddings, CLAIM_READER, EVIDENCE)


@pytest.mark.parametrize(
    ("claim", "cited", "numbers"),
    [
        (EVIDENCE[0].text, (1,), (1,)),
        (EVIDENCE[0].text, (2,), (1,)),
        (EVIDENCE[0].text, (), (1,)),
        (EVIDENCE[0].text, (77,), (1,)),
        ("In 2017-18 NHS Fife cut falls by 10%.", (3,), (3,)),
        ("The wardens put up thirty metres of new handrail in 2019.", (2,), (2,)),
        ("The council paid four thousand five hundred pounds for tools.", (4,), (4,)),
    ],
)
def test_a_claim_gets_the_citations_that_bear_it_out(
    check: GroundingCheck, claim: str, cited: tuple[int, ...], numbers: tuple[int, ...]
) -> None:
    verdict = check.check(claim, cited)
    assert isinstance(verdict, Supported), verdict
    assert verdict.numbers == numbers


@pytest.mark.parametrize(
    "claim",
    [
        "In 2018 the wardens counted 30 falls on the river walk.",
        "In 2018 the wardens counted 14% falls on the river walk.",
        "NHS Fife cut falls by 20%.",
        "NHS Highland cut falls by 10%.",
        "NHS Fife cut falls by 10% in 2016-17.",
        "The council paid £4,500 for seeds, benches and a greenhouse.",
        "The council earned £4,500 from selling vegetables.",
        "The council paid $4,500 for tools.",
        "Falls.",
        "",
        "…",
    ],
)
def test_a_claim_that_nothing_bears_out_is_refused(check: GroundingCheck, claim: str) -> None:
    for cited in ((), (1,), (1, 2, 3, 4)):
        assert isinstance(check.check(claim, cited), Unsupported)


@given(st.text(max_size=80))
def test_any_text_gets_a_verdict(check: GroundingCheck, text: str) -> None:
    verdict = check.check(text)
    assert 0 <= verdict.probability <= 1


def records() -> Iterator[tuple[tuple[Source, ...], str, bool]]:
    for file in (LABELLED / "invented.jsonl", LABELLED / "written.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            evidence = tuple(Source(**item) for item in row["evidence"])
            for sentence in row["sentences"]:
                yield evidence, sentence["text"], sentence["supported"]


def test_labelled_sentences_are_told_apart(embeddings: MiniLMEmbeddings) -> None:
    """Of both halves together: no more than 2% of what is false is shown, most of what is true is kept."""
    shown = {True: [0, 0], False: [0, 0]}
    checks: dict[tuple[Source, ...], GroundingCheck] = {}
    for evidence, text, supported in records():
        if evidence not in checks:
            checks[evidence] = GroundingCheck(embeddings, CLAIM_READER, evidence)
        passed = isinstance(checks[evidence].check(text), Supported)
        passed = passed and not unfit(text, " ".join(source.text for source in evidence))
        shown[supported][0] += passed
        shown[supported][1] += 1
    assert shown[False][1] > 100
    assert shown[False][0] <= 0.02 * shown[False][1]
    assert shown[True][0] >= 0.8 * shown[True][1]
