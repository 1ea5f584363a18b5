"""Measure the reader: `python -m assistant.reader.training.measure --data DIR` prints the table of docs/reader.md.

DIR holds `train/` (of which only the held-out articles are read) and `dev/`. `--calibrate` also fits the calibration
on the development data and writes it beside the weights.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.reader.network import ReaderNetwork, Tokeniser
from assistant.reader.trained import Input, heading_of, passage_features, probability, read_all
from assistant.reader.training.data import Asked, Text, held_out
from assistant.reader.training.ranking import SETS, Candidates, by_bm25, by_cosine, by_reader, candidates, figures
from assistant.reader.weights import FEATURES, Calibration, describe, load

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """Questions read, each on one or more passages.

    `features` [windows, features] of each question's windows; `answered` is the truth; `folds` are for cross-fitting;
    `sentences` are the logits of the first passage's sentences.
    """

    features: list[Floats]
    answered: NDArray[np.bool_]
    folds: NDArray[np.int64]
    sentences: list[dict[int, float]]


def judge(network: ReaderNetwork, asked: Sequence[Asked], *, passages: int = 1) -> Judged:
    """Read each question on its own passage, or on a set of `passages`: its own and the nearest of its article."""
    tokeniser, texts = Tokeniser(), sorted({item.text for item in asked}, key=lambda text: text.sentences)
    inputs = [
        Input(item.question, heading_of(text.title, text.section), text.sentences)
        for item in asked
        for text in [item.text, *_nearest(item, texts, passages - 1)]
    ]
    found = read_all(network, tokeniser, inputs)
    names = sorted({item.text.document for item in asked})
    features, sentences, place = [], [], 0
    for item in asked:
        count = 1 + len(_nearest(item, texts, passages - 1))
        pairs = [(inputs[index], part) for index in range(place, place + count) for part in found[index]]
        features.append(np.array([passage_features(read, part) for read, part in pairs]))
        sentences.append({index: value for part in found[place] for index, value in part.sentences.items()})
        place += count
    folds = np.array([names.index(item.text.document) % 2 for item in asked])
    return Judged(features, np.array([bool(item.gold) for item in asked]), folds, sentences)


def _nearest(item: Asked, texts: Sequence[Text], count: int) -> list[Text]:
    """Return the texts of the same document that share most words with the question."""
    words = set(item.question.lower().split())
    others = [text for text in texts if text.document == item.text.document and text != item.text]
    others.sort(key=lambda text: -len(words & set(" ".join(text.sentences).lower().split())))
    return others[:count]


def wikiqa(folder: Path) -> list[Asked]:
    """Return WikiQA's development questions as answered or not by their article's first section."""
    return [
        Asked(
            item.question,
            Text(f"{number % 2}", item.title, "", item.sentences),
            frozenset(index for index, right in enumerate(item.right) if right),
        )
        for number, item in enumerate(candidates(folder / "wikiqa_dev.jsonl.gz"))
    ]


def answerability(network: ReaderNetwork, asked: Sequence[Asked]) -> dict[str, float]:
    """Return AUROC of each signal and of their sum, accuracy at logit 0, and evidence at 1, on the own passages."""
    judged = judge(network, asked)
    columns = np.array([best_window(windows) for windows in judged.features])
    found = {f"auroc_{name}": auroc(judged.answered, columns[:, place]) for place, name in enumerate(FEATURES[:3])}
    found["auroc_sum"] = auroc(judged.answered, columns[:, :3] @ [1, 1, 0.5])
    found["accuracy"] = round(float(np.mean((columns[:, 0] > 0) == judged.answered)), 4)
    return {**found, "evidence_at_1": evidence_at_1(judged, asked)}


def best_window(windows: Floats) -> Floats:
    """Return the features of the window that looks likeliest to answer."""
    best: Floats = windows[np.argmax(windows[:, :3].sum(1))]
    return best


def evidence_at_1(judged: Judged, asked: Sequence[Asked]) -> float:
    """Return the share of answered questions whose evidence has the highest score in its own passage."""
    hits = [
        max(logits, key=logits.__getitem__) in item.gold
        for item, logits in zip(asked, judged.sentences, strict=True)
        if item.gold
    ]
    return round(float(np.mean(hits)), 4)


def auroc(answered: NDArray[np.bool_], values: Floats) -> float:
    """Return the area under the curve, four decimals."""
    return round(float(roc_auc_score(answered, values)), 4)


def calibration_error(answered: NDArray[np.bool_], probabilities: Floats, *, bins: int = 10) -> float:
    """Return the expected calibration error over equally wide bins."""
    place = np.minimum((probabilities * bins).astype(int), bins - 1)
    gaps = [
        np.mean(place == index) * abs(probabilities[place == index].mean() - answered[place == index].mean())
        for index in range(bins)
        if np.any(place == index)
    ]
    return round(float(sum(gaps)), 4)


def fit(judged: Sequence[Judged], *, fold: int | None = None) -> Calibration:
    """Fit the logistic calibration on all questions, or without those of one fold; answered weighs as unanswered."""
    features, answered = [], []
    for part in judged:
        for windows, truth, own in zip(part.features, part.answered, part.folds, strict=True):
            if own != fold:
                features.append(best_window(windows))
                answered.append(truth)
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000).fit(features, answered)
    return Calibration(tuple(map(float, model.coef_[0])), float(model.intercept_[0]))


def probabilities(judged: Judged, calibrations: Sequence[Calibration]) -> Floats:
    """Return each question's probability, with the calibration of its fold."""
    return np.array(
        [
            max(probability(list(map(float, window)), calibrations[fold % len(calibrations)]) for window in windows)
            for windows, fold in zip(judged.features, judged.folds, strict=True)
        ]
    )


