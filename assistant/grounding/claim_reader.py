"""The claim reader: a network that reads a claim with the sentences it cites; does what it says follow from them?

The check's other judges compare words and facts, so they let pass what keeps all words but means something else. This
one reads. It is small and often unsure, so it only ever refuses, and only where it is sure (docs/chat-models.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel

from assistant.grounding.evidence import Source
from assistant.reader.network import PairNetwork, Tokeniser, score
from assistant.reader.pair import LEANS_BACK, Pair, read_text
from assistant.reader.weights import WeightsCorrupted, load_network, save_network, sha256_of

WEIGHTS = "claims.safetensors"
DESCRIPTION = "claims.json"

SHIPPED = Path(__file__).parent / "shipped"
"""Folder of the weights that come with the project."""


class _Description(BaseModel):
    """What `claims.json` holds: the sha256 of the weights."""

    sha256: str


class ClaimReader:
    """Reads claims with a network of the same build as the reader's; the weights are read at the first claim."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        self._folder = folder
        self._tokeniser = Tokeniser()

    @cached_property
    def _network(self) -> PairNetwork:
        path = self._folder / DESCRIPTION
        try:
            described = _Description.model_validate_json(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise WeightsCorrupted(path, "cannot be read") from error
        return load_network(self._folder / WEIGHTS, described.sha256)

    def logit(self, claim: str, cited: Sequence[Source], before: str = "") -> float:
        """Return how surely what is cited bears a claim out: above 0, rather than not.

        `cited` has at least one sentence, in order; `before` is the sentence before the first of them.

        Raises:
            WeightsCorrupted: the weights are missing, or not the ones that their description names.
        """
        return score(self._network, self._tokeniser, [claim_pair(claim, cited, before)])[0]


def claim_pair(claim: str, cited: Sequence[Source], before: str) -> Pair:
    """Return a claim with what is read with it: the cited sentences, their heading, and the one they lean on."""
    text = " ".join(source.text for source in cited)
    return Pair(claim, read_text(text, cited[0].context, before if LEANS_BACK.match(text) else ""))


def save(network: PairNetwork, folder: Path) -> None:
    """Write the weights and their description to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    save_network(network, folder / WEIGHTS)
    described = _Description(sha256=sha256_of(folder / WEIGHTS))
    (folder / DESCRIPTION).write_text(described.model_dump_json(indent=2) + "\n", encoding="utf-8")
