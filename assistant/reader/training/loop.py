"""The training loop of pair networks: a reader and a claim reader differ in what they learn from and in their loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import Trainer, TrainerCallback, TrainingArguments
from transformers.trainer_pt_utils import LengthGroupedSampler

from assistant.reader.network import PairNetwork


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a run learns; `batch` counts examples, and the fresh head has a learning rate of its own."""

    seed: int = 5
    batch: int = 16
    rate: float = 1e-4
    head_rate: float = 5e-4
    warmup: float = 0.06
    decay: float = 0.01
    save_every: int = 200
    precision: str = "fp32"


class Learner(nn.Module):
    """A network, of which only the upper part learns."""

    def __init__(self, network: PairNetwork) -> None:
        super().__init__()
        self.network = network
        for part in network.frozen:
            part.requires_grad_(False)


@dataclass(frozen=True, slots=True)
class Lesson:
    """Examples in order, the length of each, and what lays some of them out as a batch."""

    examples: Sequence[Any]
    lengths: Sequence[int]
    batch_of: Callable[[Sequence[Any]], dict[str, Tensor]]


def learn(
    learner: Learner, lesson: Lesson, out: Path, schedule: Schedule, save: Callable[[], None], *, resume: bool
) -> None:
    """Train once through a lesson, with checkpoints in OUT/checkpoints; `save` is called at each, and at the end."""
    arguments = TrainingArguments(
        output_dir=str(out / "checkpoints"), seed=schedule.seed, num_train_epochs=1, lr_scheduler_type="linear",
        per_device_train_batch_size=schedule.batch, learning_rate=schedule.rate, warmup_steps=schedule.warmup,
        max_grad_norm=1.0, logging_steps=20, save_steps=schedule.save_every, save_total_limit=1,
        bf16=schedule.precision == "bf16", use_cpu=not torch.cuda.is_available(), report_to=[],
        remove_unused_columns=False, dataloader_pin_memory=False, disable_tqdm=True,
    )  # fmt: skip
    trainer = _PairTrainer(schedule=schedule, lesson=lesson, learner=learner, args=arguments, callbacks=[_Saving(save)])
    trainer.train(resume_from_checkpoint=resume or None)
    save()


class _PairTrainer(Trainer):
    """Batches examples of similar length, and learns the fresh head faster than the encoder."""

    def __init__(self, *, schedule: Schedule, lesson: Lesson, learner: Learner, **arguments: Any) -> None:
        super().__init__(model=learner, train_dataset=list(lesson.examples), data_collator=lesson.batch_of, **arguments)
        self._schedule, self._lesson, self._learner = schedule, lesson, learner

    def _get_train_sampler(self, train_dataset: Any = None) -> LengthGroupedSampler:
        generator = torch.Generator().manual_seed(self._schedule.seed)
        return LengthGroupedSampler(self._schedule.batch, lengths=list(self._lesson.lengths), generator=generator)

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """Make AdamW with two learning rates."""
        schedule, sets = self._schedule, []
        named = [(name, value) for name, value in self._learner.named_parameters() if value.requires_grad]
        for rate, head in ((schedule.rate, False), (schedule.head_rate, True)):
            for decay, matrices in ((schedule.decay, True), (0.0, False)):
                chosen = [v for n, v in named if (".classifier." in n) is head and (v.ndim > 1) is matrices]
                sets.append({"params": chosen, "lr": rate, "weight_decay": decay})
        self.optimizer = torch.optim.AdamW(sets, betas=(0.9, 0.98))
        return self.optimizer


class _Saving(TrainerCallback):
    """Writes the weights each time a checkpoint is saved, so that they can be measured while training goes on."""

    def __init__(self, save: Callable[[], None]) -> None:
        self._save = save

    def on_save(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        """Write the weights of this step."""
        self._save()