def operating_points(answered: NDArray[np.bool_], values: Floats) -> dict[str, float]:
    """Return `careful` (at most a tenth of the unanswerable answered) and `helpful` (a tenth of the rest refused)."""
    return {
        "careful": round(float(np.quantile(values[~answered], 0.9)), 3),
        "helpful": round(float(np.quantile(values[answered], 0.1)), 3),
    }


def rates(answered: NDArray[np.bool_], values: Floats, threshold: float) -> dict[str, float]:
    """Return the share of unanswerable questions answered, of answerable ones refused, and of all judged rightly."""
    given = values >= threshold
    return {
        "false_answers": round(float(np.mean(given[~answered])), 3),
        "false_refusals": round(float(np.mean(~given[answered])), 3),
        "accuracy": round(float(np.mean(given == answered)), 3),
    }


def sentence_fit(judged: Sequence[Judged], asked: Sequence[Sequence[Asked]]) -> tuple[float, float]:
    """Fit slope and bias that turn a sentence's logit into the probability that it answers."""
    logits, right = [], []
    for part, items in zip(judged, asked, strict=True):
        for found, item in zip(part.sentences, items, strict=True):
            logits += [[value] for value in found.values()]
            right += [index in item.gold for index in found]
    model = LogisticRegression(C=1.0, max_iter=1000).fit(logits, right)
    return float(model.coef_[0][0]), float(model.intercept_[0])


def baseline_signal(asked: Sequence[Asked], rank: Callable[[Sequence[Candidates]], list[list[float]]]) -> Floats:
    """Return the best sentence's score of each question, as a baseline for answerability."""
    items = [
        Candidates(item.question, item.text.title, item.text.sentences, (False,) * len(item.text.sentences))
        for item in asked
    ]
    return np.array([max(scores) for scores in rank(items)])


def selection_table(network: ReaderNetwork, folder: Path) -> list[str]:
    """Return the lines of the sentence selection table."""
    tokeniser = Tokeniser()
    rankers = {
        "BM25": by_bm25,
        "cosine MiniLM": by_cosine,
        "reader, sentence alone": by_reader(network, tokeniser, together=False),
        "reader, in passages": by_reader(network, tokeniser, together=True),
    }
    lines = ["| set (questions) | method | MAP | MRR | sentence at 1 |", "|---|---|---|---|---|"]
    for name in SETS:
        asked = candidates(folder / f"{name}.jsonl.gz")
        for method, rank in rankers.items():
            f = figures(asked, rank(asked))
            lines.append(
                f"| {name} ({f['questions']:.0f}) | {method} | {f['map']:.3f} | {f['mrr']:.3f} | {f['at_1']:.3f} |"
            )
    return lines


