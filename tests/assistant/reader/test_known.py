"""Known questions: they speak for the sentences that answer them, against an answer, and for nothing unknown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reader.known import KnownQuestion, KnownQuestions, key_of, load, save
from assistant.reader.pair import Pair
from index.embedding import MiniLMEmbeddings

POND = "The pond was dug in 2019. | Garden"
DOGS = "Dogs are welcome on a lead. | Garden"
BENCH = "A bench | Garden"
KNOWN = (
    KnownQuestion("In which year was the pond made?", (POND,)),
    KnownQuestion("May I bring my dog?", (DOGS,)),
    KnownQuestion("What did the pond cost?", ()),
    KnownQuestion("What is there to sit on?", (BENCH,)),
)


@pytest.fixture(scope="module")
def embeddings() -> MiniLMEmbeddings:
    return MiniLMEmbeddings()


@pytest.fixture(scope="module")
def known(embeddings: MiniLMEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> KnownQuestions:
    path = tmp_path_factory.mktemp("known") / "known.safetensors"
    vectors = np.array(embeddings.embed_documents([item.question for item in KNOWN]), np.float32)
    answers = np.array(embeddings.embed_documents([POND, DOGS, BENCH]), np.float32)
    save(KNOWN, vectors, dict(zip((POND, DOGS, BENCH), answers, strict=True)), path)
    return load(path)


def asked(embeddings: MiniLMEmbeddings, question: str) -> np.ndarray:
    return np.array(embeddings.embed_query(question), np.float32)


def test_a_question_in_other_words_speaks_for_the_sentence_that_answered(
    known: KnownQuestions, embeddings: MiniLMEmbeddings
) -> None:
    question = "When did they create the pond?"
    pond, dogs = known.support(asked(embeddings, question), [Pair(question, POND), Pair(question, DOGS)])
    assert pond is not None
    assert dogs is not None
    assert pond.answered > dogs.answered + 0.2
    assert pond.in_vain == 0


def test_a_question_that_had_no_answer_speaks_against_one(known: KnownQuestions, embeddings: MiniLMEmbeddings) -> None:
    question = "How much did the pond cost to build?"
    (pond,) = known.support(asked(embeddings, question), [Pair(question, POND)])
    assert pond is not None
    assert pond.in_vain > 0.1


def test_of_an_unknown_sentence_nothing_is_said(known: KnownQuestions, embeddings: MiniLMEmbeddings) -> None:
    question = "When did they create the pond?"
    assert known.support(asked(embeddings, question), [Pair(question, "The pond was dug in 2020. | Garden")]) == [None]


def test_a_sentence_is_known_under_another_title_but_an_item_is_not(
    known: KnownQuestions, embeddings: MiniLMEmbeddings
) -> None:
    question = "May I bring my dog?"
    asked_before = [Pair(question, text.replace("| Garden", "| The garden, 2020")) for text in (DOGS, POND, BENCH)]
    dogs, pond, bench = known.support(asked(embeddings, question), asked_before)
    assert dogs is not None
    assert pond is not None
    assert dogs.answered > pond.answered
    assert bench is None
    (under_its_own_title,) = known.support(asked(embeddings, question), [Pair(question, BENCH)])
    assert under_its_own_title is not None


def test_sentences_that_answered_such_questions_come_nearest_first(
    known: KnownQuestions, embeddings: MiniLMEmbeddings
) -> None:
    found = known.nearest(asked(embeddings, "Are pets allowed?"), 2)
    assert found[0].key == key_of(DOGS)
    assert len(found) == 2
    meant = np.array(embeddings.embed_query(DOGS))
    assert float(np.array(found[0].vector) @ meant) > 0.99
    assert len(known.nearest(asked(embeddings, "Are pets allowed?"), 9)) == 3


def test_no_word_of_a_known_question_is_kept(tmp_path: Path) -> None:
    save(KNOWN, np.zeros((4, 384), np.float32), {POND: np.ones(384, np.float32)}, tmp_path / "known.safetensors")
    kept = (tmp_path / "known.safetensors").read_bytes()
    assert not any(word in kept for word in (b"pond", b"dog", b"Garden"))


def test_where_nothing_is_known_nothing_is_said() -> None:
    empty = KnownQuestions(np.zeros((0, 384), np.float32), {})
    assert empty.nearest(np.ones(384, np.float32), 3) == []
    assert empty.support(np.ones(384, np.float32), [Pair("q", "text")]) == [None]


@given(answers=st.lists(st.lists(st.sampled_from("abcdef"), max_size=3, unique=True), min_size=1, max_size=8))
def test_each_question_speaks_for_its_own_answers_only(
    answers: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("known") / "known.safetensors"
    save(
        [KnownQuestion(str(row), tuple(texts)) for row, texts in enumerate(answers)],
        np.eye(len(answers), 384, dtype=np.float32),
        {},
        path,
    )
    known = load(path)
    for row, texts in enumerate(answers):
        supports = known.support(
            np.eye(len(answers), 384, dtype=np.float32)[row], [Pair("", text) for text in "abcdef"]
        )
        speaking = {text for text, found in zip("abcdef", supports, strict=True) if found and found.answered > 0.99}
        assert speaking == set(texts)
