"""How a question and a sentence are laid out for the network, and that reading many at once changes nothing."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reader.network import FROZEN, PIECES, PairNetwork, Tokeniser, collate, score
from assistant.reader.pair import Pair, pair
from index.passage import Passage, Sentence


def passage(*lines: str, items: tuple[int, ...] = ()) -> Passage:
    offset, sentences = 0, []
    for place, line in enumerate(lines):
        sentences.append(Sentence(offset, offset + len(line), line, place in items))
        offset += len(line) + 1
    return Passage("p", "document", "Garden", "Visits", None, 0, offset, tuple(sentences))


@pytest.fixture(scope="module")
def network() -> PairNetwork:
    torch.manual_seed(1)
    return PairNetwork.start()


def test_a_sentence_is_read_with_its_title_and_section() -> None:
    read = pair("When?", passage("The garden opened in May.", "Dogs are welcome."), 1)
    assert read == Pair("When?", "Dogs are welcome. | Garden. Visits")


def test_a_sentence_that_leans_back_brings_the_one_before() -> None:
    read = pair("When?", passage("The garden opened in May.", "It has a pond."), 1)
    assert read.text == "It has a pond. | Garden. Visits | The garden opened in May."


def test_an_item_brings_the_lead_in_of_its_list() -> None:
    read = pair("When?", passage("The garden has:", "a pond", "a bench", items=(1, 2)), 2)
    assert read.text == "a bench | Garden. Visits | The garden has:"


def test_the_first_sentence_has_nothing_to_lean_on() -> None:
    assert pair("When?", passage("It has a pond."), 0).text == "It has a pond. | Garden. Visits"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=900), st.text(max_size=900)), min_size=1, max_size=5))
def test_no_pair_exceeds_what_the_network_reads(texts: list[tuple[str, str]]) -> None:
    batch = collate(Tokeniser().read([Pair(*text) for text in texts]))
    assert {value.shape for value in batch.values()} == {batch["input_ids"].shape}
    assert batch["input_ids"].shape[1] <= PIECES


def test_a_pair_scores_the_same_alone_and_among_longer_ones(network: PairNetwork) -> None:
    pairs = [Pair("Who?", "A cat."), Pair("Who sat on the mat?", "A cat sat on the mat with a hat. " * 5)] * 10
    together = score(network, Tokeniser(), pairs)
    assert together[0] == pytest.approx(score(network, Tokeniser(), pairs[:1])[0], abs=1e-4)
    assert together[0] != pytest.approx(together[1], abs=1e-4)


def test_only_the_upper_layers_and_the_head_are_trained(network: PairNetwork) -> None:
    names = {name.split("layer.")[1].split(".")[0] for name in network.trained if "layer." in name}
    assert names == {str(layer) for layer in range(FROZEN, 6)}
    assert any("classifier" in name for name in network.trained)
    assert not any("embeddings" in name for name in network.trained)
