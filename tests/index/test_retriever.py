"""Retrieval over a real index: what is found, for whom, and what never is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from chromadb import Collection
from chromadb.api.client import Client

from corpus.document import Audience
from index.embedding import MiniLMEmbeddings
from index.generation import Generation, Generations
from index.retriever import HybridRetriever
from index.sync import sync
from tests.corpus.making import write_files


@pytest.fixture(scope="module")
def public(small_index: Generation, embeddings: MiniLMEmbeddings) -> HybridRetriever:
    return HybridRetriever(generation=small_index, embeddings=embeddings)


def as_audience(retriever: HybridRetriever, audience: Audience) -> HybridRetriever:
    """Return the retriever for another person."""
    return retriever.model_copy(update={"audience": audience})


@pytest.mark.parametrize(
    ("question", "document_id"),
    [
        ("How many volunteers look after the community garden?", "garden"),
        ("When does the choir practise?", "choir"),
        ("Are dogs welcome?", "river-walk"),
        ("What does FOG stand for?", "glossary"),
    ],
)
def test_the_passage_that_answers_comes_first(public: HybridRetriever, question: str, document_id: str) -> None:
    assert public.retrieve(question)[0].passage.document_id == document_id


def test_ranks_count_from_one_and_scores_fall(public: HybridRetriever) -> None:
    found = public.retrieve("How many falls were there in 2018?")
    assert [ranked.rank for ranked in found] == list(range(1, len(found) + 1))
    assert [ranked.score for ranked in found] == sorted((ranked.score for ranked in found), reverse=True)
    assert all(-1 <= ranked.similarity <= 1.01 and ranked.bm25 >= 0 for ranked in found)


def test_each_sentence_has_its_own_similarity(public: HybridRetriever) -> None:
    best = public.retrieve("How much money did visitors give?")[0]
    gifts = max(zip(best.sentence_similarities, best.passage.sentences, strict=True), key=lambda pair: pair[0])
    assert gifts[1].text == "Visitors gave a further £820 in 2017-18."
    assert all(-1 <= similarity <= 1.01 for similarity in best.sentence_similarities)


def test_no_more_passages_come_than_were_asked_for(public: HybridRetriever) -> None:
    assert len(public.model_copy(update={"limit": 2}).retrieve("garden")) == 2


@pytest.mark.parametrize("question", ["", "   ", "\n"])
def test_an_empty_question_finds_nothing(public: HybridRetriever, question: str) -> None:
    assert public.retrieve(question) == ()


@pytest.mark.parametrize("question", ["🎉", "the", "Wie viele?", "x" * 3000, '"; DROP TABLE passages; --'])
def test_odd_questions_are_searched_like_others(public: HybridRetriever, question: str) -> None:
    assert all(ranked.passage.text for ranked in public.retrieve(question))


@pytest.mark.parametrize(
    ("audience", "hidden"),
    [(Audience.PUBLIC, {"rents", "wages"}), (Audience.PARTNER, {"wages"}), (Audience.STAFF, set())],
)
@pytest.mark.parametrize(
    "question", ["What do the wardens earn? Morag Sinclair", "What is the rent of a workshop in the mill?"]
)
def test_nobody_retrieves_what_they_may_not_read(
    public: HybridRetriever, audience: Audience, hidden: set[str], question: str
) -> None:
    found = {ranked.passage.document_id for ranked in as_audience(public, audience).retrieve(question)}
    assert not found & hidden
    assert found >= {"rents", "wages"} - hidden


def test_a_collection_that_may_not_be_read_is_never_opened(
    small_index: Generation, embeddings: MiniLMEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    open_collection = Client.get_or_create_collection

    def watched(client: Client, name: str, **settings: Any) -> Collection:
        opened.append(name)
        return open_collection(client, name, **settings)

    monkeypatch.setattr(Client, "get_or_create_collection", watched)
    generation = Generation(small_index.folder, small_index.manifest, embeddings)
    HybridRetriever(generation=generation, embeddings=embeddings).retrieve("wages of the wardens")
    assert opened == ["passages-public"]
    generation.close()


def test_the_document_store_hides_what_may_not_be_read(small_index: Generation) -> None:
    store = small_index.documents
    for audience in Audience:
        hidden = {key for key in ("rents", "wages") if not audience.may_read(store.audience_of(key))}
        listed = {document.id for document in store.documents(audience)}
        assert listed == set(store.passage_counts(audience)) == set(store.stored()) - hidden
        assert all(store.document(key, audience) is None for key in hidden)
        ids = [key for other in Audience for key in store.passage_ids(other)]
        assert {passage.document_id for passage, _ in store.passages(ids, audience).values()} == listed
    assert store.document("unknown", Audience.STAFF) is None


def test_documents_come_back_from_the_store_as_they_were(small_index: Generation) -> None:
    garden = small_index.documents.document("garden", Audience.PUBLIC)
    assert garden is not None
    assert (garden.title, garden.period, garden.programme) == ("The community garden", "2016 to 2018", "Green places")
    for passage in small_index.documents.passages_of(Audience.PUBLIC):
        document = small_index.documents.document(passage.document_id, Audience.PUBLIC)
        assert document is not None
        assert all(document.text[s.start : s.end] == s.text for s in passage.sentences)


def test_langchain_sees_the_same_passages(public: HybridRetriever) -> None:
    documents = public.invoke("When does the choir practise?")
    assert documents[0].metadata["document_id"] == "choir"
    assert [document.id for document in documents] == [
        ranked.passage.id for ranked in public.retrieve("When does the choir practise?")
    ]


def test_a_list_over_several_passages_comes_whole_with_its_lead_in(
    tmp_path: Path, embeddings: MiniLMEmbeddings
) -> None:
    tasks = ["oiling the lock gates", "clearing weed", "counting boats", "painting rails", "mending lamps", "digging"]
    items = [f"- {task} before the boats come back in spring, with {n + 2} people" for n, task in enumerate(tasks * 3)]
    text = "# The canal\n\nThe canal volunteers have these tasks in winter:\n\n" + "\n".join(items) + "\n"
    others = {f"paper-{n}.md": f"# Paper {n}\n\nVolunteers of group {n} plant trees each winter.\n" for n in range(30)}
    corpus = write_files(tmp_path / "corpus", {"canal.md": text, **others})
    sync([corpus], tmp_path / "home", embeddings)
    folder = Generations(tmp_path / "home").current_folder()
    assert folder is not None
    generation = Generations(tmp_path / "home").open(folder, embeddings)
    assert len(generation.documents.all_passages_of("canal")) == 2
    found = HybridRetriever(generation=generation, embeddings=embeddings, limit=6).retrieve(
        "What tasks do the canal volunteers have in winter?"
    )
    shown = " ".join(one.passage.text for one in found[:2])
    assert "have these tasks in winter:" in shown
    assert all(f"with {n + 2} people" in shown for n in range(len(items)))
    generation.close()
