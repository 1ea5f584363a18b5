"""Telling claims that evidence bears out from others by reading: `python -m tests.benchmarks.claim_reading --out DIR`.

Trains a network built as the reader's on the labelled claims of `tests/data/grounding/claims/training.jsonl`, and
prints how well it tells apart the tuning and the test claims, beside the check's own words. Fixed seeds, progress on
the terminal, checkpoints in OUT/checkpoints; `--resume` goes on from the last one. What it gives, and why the check
does not use it yet: docs/chat-models.md.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from sklearn.metrics import roc_auc_score
from torch import Tensor
from torch.nn import functional
from transformers import set_seed

from assistant.grounding.entailment import ReadEvidence, likelihood
from assistant.grounding.evidence import Source
from assistant.reader.network import PairNetwork, Tokeniser, collate, score
from assistant.reader.pair import LEANS_BACK, Pair, read_text
from assistant.reader.training.loop import Learner, Lesson, Schedule, learn
from assistant.reader.weights import load, save_network
from index.embedding import MiniLMEmbeddings

CLAIMS = Path(__file__).parents[1] / "data" / "grounding" / "claims"


@dataclass(frozen=True, slots=True)
class LabelledClaim:
    """A claim with what is read with it, and whether that bears it out."""

    pair: Pair
    cited: tuple[Source, ...]
    supported: bool


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


def read_claims(name: str) -> Iterator[LabelledClaim]:
    """Yield the labelled claims of a file, read with the sentences, their heading, and the one they lean on."""
    with (CLAIMS / name).open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            text = " ".join(row["evidence"])
            read = read_text(text, row["context"], row["before"] if LEANS_BACK.match(text) else "")
            cited = tuple(Source(n, line, "one", row["context"]) for n, line in enumerate(row["evidence"], 1))
            yield LabelledClaim(Pair(row["claim"], read), cited, row["supported"])


def by_words(embeddings: MiniLMEmbeddings, claims: Sequence[LabelledClaim]) -> list[float]:
    """Return how likely the check finds each claim by its words."""
    found = []
    for claim in claims:
        evidence = ReadEvidence(embeddings, claim.cited)
        numbers = [source.number for source in claim.cited]
        found.append(likelihood(evidence.find(evidence.read_claim(claim.pair.question), numbers)))
    return found


def report(network: PairNetwork) -> None:
    """Print the figures of both files."""
    embeddings = MiniLMEmbeddings()
    for name in ("tuning.jsonl", "test.jsonl"):
        claims = list(read_claims(name))
        truth = [claim.supported for claim in claims]
        logits = score(network, _TOKENISER, [claim.pair for claim in claims])
        right = sum((logit > 0) == supported for logit, supported in zip(logits, truth, strict=True)) / len(claims)
        words = roc_auc_score(truth, by_words(embeddings, claims))
        print(f"{name}: {len(claims)} claims, AUROC of the network {roc_auc_score(truth, logits):.3f}, ", end="")
        print(f"of the words {words:.3f}; the network is right about {right:.3f}")


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for weights and checkpoints")
    parser.add_argument("--start", type=Path, help="folder with a reader's weights to begin from, not the wheel's")
    parser.add_argument("--passes", type=int, default=3, help="how often each claim is read")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    for name, value in asdict(Schedule(batch=48)).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    given = vars(parser.parse_args())
    out, start, passes, resume = (given.pop(name) for name in ("out", "start", "passes", "resume"))
    schedule = Schedule(**given)
    set_seed(schedule.seed)
    out.mkdir(parents=True, exist_ok=True)
    network = PairNetwork.start(attention="eager")
    if start is not None:
        network.load_state_dict(load(start).network.state_dict())
    claims = list(read_claims("training.jsonl")) * passes
    print(json.dumps({"options": asdict(schedule), "claims": len(claims)}), flush=True)
    lesson = Lesson(claims, [len(item.pair.text) for item in claims], batch_of)
    learn(
        ClaimLearner(network),
        lesson,
        out,
        schedule,
        lambda: save_network(network, out / "claims.safetensors"),
        resume=resume,
    )
    report(network)


if __name__ == "__main__":
    main()
