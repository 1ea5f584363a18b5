"""Analysis and BM25, compared with a naive reference."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import analyse
from index.lexical import K1, SMALL_SEGMENTS, B, LexicalIndex, LexicalPassage, update


@pytest.mark.parametrize("text", ["2017-18", "2017/18", "2017–18", "2017 to 2018", "2017-2018", "2017 - 18"])
def test_a_period_gives_its_years_and_itself_however_it_is_written(text: str) -> None:
    assert sorted(analyse(f"in {text}.")) == ["2017", "2017-18", "2018"]


@pytest.mark.parametrize(("text", "last"), [("1999-2004", "2004"), ("1998 to 2003", "2003"), ("1999-00", "2000")])
def test_a_period_over_the_turn_of_the_century_keeps_its_years(text: str, last: str) -> None:
    assert {text[:4], last} <= set(analyse(text))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("follow-up", ["follow", "followup"]),
        ("self-management", ["self", "manag", "selfmanag"]),
        ("the carers' needs", ["carer", "need"]),
        ("the ihub's work", ["ihub", "work"]),
        ("the ihub’s work", ["ihub", "work"]),
        ("1,000,000 people", ["1000000", "peopl"]),
        ("75,311", ["75311"]),
        ("4.5% of", ["4.5"]),
        ("FY2018", ["fy2018", "2018"]),
        ("Q4 2017, Q42017", ["q4", "2017", "q42017", "2017"]),
        ("café Café CAFE", ["cafe", "cafe", "cafe"]),
        ("organisations organisation", ["organis", "organis"]),
        ("What is it about?", []),
        ("🎉 … —", []),
        ("", []),
    ],
)
def test_words_are_found_in_all_their_forms(text: str, terms: list[str]) -> None:
    assert analyse(text) == terms


def test_a_name_with_an_apostrophe_is_found_without_it() -> None:
    assert set(analyse("OBrien")) <= set(analyse("O'Brien"))


@given(st.text(max_size=80))
def test_analysis_never_fails_and_gives_no_empty_term(text: str) -> None:
    assert all(analyse(text)) or not analyse(text)


WORDS = st.sampled_from(["fall", "ward", "care", "home", "medicine", "2018", "the", "frailty", "team"])
TEXT = st.lists(WORDS, max_size=12).map(" ".join)


def naive_bm25(texts: list[str], question: str) -> list[float]:
    """Score every text for a question straight from the formula of Lucene's BM25."""
    documents = [analyse(text) or ["nothing at all"] for text in texts]
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        counts = Counter(document)
        score = 0.0
        for term in analyse(question):
            holding = sum(term in other for other in documents)
            if holding:
                weight = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
                length = K1 * (1 - B + B * len(document) / mean)
                score += weight * counts[term] / (counts[term] + length)
        scores.append(score)
    return scores


@given(texts=st.lists(TEXT, min_size=1, max_size=12), question=TEXT, limit=st.integers(1, 15))
def test_lexical_search_agrees_with_the_formula(texts: list[str], question: str, limit: int) -> None:
    ids = [f"p{number}" for number in range(len(texts))]
    expected = dict(zip(ids, naive_bm25(texts, question), strict=True))
    found = LexicalIndex.build(ids, texts).search(question, limit)
    assert len(found) == min(limit, sum(score > 0 for score in expected.values()))
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    assert all(score == pytest.approx(expected[key], abs=1e-4) for key, score in found)
    assert scores == pytest.approx(sorted(expected.values(), reverse=True)[: len(found)], abs=1e-4)