def speed(network: ReaderNetwork, asked: Sequence[Asked], *, passages: int = 16, rounds: int = 12) -> float:
    """Return the median milliseconds to read `passages` passages of the held-out articles."""
    rng, tokeniser, taken = random.Random(0), Tokeniser(), []  # noqa: S311 - not for secrets
    texts = list(dict.fromkeys(item.text for item in asked))
    for turn in range(rounds):
        chosen = rng.sample(texts, passages)
        begin = time.perf_counter()
        read_all(network, tokeniser, [Input(asked[turn].question, text.title, text.sentences) for text in chosen])
        taken.append(time.perf_counter() - begin)
    return round(float(np.median(taken)) * 1000, 1)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--weights", type=Path, required=True, help="folder with reader.safetensors")
    parser.add_argument("--calibrate", action="store_true", help="fit the calibration and write it")
    options = parser.parse_args()
    network, calibration = load(options.weights)
    print("\n".join(selection_table(network, options.data / "dev")), flush=True)
    sets = {"SQuAD 2.0 held out": held_out(options.data / "train"), "WikiQA dev": wikiqa(options.data / "dev")}
    judged = {name: judge(network, asked) for name, asked in sets.items()}
    judged["SQuAD 2.0 held out, 8 passages"] = judge(network, sets["SQuAD 2.0 held out"], passages=8)
    fitted = fit(list(judged.values()))
    crossed = [fit(list(judged.values()), fold=fold) for fold in (0, 1)]
    points = _points(judged, crossed)
    if options.calibrate:
        slope = sentence_fit([judged[name] for name in sets], list(sets.values()))
        calibration = replace(fitted, sentence=slope, thresholds=points, rates=_rates(judged, crossed, points))
        describe(options.weights, calibration)
    _print_answerability(judged, crossed, points, sets)
    print(f"16 passages: {speed(network, sets['SQuAD 2.0 held out'])} ms (median)")


def _points(judged: dict[str, Judged], crossed: Sequence[Calibration]) -> dict[str, float]:
    values = np.concatenate([probabilities(part, crossed) for part in judged.values()])
    return operating_points(np.concatenate([part.answered for part in judged.values()]), values)


def _rates(
    judged: dict[str, Judged], crossed: Sequence[Calibration], points: dict[str, float]
) -> dict[str, dict[str, float]]:
    values = np.concatenate([probabilities(part, crossed) for part in judged.values()])
    answered = np.concatenate([part.answered for part in judged.values()])
    return {name: rates(answered, values, threshold) for name, threshold in points.items()}


def _print_answerability(
    judged: dict[str, Judged],
    crossed: Sequence[Calibration],
    points: dict[str, float],
    sets: dict[str, list[Asked]],
) -> None:
    print("\n| set | signal | AUROC | accuracy at .5 | ECE | careful: false answers / refusals | helpful |")
    print("|---|---|---|---|---|---|---|")
    for name, part in judged.items():
        values = probabilities(part, crossed)
        cells = [rates(part.answered, values, points[point]) for point in ("careful", "helpful")]
        shares = " | ".join(f"{cell['false_answers']:.2f} / {cell['false_refusals']:.2f}" for cell in cells)
        right = rates(part.answered, values, 0.5)["accuracy"]
        error = calibration_error(part.answered, values)
        print(f"| {name} | reader | {auroc(part.answered, values):.3f} | {right:.3f} | {error:.3f} | {shares} |")
        if name in sets:
            print(f"| {name} | reader, evidence at 1: {evidence_at_1(part, sets[name]):.3f} | | | | | |")
            for label, rank in (("cosine", by_cosine), ("BM25", by_bm25)):
                area = auroc(part.answered, baseline_signal(sets[name], rank))
                print(f"| {name} | best sentence by {label} | {area:.3f} | | | | |")


if __name__ == "__main__":
    main()
