"""How good the grounding check is: `python -m tests.benchmarks.grounding [FOLDER]`.

Always measures the labelled sentences of `tests/data/grounding` with the whole check, the rules of tone included. With
FOLDER, also measures the entailment alone on WiCE's development claims (`wice_chunks_dev.jsonl.gz`): is a claim of
Wikipedia supported by these sentences of the page that it cites? Nothing of either is trained on; thresholds come from
the tuning halves.

Published for WiCE (Kamoi et al., "WiCE: Real-World Entailment for Claims in Wikipedia", EMNLP 2023; all figures on its
test claims, the second on 100 of them): T5-3B, fine-tuned: F1 .778, AUROC .947. GPT-4, few examples: F1 .61, AUROC .80.
"""

from __future__ import annotations

import gzip
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sklearn.metrics import balanced_accuracy_score, f1_score, precision_score, recall_score, roc_auc_score

from assistant.compose.plain import unfit
from assistant.grounding.check import GroundingCheck, Supported
from assistant.grounding.claim_reader import ClaimReader
from assistant.grounding.entailment import ReadEvidence, likelihood
from assistant.grounding.evidence import Source
from index.embedding import MiniLMEmbeddings

LABELLED = Path(__file__).parents[1] / "data" / "grounding"
PASSAGE_WORDS = 120
"""Words of WiCE's sentences that are read together: about what the encoder reads at once."""


@dataclass(frozen=True)
class Judged:
    """One sentence: whether it is supported, how likely the check finds that, and whether it would be shown."""

    supported: bool
    probability: float
    shown: bool


@dataclass(frozen=True)
class Labelled:
    """The sentences to one question, and their evidence; `tuning` says in which half they are."""

    tuning: bool
    evidence: tuple[Source, ...]
    sentences: tuple[tuple[str, tuple[int, ...], bool], ...]


def labelled(name: str) -> Iterator[Labelled]:
    """Yield the records of one labelled file; those to tuning questions (u...) are the tuning half."""
    with (LABELLED / name).open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            evidence = tuple(Source(**item) for item in row["evidence"])
            sentences = tuple(
                (item["text"], tuple(item.get("cited", ())), item["supported"]) for item in row["sentences"]
            )
            yield Labelled(row["id"].startswith("u"), evidence, sentences)


def written_claims(name: str) -> Iterator[Labelled]:
    """Yield the labelled claims of one file, each with its own evidence."""
    with (LABELLED / "claims" / name).open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            evidence = tuple(Source(n, text, "one", row["context"]) for n, text in enumerate(row["evidence"], 1))
            yield Labelled(False, evidence, ((row["claim"], tuple(s.number for s in evidence), row["supported"]),))


def judge(embeddings: MiniLMEmbeddings, records: Sequence[Labelled], seconds: list[float]) -> list[Judged]:
    """Run the whole check over labelled sentences; `seconds` gets the time of each."""
    judged: list[Judged] = []
    reader = ClaimReader()
    for record in records:
        check = GroundingCheck(embeddings, reader, record.evidence)
        for text, cited, supported in record.sentences:
            started = time.perf_counter()
            verdict = check.check(text, cited)
            seconds.append(time.perf_counter() - started)
            fit = not unfit(text, " ".join(source.text for source in record.evidence))
            judged.append(Judged(supported, verdict.probability, fit and isinstance(verdict, Supported)))
    return judged


def wice(embeddings: MiniLMEmbeddings, folder: Path) -> Iterator[tuple[str, Judged]]:
    """Yield each claim of WiCE's development chunks with the probability that all its sentences together give it."""
    with gzip.open(folder / "wice_chunks_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            sources = _as_passages(row["evidence"])
            evidence = ReadEvidence(embeddings, sources)
            found = evidence.find(evidence.read_claim(row["claim"]), [source.number for source in sources])
            yield row["claim"], Judged(row["label"] == "supported", likelihood(found), shown=False)


def _as_passages(sentences: Sequence[str]) -> list[Source]:
    sources: list[Source] = []
    words = 0
    for number, sentence in enumerate(sentences, start=1):
        words += len(sentence.split())
        sources.append(Source(number, sentence, str(words // PASSAGE_WORDS), ""))
    return sources


def best_threshold(judged: Sequence[Judged]) -> float:
    """Return the probability that gives the best balanced accuracy."""
    truth = [item.supported for item in judged]
    candidates = sorted({item.probability for item in judged})
    return max(candidates, key=lambda t: balanced_accuracy_score(truth, [item.probability >= t for item in judged]))


def line(name: str, judged: Sequence[Judged], shown: Sequence[bool]) -> str:
    """Return one row of figures."""
    truth = [item.supported for item in judged]
    scores = [
        precision_score(truth, shown, zero_division=0.0),
        recall_score(truth, shown),
        f1_score(truth, shown),
        balanced_accuracy_score(truth, shown),
        roc_auc_score(truth, [item.probability for item in judged]),
    ]
    false = len(truth) - sum(truth)
    let_through = sum(s and not t for s, t in zip(shown, truth, strict=True))
    return f"{name:44}" + "".join(f"{score:9.3f}" for score in scores) + f"{let_through:8d} of {false}"


def embedding_seconds(embeddings: MiniLMEmbeddings) -> float:
    """Return the median time of embedding a question, in seconds, over the labelled ones."""
    seconds: list[float] = []
    with (LABELLED / "untouched.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            started = time.perf_counter()
            embeddings.embed_query(row["question"])
            seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def main(folder: Path | None) -> None:
    """Print all figures."""
    embeddings = MiniLMEmbeddings()
    seconds: list[float] = []
    print(
        f"{'':44}"
        + "".join(f"{name:>9}" for name in ("precis.", "recall", "F1", "bal.acc.", "AUROC"))
        + "  false shown"
    )
    for name in ("invented.jsonl", "written.jsonl"):
        for tuning in (True, False):
            judged = judge(embeddings, [record for record in labelled(name) if record.tuning is tuning], seconds)
            print(line(f"{name}, {'tuning' if tuning else 'second half'}", judged, [item.shown for item in judged]))
    for name, records in (
        ("untouched.jsonl", labelled("untouched.jsonl")),
        ("claims/tuning.jsonl", written_claims("tuning.jsonl")),
        ("claims/test.jsonl, untouched", written_claims("test.jsonl")),
    ):
        judged = judge(embeddings, list(records), seconds)
        print(line(name, judged, [item.shown for item in judged]))
    if folder is not None:
        claims = list(wice(embeddings, folder))
        names = list(dict.fromkeys(claim for claim, _ in claims))
        tuned = set(names[::2])
        halves = [[j for c, j in claims if (c in tuned) is tuning] for tuning in (True, False)]
        threshold = best_threshold(halves[0])
        for name, half in zip(("tuning", "second half"), halves, strict=True):
            print(line(f"WiCE chunks, {name}", half, [item.probability >= threshold for item in half]))
    checking, query = statistics.median(seconds), embedding_seconds(embeddings)
    print(
        f"{checking * 1000:.0f} ms a sentence (median of {len(seconds)}), "
        f"{checking / query:.1f} times the embedding of one question"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
