"""How well claims are told apart by reading: `python -m tests.benchmarks.claim_reading [WEIGHTS]`.

Prints, for the tuning and the untouched test claims (tests/data/grounding/claims), on whose documents nothing was
trained, how well the claim reader tells those that their evidence bears out from the others, and how well the check's
comparison of words does. WEIGHTS is a folder of other weights than those that ship.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from sklearn.metrics import roc_auc_score

from assistant.grounding.claim_reader import SHIPPED, ClaimReader
from assistant.grounding.entailment import ReadEvidence, likelihood
from assistant.grounding.learn import LabelledClaim, labelled, read_rows
from index.embedding import MiniLMEmbeddings

CLAIMS = Path(__file__).parents[1] / "data" / "grounding" / "claims"


def by_words(embeddings: MiniLMEmbeddings, claims: Sequence[LabelledClaim]) -> list[float]:
    """Return how likely the check finds each claim by its words."""
    found = []
    for claim in claims:
        evidence = ReadEvidence(embeddings, claim.cited)
        numbers = [source.number for source in claim.cited]
        found.append(likelihood(evidence.find(evidence.read_claim(claim.claim), numbers)))
    return found


def main(folder: Path) -> None:
    """Print the figures of both files."""
    embeddings, reader = MiniLMEmbeddings(), ClaimReader(folder)
    for name in ("tuning.jsonl", "test.jsonl"):
        claims = [labelled(row) for row in read_rows([CLAIMS / name])]
        truth = [claim.supported for claim in claims]
        logits = [reader.logit(claim.claim, claim.cited, claim.before) for claim in claims]
        right = sum((logit > 0) == supported for logit, supported in zip(logits, truth, strict=True)) / len(claims)
        words = roc_auc_score(truth, by_words(embeddings, claims))
        print(f"{name}: {len(claims)} claims, AUROC of the claim reader {roc_auc_score(truth, logits):.3f}, ", end="")
        print(f"of the words {words:.3f}; the claim reader is right about {right:.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED)
