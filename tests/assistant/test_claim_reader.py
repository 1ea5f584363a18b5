"""The claim reader: it tells what follows from what is cited, only ever refuses, and loads nothing it was not given."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sklearn.metrics import roc_auc_score

from assistant.grounding import learn
from assistant.grounding.check import GroundingCheck, Supported, Unsupported
from assistant.grounding.claim_reader import DESCRIPTION, SHIPPED, WEIGHTS, ClaimReader, claim_pair, save
from assistant.grounding.evidence import Source
from assistant.grounding.learn import labelled, made, read_rows
from assistant.reader.network import PairNetwork
from assistant.reader.weights import WeightsCorrupted
from assistant.reader.weights import save as save_reader
from index.embedding import MiniLMEmbeddings

CLAIMS = Path(__file__).parents[1] / "data" / "grounding" / "claims"
POND = Source(1, "The council dug the pond in 2019 after the school asked for it.", "garden", "The garden. Water. 2019")
BENCH = Source(2, "There are two benches and a small table beside the water.", "garden", "The garden. Water. 2019")
NURSES = Source(3, "Ward nurses trained the porters to use the new beds.", "ward", "The ward. Beds. 2020")


class Scripted(ClaimReader):
    """A claim reader that finds everything as likely as it was told, and remembers what it read."""

    def __init__(self, logit: float) -> None:
        super().__init__(Path("nowhere"))
        self._logit = logit
        self.read: list[tuple[str, tuple[int, ...], str]] = []

    def logit(self, claim: str, cited: Sequence[Source], before: str = "") -> float:
        self.read.append((claim, tuple(source.number for source in cited), before))
        return self._logit


def test_claims_on_documents_that_it_never_read_are_told_apart() -> None:
    """Words alone say the opposite of what is true here (.26)."""
    reader = ClaimReader()
    claims = [labelled(row) for row in read_rows([CLAIMS / "tuning.jsonl"])[::4]]
    logits = [reader.logit(claim.claim, claim.cited, claim.before) for claim in claims]
    assert roc_auc_score([claim.supported for claim in claims], logits) > 0.75


def test_a_claim_that_the_reader_refuses_is_not_shown(embeddings: MiniLMEmbeddings) -> None:
    claim = "The council dug the pond in 2019."
    assert isinstance(GroundingCheck(embeddings, Scripted(5.0), [POND]).check(claim, [1]), Supported)
    refused = GroundingCheck(embeddings, Scripted(-5.0), [POND]).check(claim, [1])
    assert isinstance(refused, Unsupported)
    assert refused.reason == "not what the cited sentences mean"


def test_the_reader_lets_nothing_pass_that_the_words_refuse(embeddings: MiniLMEmbeddings) -> None:
    check = GroundingCheck(embeddings, Scripted(50.0), [POND, BENCH])
    assert isinstance(check.check("The council dug the pond in 2016.", [1]), Unsupported)


def test_a_sentence_that_is_repeated_whole_is_not_read(embeddings: MiniLMEmbeddings) -> None:
    reader = Scripted(-50.0)
    assert isinstance(GroundingCheck(embeddings, reader, [POND, BENCH]).check(POND.text, [1]), Supported)
    assert reader.read == []


def test_a_sentence_that_leans_back_is_read_with_the_one_before(embeddings: MiniLMEmbeddings) -> None:
    reader = Scripted(5.0)
    GroundingCheck(embeddings, reader, [POND, BENCH, NURSES]).check(
        "Two benches and a small table are beside the water.", [2]
    )
    assert ("Two benches and a small table are beside the water.", (2,), POND.text) in reader.read
    assert POND.text in claim_pair("", [BENCH], POND.text).text
    assert POND.text not in claim_pair("", [NURSES], POND.text).text


@pytest.mark.parametrize("damage", ["no weights", "other weights", "no description", "broken description"])
def test_damaged_weights_are_said_to_be_so(tmp_path: Path, damage: str) -> None:
    save(PairNetwork.start(), tmp_path)
    assert isinstance(ClaimReader(tmp_path).logit("It rains.", [POND]), float)
    if damage == "no weights":
        (tmp_path / WEIGHTS).unlink()
    elif damage == "other weights":
        (tmp_path / WEIGHTS).write_bytes((tmp_path / WEIGHTS).read_bytes()[:-1] + b"?")
    elif damage == "no description":
        (tmp_path / DESCRIPTION).unlink()
    else:
        (tmp_path / DESCRIPTION).write_text("{")
    with pytest.raises(WeightsCorrupted):
        ClaimReader(tmp_path).logit("It rains.", [POND])


def rows() -> list[dict[str, Any]]:
    texts = (
        "The garden opened in 2019, and it has been full of people ever since that day.",
        "Twelve volunteers of the neighbourhood look after the beds and the pond on Mondays.",
        "The council gave £4,500 for the first tools and seeds, which were bought in town.",
        "Dogs are welcome on the paths as long as they are kept on a short lead.",
    )
    return [
        {"claim": text, "doc": "garden.md", "evidence": [text], "context": "Garden", "before": "", "supported": True}
        for text in texts
    ]


def test_claims_are_made_of_the_evidence_itself() -> None:
    seen: set[bool] = set()
    for seed in range(20):
        for row in made(rows(), random.Random(seed)):
            seen.add(row["supported"])
            begins = any(text.startswith(row["claim"].rstrip(".")) for text in row["evidence"])
            assert begins == row["supported"], row
        assert list(made(rows(), random.Random(seed))) == list(made(rows(), random.Random(seed)))
    assert seen == {True, False}


def test_a_run_writes_weights_that_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_reader(PairNetwork.start(), tmp_path / "start")
    claims = tmp_path / "claims.jsonl"
    claims.write_text("".join(json.dumps(row) + "\n" for row in rows()), encoding="utf-8")
    out = tmp_path / "out"
    options = ["--out", str(out), "--start", str(tmp_path / "start"), "--passes", "1", "--batch", "4"]
    monkeypatch.setattr(sys, "argv", ["learn", str(claims), *options])
    learn.main()
    assert isinstance(ClaimReader(out).logit("It rains.", [POND]), float)


def test_the_weights_that_ship_are_described() -> None:
    assert (SHIPPED / "README.md").is_file()
    assert (SHIPPED / WEIGHTS).stat().st_size < 25_000_000
