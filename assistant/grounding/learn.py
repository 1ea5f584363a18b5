"""Training the claim reader: `python -m assistant.grounding.learn CLAIMS... --out DIR --start DIR`.

CLAIMS are files of labelled claims (tests/data/grounding/claims). Claims in the very words of the evidence are made of
their sentences. `--start` is a folder with a reader's weights, from which the network begins. Fixed seeds, progress on
the terminal, checkpoints in OUT/checkpoints; `--resume` goes on from the last one.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from transformers import set_seed

from assistant.grounding.claim_reader import claim_pair, save
from assistant.grounding.evidence import Source
from assistant.reader.network import PairNetwork, Tokeniser, collate
from assistant.reader.pair import Pair
from assistant.reader.training.loop import Learner, Lesson, Schedule, learn
from assistant.reader.weights import load

MADE_SHARE = 0.4
"""Share of the claims made of sentences that is used, so that about a quarter of all is made."""

WHOLE_CLAUSE = 7
"""Words of a first clause that is taken to say something by itself."""


@dataclass(frozen=True, slots=True)
class LabelledClaim:
    """A claim with the sentences it cites, the one before them, and whether they bear it out."""

    claim: str
    cited: tuple[Source, ...]
    before: str
    supported: bool

    @property
    def pair(self) -> Pair:
        """Return what is read."""
        return claim_pair(self.claim, self.cited, self.before)


class ClaimLearner(Learner):
    """Learns each claim supported or not."""

    def forward(self, supported: Tensor, **features: Tensor) -> dict[str, Tensor]:
        """Return the loss of a batch of claims; `supported` is 1 for those that are."""
        return {"loss": functional.binary_cross_entropy_with_logits(self.network(**features), supported)}


_TOKENISER = Tokeniser()


def batch_of(claims: Sequence[LabelledClaim]) -> dict[str, Tensor]:
    """Lay out claims in order."""
    encoded = _TOKENISER.read([item.pair for item in claims])
    return {**collate(encoded), "supported": torch.tensor([float(item.supported) for item in claims])}


def read_rows(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Return the objects of files of labelled claims."""
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


def labelled(row: dict[str, Any]) -> LabelledClaim:
    """Return an object of such a file as a claim."""
    cited = tuple(Source(n, line, "one", row["context"]) for n, line in enumerate(row["evidence"], 1))
    return LabelledClaim(row["claim"], cited, row["before"], row["supported"])


def made(rows: Sequence[dict[str, Any]], chance: random.Random) -> Iterator[dict[str, Any]]:
    """Yield claims in the very words of the evidence, as small models write them.

    True ones are a sentence as it stands, or its first clause; false ones another sentence of the same document, or the
    beginning of one with the end of another, which half of them cite as well.
    """
    documents: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        if len(row["evidence"]) == 1 and 8 <= len(row["evidence"][0].split()) <= 40:
            documents.setdefault(row["doc"], {})[row["evidence"][0]] = row
    for sentences in documents.values():
        for text, row in sentences.items():
            other = chance.choice(list(sentences))
            if other != text:
                both = chance.random() < 0.5
                for claim, evidence, supported in _variants(text, other, both=both):
                    if chance.random() < MADE_SHARE:
                        yield {**row, "claim": claim, "evidence": evidence, "supported": supported}


def _variants(text: str, other: str, *, both: bool) -> Iterator[tuple[str, list[str], bool]]:
    words, others = text.split(), other.split()
    clause = text.split(",")[0].split(" and ")[0].rstrip(".")
    yield text, [text], True
    yield other, [text], False
    if len(clause.split()) >= WHOLE_CLAUSE:
        yield clause + ".", [text], True
    blend = " ".join(words[: len(words) // 2] + others[len(others) // 2 :])
    yield blend, [text, other] if both else [text], False


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True, help="folder for weights and checkpoints")
    parser.add_argument("--start", type=Path, required=True, help="folder with a reader's weights to begin from")
    parser.add_argument("--passes", type=int, default=2, help="how often each claim is read")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    for name, value in asdict(Schedule(batch=48, rate=8e-5, head_rate=3e-4)).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    given = vars(parser.parse_args())
    paths, out, start, passes, resume = (given.pop(name) for name in ("claims", "out", "start", "passes", "resume"))
    schedule = Schedule(**given)
    set_seed(schedule.seed)
    out.mkdir(parents=True, exist_ok=True)
    network = PairNetwork.start(attention="eager")
    network.load_state_dict(load(start).network.state_dict())
    rows, chance = read_rows(paths), random.Random(schedule.seed)  # noqa: S311 - not for secrets
    claims = [labelled(row) for _ in range(passes) for row in (*rows, *made(rows, chance))]
    print(json.dumps({"options": asdict(schedule), "claims": len(claims)}), flush=True)
    lesson = Lesson(claims, [len(item.pair.text) for item in claims], batch_of)
    learn(ClaimLearner(network), lesson, out, schedule, lambda: save(network, out), resume=resume)


if __name__ == "__main__":
    main()
