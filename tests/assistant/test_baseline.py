"""The baseline reader, with the real model."""

from __future__ import annotations

import pytest

from assistant.reader.baseline import BaselineReader
from index.embedding import MiniLMEmbeddings
from index.generation import Generation
from index.retriever import HybridRetriever


@pytest.fixture(scope="module")
def reader(embeddings: MiniLMEmbeddings) -> BaselineReader:
    return BaselineReader(embeddings)


def test_no_passages_give_an_empty_reading_of_the_baseline(reader: BaselineReader) -> None:
    reading = reader.read("What is it?", ())
    assert (reading.evidence, reading.answerable) == ((), 0.0)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many falls did the wardens count on the river walk?", "14 falls"),
        ("How much did the council give to the garden?", "£4,500"),
        ("When does the choir practise?", "every Tuesday evening"),
    ],
)
def test_the_sentence_that_answers_is_the_most_probable(
    reader: BaselineReader, small_index: Generation, embeddings: MiniLMEmbeddings, question: str, words: str
) -> None:
    passages = HybridRetriever(generation=small_index, embeddings=embeddings).retrieve(question)
    reading = reader.read(question, passages)
    probabilities = [evidence.probability for evidence in reading.evidence]
    assert words in reading.evidence[0].sentence.text
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(0 <= probability <= 1 for probability in probabilities)
    assert reading.answerable > 0.5


def test_a_question_about_something_else_is_less_probable(
    reader: BaselineReader, small_index: Generation, embeddings: MiniLMEmbeddings
) -> None:
    retriever = HybridRetriever(generation=small_index, embeddings=embeddings)

    def answerable(question: str) -> float:
        return reader.read(question, retriever.retrieve(question)).answerable

    assert answerable("Who won the football World Cup?") < 0.5 < answerable("When does the choir practise?")
