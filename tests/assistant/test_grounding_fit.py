"""Fitting the grounding check: the same data gives the same numbers, in the form in which they ship."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from assistant.grounding.entailment import shipped_fit
from assistant.grounding.fit import fit, read_pairs

pytest.importorskip("sklearn")

ARTICLE = [
    "The wardens of the river walk counted every fall that people had in 2018.",
    "New handrails were put up along the steepest part of the path by the council.",
    "A group of volunteers from the village clears the leaves each autumn morning.",
    "Visitors who come with dogs are asked to keep them on a short lead.",
    "The garden behind the library grows beans, herbs and apples for the whole street.",
]


@pytest.fixture
def training_folder(tmp_path: Path) -> Path:
    rows = [
        {
            "claim": "The wardens counted every fall with drones.",
            "claim_tokens": ["The", "wardens", "counted", "every", "fall", "with", "drones", "."],
            "non_supported_spans": [False, False, False, False, False, True, True, False],
            "supporting_sentences": [[0]],
            "evidence": ARTICLE,
        },
        {
            "claim": "Volunteers paint the leaves each autumn.",
            "claim_tokens": ["Volunteers", "paint", "the", "leaves", "each", "autumn", "."],
            "non_supported_spans": [False, True, False, False, False, False, False],
            "supporting_sentences": [[2]],
            "evidence": ARTICLE,
        },
    ]
    with gzip.open(tmp_path / "wice_tokens_train.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return tmp_path


def test_a_fit_is_the_same_each_time_and_has_the_form_that_ships(
    training_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.grounding.fit.MADE", 5)
    first, second = (fit(list(read_pairs(training_folder))) for _ in range(2))
    assert first == second
    shipped = shipped_fit()
    assert len(first["word"].weights) == len(shipped.word.weights)
    assert len(first["claim"].weights) == len(shipped.claim.weights)
    assert first["word"].weights[0] > 0, "a word that is found counts for the claim"
