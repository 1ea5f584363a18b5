"""The vector store, with a real Chroma on disk."""

from __future__ import annotations

from pathlib import Path

import chromadb
import pytest
from langchain_core.embeddings import Embeddings

from corpus.document import Audience
from index.embedding import MiniLMEmbeddings, fast_dtype, model_folder, verify_weights
from index.errors import IndexUnusable, ModelUnavailable
from index.vector_store import VectorStore

TEXTS = ["Falls on the ward were fewer.", "The choir sings on Tuesdays.", "Fewer patients fell in hospital."]


class Compass(Embeddings):
    """Vectors that point the way that a text names; enough where nothing is embedded."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return {"north": [0.0, 1.0], "east": [1.0, 0.0]}.get(text, [0.6, 0.8])


def test_the_best_passage_has_the_highest_similarity(tmp_path: Path, embeddings: MiniLMEmbeddings) -> None:
    store = VectorStore(tmp_path, embeddings)
    store.add(Audience.PUBLIC, ["a", "b", "c"], TEXTS, embeddings.embed_documents(TEXTS))
    found = store.search(Audience.PUBLIC, [embeddings.embed_query("Did patients fall less often?")], 3)[0]
    scores = [score for _, score in found]
    assert [key for key, _ in found][-1] == "b"
    assert scores == sorted(scores, reverse=True)
    exact = embeddings.embed_query(TEXTS[1])
    key, similarity = store.search(Audience.PUBLIC, [exact], 1)[0][0]
    assert (key, similarity) == ("b", pytest.approx(1.0, abs=0.01))
    store.close()


def test_scores_are_cosines_whatever_the_length_of_a_vector(tmp_path: Path) -> None:
    store = VectorStore(tmp_path, Compass())
    store.add(Audience.PUBLIC, ["n", "e", "s"], ["n", "e", "s"], [[0.0, 5.0], [0.1, 0.0], [0.0, -2.0]])
    found = dict(store.search(Audience.PUBLIC, [[0.0, 1.0]], 3)[0])
    assert found == pytest.approx({"n": 1.0, "e": 0.0, "s": -1.0}, abs=1e-5)
    store.close()


def test_a_search_can_be_kept_to_some_passages(tmp_path: Path) -> None:
    store = VectorStore(tmp_path, Compass())
    store.add(Audience.PUBLIC, ["n", "e", "s"], ["n", "e", "s"], [[0.0, 5.0], [0.1, 0.0], [0.0, -2.0]])
    assert [key for key, _ in store.search(Audience.PUBLIC, [[0.0, 1.0]], 3, ["e", "s"])[0]] == ["e", "s"]
    assert store.search(Audience.PUBLIC, [[0.0, 1.0]], 3, []) == [[]]
    store.close()


def test_an_empty_collection_finds_nothing(tmp_path: Path) -> None:
    store = VectorStore(tmp_path, Compass())
    assert store.search(Audience.STAFF, [[0.0, 1.0]], 10) == [[]]
    assert store.count(Audience.STAFF) == 0
    store.add(Audience.STAFF, [], [], [])
    store.remove(Audience.STAFF, [])
    store.close()


def test_audiences_do_not_share_a_collection(tmp_path: Path) -> None:
    store = VectorStore(tmp_path, Compass())
    store.add(Audience.STAFF, ["secret"], ["north"], [[0.0, 1.0]])
    assert store.search(Audience.PUBLIC, [[0.0, 1.0]], 10) == [[]]
    assert store.search(Audience.PARTNER, [[0.0, 1.0]], 10) == [[]]
    assert [key for key, _ in store.search(Audience.STAFF, [[0.0, 1.0]], 10)[0]] == ["secret"]
    store.close()


def test_what_was_removed_is_not_found(tmp_path: Path) -> None:
    store = VectorStore(tmp_path, Compass())
    store.add(Audience.PUBLIC, ["n", "e"], ["north", "east"], [[0.0, 1.0], [1.0, 0.0]])
    store.remove(Audience.PUBLIC, ["n"])
    assert [key for key, _ in store.search(Audience.PUBLIC, [[0.0, 1.0]], 10)[0]] == ["e"]
    assert store.count(Audience.PUBLIC) == 1
    store.close()


def test_what_was_added_is_there_after_opening_again(tmp_path: Path) -> None:
    store = VectorStore(tmp_path, Compass())
    store.add(Audience.PUBLIC, ["n"], ["north"], [[0.0, 1.0]])
    store.close()
    again = VectorStore(tmp_path, Compass())
    assert again.search(Audience.PUBLIC, [[0.0, 1.0]], 10) == [[("n", pytest.approx(1.0))]]
    again.close()


def test_a_collection_that_measures_another_distance_is_refused(tmp_path: Path) -> None:
    client = chromadb.PersistentClient(str(tmp_path), chromadb.Settings(anonymized_telemetry=False))
    client.create_collection("passages-public", configuration={"hnsw": {"space": "l2"}}, embedding_function=None)
    store = VectorStore(tmp_path, Compass())
    with pytest.raises(IndexUnusable, match="l2 instead of cosine"):
        store.search(Audience.PUBLIC, [[0.0, 1.0]], 1)
    store.close()


def test_vectors_have_length_one_and_do_not_depend_on_the_batch(embeddings: MiniLMEmbeddings) -> None:
    together = embeddings.embed_documents(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        alone = embeddings.embed_query(text)
        assert len(alone) == embeddings.dimension == 384
        assert sum(value * value for value in vector) == pytest.approx(1, abs=0.01)
        assert sum(a * b for a, b in zip(vector, alone, strict=True)) == pytest.approx(1, abs=0.01)
    assert embeddings.embed_documents([]) == []
    assert fast_dtype().is_floating_point


def test_a_damaged_model_file_is_refused(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"not the weights")
    with pytest.raises(ModelUnavailable, match="is damaged"):
        verify_weights(weights, "53aa")
    with pytest.raises(ModelUnavailable, match="cannot be opened"):
        verify_weights(tmp_path / "none", "53aa")


def test_a_model_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    model_folder.cache_clear()
    with pytest.raises(ModelUnavailable, match="all-MiniLM-L6-v2 is not installed"):
        model_folder()


def test_another_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        MiniLMEmbeddings(str(tmp_path / "no-model")).embed_query("x")


def test_another_model_has_another_identity(embeddings: MiniLMEmbeddings) -> None:
    assert MiniLMEmbeddings("other/model").identity != embeddings.identity


def test_several_vectors_at_once_find_what_each_finds_alone(tmp_path: Path) -> None:
    store = VectorStore(tmp_path, Compass())
    store.add(Audience.PUBLIC, ["n", "e", "s"], ["north", "east", "south"], [[0.0, 1.0], [1.0, 0.0], [0.0, -1.0]])
    asked = [[0.6, 0.8], [0.8, -0.6]]
    together = store.search(Audience.PUBLIC, asked, 2)
    assert [[key for key, _ in found] for found in together] == [["n", "e"], ["e", "s"]]
    assert together == [store.search(Audience.PUBLIC, [vector], 2)[0] for vector in asked]