class Kept:
    """Passages by id, and their index in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.texts: dict[str, str] = {}

    def change(self, changes: Mapping[str, str | None]) -> None:
        """Give passages other texts; None removes one."""
        gone = {key: LexicalPassage.of(self.texts.pop(key)) for key in changes if key in self.texts}
        new = {key: text for key, text in changes.items() if text is not None}
        self.texts.update(new)
        words = Counter(word for passage in gone.values() for word in passage.words)
        update(self.folder, frozenset(gone), words, self._analysed(new), self._analysed)

    def _analysed(self, ids: Iterable[str]) -> list[tuple[str, LexicalPassage]]:
        return [(key, LexicalPassage.of(self.texts[key])) for key in ids]


CHANGES = st.lists(
    st.dictionaries(st.sampled_from("abcdefgh"), TEXT | st.none(), min_size=1, max_size=4), min_size=1, max_size=12
)


@given(changes=CHANGES, question=TEXT, small=st.integers(0, 4), size=st.integers(1, 6))
def test_an_index_that_was_changed_step_by_step_answers_as_one_that_was_built_at_once(
    tmp_path_factory: pytest.TempPathFactory,
    changes: list[dict[str, str | None]],
    question: str,
    small: int,
    size: int,
) -> None:
    kept = Kept(tmp_path_factory.mktemp("lexical"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.lexical.SMALL_SEGMENTS", small)
        patch.setattr("index.lexical.SEGMENT_PASSAGES", size)
        for step in changes:
            kept.change(step)
            stepwise = LexicalIndex.open(kept.folder)
            whole = LexicalIndex.build(list(kept.texts), list(kept.texts.values()))
            assert len(stepwise) == len(kept.texts)
            assert stepwise.words == whole.words
            assert dict(stepwise.search(question, 9)) == pytest.approx(dict(whole.search(question, 9)), abs=1e-5)
            assert stepwise.match(question).mass == pytest.approx(whole.match(question).mass)


def test_one_changed_passage_writes_no_other_again(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.change({str(number): f"falls on ward {number}" for number in range(50)})
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.npz")}
    kept.change({"7": "care at home"})
    after = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.npz")}
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1
    assert [key for key, _ in LexicalIndex.open(tmp_path).search("care home", 5)] == ["7"]


def test_many_small_changes_are_written_together_in_the_end(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    for number in range(5 * SMALL_SEGMENTS):
        kept.change({str(number): "falls on the ward"})
    assert len(list(tmp_path.glob("*.npz"))) <= SMALL_SEGMENTS + 1
    assert len(LexicalIndex.open(tmp_path)) == 5 * SMALL_SEGMENTS


def test_a_word_that_only_a_removed_passage_held_is_not_known_any_more(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.change({"a": "Ruth Glassborow", "b": "falls on the ward"})
    kept.change({"a": None})
    index = LexicalIndex.open(tmp_path)
    assert not index.knows("glassborow")
    assert "glassborow" not in index.words


@pytest.mark.parametrize("content", [b"", b"damaged" * 1000, b"PK"])
def test_a_damaged_index_is_told(tmp_path: Path, content: bytes) -> None:
    Kept(tmp_path).change({"a": "falls on the ward"})
    next(tmp_path.glob("*.npz")).write_bytes(content)
    with pytest.raises(ValueError, match="is damaged"):
        LexicalIndex.open(tmp_path)


@pytest.mark.parametrize("content", [b"odd", b"\xff\xff\xff\x7f"])
def test_damaged_notes_of_what_is_gone_are_told(tmp_path: Path, content: bytes) -> None:
    kept = Kept(tmp_path)
    kept.change({"a": "falls on the ward", "b": "care at home"})
    kept.change({"a": None})
    next(tmp_path.glob("*.gone")).write_bytes(content)
    with pytest.raises(ValueError, match="is damaged"):
        LexicalIndex.open(tmp_path)


def test_a_question_without_a_known_word_finds_nothing() -> None:
    index = LexicalIndex.build(["a", "b"], ["falls on the ward", "care at home"])
    assert index.search("zebra", 5) == []
    assert index.search("what is the", 5) == []
    assert index.search("", 5) == []


def test_an_index_of_nothing_can_be_saved_opened_and_asked(tmp_path: Path) -> None:
    Kept(tmp_path / "lexical").change({})
    index = LexicalIndex.open(tmp_path / "lexical")
    assert len(index) == 0
    assert index.search("falls", 5) == []


def test_a_passage_without_any_term_is_never_found() -> None:
    index = LexicalIndex.build(["a", "b"], ["🎉 the", "falls"])
    assert [key for key, _ in index.search("falls the 🎉", 5)] == ["b"]


def test_scores_and_their_bound_are_known_for_every_passage() -> None:
    index = LexicalIndex.build(["d:1", "d:2", "e:1"], ["falls on the ward", "falls falls falls", "care at home"])
    match = index.match("falls at home, falls?")
    assert match.score("d:2") == pytest.approx(match.top(3)[0][1]) or match.score("e:1") == match.top(3)[0][1]
    assert match.score("nowhere:1") is None
    assert 0 < max(score for _, score in match.top(3)) <= match.mass
    assert index.match("zebra").mass == 0
    assert [key for key, _ in index.match("falls home", frozenset({"e"})).top(3)] == ["e:1"]


def test_words_are_kept_in_their_usual_form(tmp_path: Path) -> None:
    texts = ["Ruth Glassborow spoke", "GLASSBOROW and others", "glassborow? no: Glassborow."]
    Kept(tmp_path).change(dict(zip("abc", texts, strict=True)))
    assert LexicalIndex.open(tmp_path).words["glassborow"] == "Glassborow"
