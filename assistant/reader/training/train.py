"""Train the reader: `python -m assistant.reader.training.train --data DIR --out DIR`.

Fixed seeds, progress on the terminal, checkpoints in OUT/checkpoints; `--resume` goes on from the last one. Uses a
GPU where there is one. On a processor, time `--precision bf16` first: it was slower to train than fp32 on ours.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import Trainer, TrainerCallback, TrainingArguments, set_seed
from transformers.trainer_pt_utils import LengthGroupedSampler

from assistant.reader.network import Batch, ReaderNetwork, Tokeniser, Window, collate
from assistant.reader.training.data import held_out, load
from assistant.reader.training.examples import build, counts, pool, similar
from assistant.reader.training.measure import answerability
from assistant.reader.training.negatives import Example
from assistant.reader.weights import load as load_weights
from assistant.reader.weights import save


@dataclass(frozen=True, slots=True)
class Options:
    """What a run depends on, beside the data."""

    seed: int = 5
    passes: int = 1
    pieces: int = 208
    batch: int = 32
    rate: float = 1e-4
    heads_rate: float = 5e-4
    warmup: float = 0.06
    decay: float = 0.01
    steps: int = -1
    save_every: int = 300
    precision: str = "fp32"
    words: int = 150
    reworded: float = 0.3


@dataclass(frozen=True, slots=True)
class Item:
    """An example laid out for the network; `starts` and `ends` are the pieces where the answer may begin and end."""

    window: Window
    gold: frozenset[int]
    starts: list[int]
    ends: list[int]


def lay_out(examples: Sequence[Example], tokeniser: Tokeniser, *, pieces: int) -> list[Item]:
    """Turn examples into items, leaving out those whose evidence does not fit into `pieces`."""
    items = []
    for example in examples:
        windows = tokeniser.windows(example.question, example.heading, example.sentences, pieces=pieces, parts=1)
        if not windows:
            continue
        window = windows[0]
        gold = example.gold & set(window.owners)
        if len(gold) == len(example.gold):
            starts, ends = _answer_pieces(window, gold, example.span)
            items.append(Item(window, frozenset(gold), starts, ends))
    return items


def _answer_pieces(
    window: Window, gold: frozenset[int], span: tuple[int, int, int] | None
) -> tuple[list[int], list[int]]:
    """Return the pieces of the known span, else all pieces of the evidence, else piece 0 for "no answer"."""
    if not gold:
        return [0], [0]
    if span is not None:
        inside = [
            place
            for place, (owner, (start, end)) in enumerate(zip(window.owners, window.characters, strict=True))
            if owner == span[0] and start < span[2] and end > span[1]
        ]
        if inside:
            return inside[:1], inside[-1:]
    pieces = [place for place, owner in enumerate(window.owners) if owner in gold]
    return pieces, pieces


def batch_of(items: Sequence[Item]) -> dict[str, Tensor]:
    """Pad items to one batch with its targets as 0/1 tensors."""
    batch = collate([item.window for item in items])
    gold = torch.zeros(len(items), batch.sentences)
    starts, ends = torch.zeros(batch.ids.shape), torch.zeros(batch.ids.shape)
    for row, item in enumerate(items):
        gold[row, sorted(item.gold)] = 1
        starts[row, item.starts] = 1
        ends[row, item.ends] = 1
    return {
        "ids": batch.ids, "mask": batch.mask, "types": batch.types, "owners": batch.owners,
        "gold": gold, "starts": starts, "ends": ends,
    }  # fmt: skip


class Learner(nn.Module):
    """The network with its loss: evidence (each and against each other), answerability, and span."""

    def __init__(self, network: ReaderNetwork) -> None:
        super().__init__()
        self.network = network
        network.encoder.embeddings.word_embeddings.requires_grad_(False)

    def forward(
        self, ids: Tensor, mask: Tensor, types: Tensor, owners: Tensor, gold: Tensor, starts: Tensor, ends: Tensor
    ) -> dict[str, Tensor]:
        """Return the loss of a batch."""
        outputs = self.network(Batch(ids, mask, types, owners, gold.shape[1]))
        answered = gold.amax(1)
        present = (outputs.sentences > -5e3).float()
        each = functional.binary_cross_entropy_with_logits(outputs.sentences, gold, weight=present, reduction="sum")
        nothing = torch.zeros_like(answered).unsqueeze(1)
        ranked = torch.cat([nothing, outputs.sentences], 1)
        wanted = torch.cat([1 - answered.unsqueeze(1), gold], 1)
        among = _marginal(ranked, wanted)
        whether = functional.binary_cross_entropy_with_logits(outputs.answerable, answered)
        span = _marginal(outputs.start, starts) + _marginal(outputs.end, ends)
        return {"loss": 0.5 * each / len(gold) + among + whether + 0.25 * span}


def _marginal(logits: Tensor, wanted: Tensor) -> Tensor:
    """Return the mean of -log(probability that a softmax over `logits` falls on one of the wanted places)."""
    right = logits.masked_fill(wanted == 0, -1e4).logsumexp(1)
    return (logits.logsumexp(1) - right).mean()


class ReaderTrainer(Trainer):
    """Batches items of similar length, and learns the fresh heads faster than the encoder."""

    def __init__(self, *, options: Options, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._options = options
        self._items: list[Item] = arguments["train_dataset"]
        self._learner: Learner = arguments["model"]

    def _get_train_sampler(self, train_dataset: Any = None) -> LengthGroupedSampler:
        lengths = [len(item.window.ids) for item in self._items]
        generator = torch.Generator().manual_seed(self._options.seed)
        return LengthGroupedSampler(self._options.batch, lengths=lengths, generator=generator)

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """Make AdamW with two learning rates."""
        options, groups = self._options, []
        named = [(name, value) for name, value in self._learner.named_parameters() if value.requires_grad]
        for rate, encoder in ((options.rate, True), (options.heads_rate, False)):
            for decay, matrices in ((options.decay, True), (0.0, False)):
                chosen = [v for n, v in named if (".encoder." in n) is encoder and (v.ndim > 1) is matrices]
                groups.append({"params": chosen, "lr": rate, "weight_decay": decay})
        self.optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98))
        return self.optimizer


class Measuring(TrainerCallback):
    """Measures answerability on the held-out articles, and keeps the weights, each time a checkpoint is saved."""

    def __init__(self, network: ReaderNetwork, data: Path, out: Path) -> None:
        self._network, self._asked, self._out = network, held_out(data), out

    def on_save(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        """Print the figures of this step and write the weights."""
        figures = answerability(self._network, self._asked)
        print(json.dumps({"step": state.global_step, **figures}), flush=True)
        save(self._network, self._out)
        self._network.train()


def train(data: Path, out: Path, options: Options, *, resume: bool = False, start: Path | None = None) -> None:
    """Build the examples, train, and write weights and configuration to `out`.

    `start` is a folder of weights to go on from, with a new schedule; otherwise the wheel's encoder is the start.
    """
    set_seed(options.seed)
    out.mkdir(parents=True, exist_ok=True)
    asked = load(data)
    texts = pool(asked)
    ranked = similar(asked, texts, out / "similar.npy")
    examples = [
        example
        for turn in range(options.passes)
        for example in build(asked, texts, ranked, options.seed + turn, words=options.words, reworded=options.reworded)
    ]
    print(json.dumps({"options": asdict(options), "examples": len(examples), **counts(examples)}), flush=True)
    items = lay_out(examples, Tokeniser(), pieces=options.pieces)
    network = ReaderNetwork.start(attention="eager") if start is None else load_weights(start, attention="eager")[0]
    arguments = TrainingArguments(
        output_dir=str(out / "checkpoints"), seed=options.seed, num_train_epochs=1, max_steps=options.steps,
        per_device_train_batch_size=options.batch, learning_rate=options.rate, lr_scheduler_type="linear",
        warmup_steps=options.warmup, max_grad_norm=1.0, logging_steps=25, save_steps=options.save_every,
        save_total_limit=2, bf16=options.precision == "bf16",
        use_cpu=not torch.cuda.is_available(), report_to=[], remove_unused_columns=False, dataloader_num_workers=0,
        dataloader_pin_memory=False, disable_tqdm=True,
    )  # fmt: skip
    trainer = ReaderTrainer(
        options=options, model=Learner(network), args=arguments, train_dataset=items, data_collator=batch_of,
        callbacks=[Measuring(network, data, out)],
    )  # fmt: skip
    trainer.train(resume_from_checkpoint=resume or None)
    save(network, out)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the training files")
    parser.add_argument("--out", type=Path, required=True, help="folder for weights and checkpoints")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--start", type=Path, help="folder with weights to begin from, instead of the wheel's")
    defaults = Options()
    for name, value in asdict(defaults).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    given = vars(parser.parse_args())
    data, out, resume, start = (given.pop(name) for name in ("data", "out", "resume", "start"))
    train(data, out, Options(**given), resume=resume, start=start)


if __name__ == "__main__":
    main()
