"""Calibrate trained weights: `python -m assistant.reader.training.calibrate QUESTIONS... --weights DIR`.

Fits, on question sets that training did not see, what turns logits into probabilities, and sets the operating points.
Prints what each set gives with fits on the others, and writes `reader.json` with a fit on all of them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.evaluate import ExpectedAnswer, Ruler, read_questions
from assistant.factory import open_assistant
from assistant.pipeline import Assistant
from assistant.reader.late_interaction import Matches, matches
from assistant.reader.trained import Read, TrainedReader, features, probability
from assistant.reader.training.choose import asked
from assistant.reader.weights import Calibration, describe
from assistant.settings import Settings
from corpus.document import Audience
from index.embedding import MiniLMEmbeddings

FOR = frozenset({"logit", "match", "weakest", "names", "answered"})
"""Features that speak for an answer; the others speak against it. A weight of the wrong sign is left out: a better
match must never count against an answer, whatever the wording of a set suggests."""

FALSE_ANSWERS = {"careful": 0.15, "helpful": 0.3}
"""Share of the unanswerable questions that an operating point answers, on questions that its fit did not see."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the sentences that were read, each with whether it is evidence, and all that match."""

    answerable: bool
    read: tuple[tuple[Read, bool], ...]
    found: Matches


def cases(
    assistant: Assistant, embeddings: MiniLMEmbeddings, reader: TrainedReader, questions: Sequence[ExpectedAnswer]
) -> list[Case]:
    """Read the questions of a set."""
    ruler = Ruler(assistant.library(Audience.PUBLIC))
    given = []
    for expected in questions:
        question, passages = assistant.find(asked(expected))
        if not passages:
            continue
        found = matches(embeddings, question, passages)
        read = tuple(
            (item, ruler.is_evidence(expected, item.match.passage.document_id, item.match.sentence))
            for item in reader.consider(question, found)
        )
        given.append(Case(expected.answerable, read, found))
    return given


def fit(given: Sequence[Case]) -> Calibration:
    """Fit both probabilities; the operating points are left as they are."""
    sentences = fit_sentences([item for case in given for item in case.read])
    best = [first(case, sentences) for case in given]
    supports = [item.support for item, _ in best if item.support]
    typical = {
        "read": sentences.typical["read"],
        "answered": float(np.mean([support.answered for support in supports])),
        "in_vain": float(np.mean([support.in_vain for support in supports])),
    }
    sentences = sentences.model_copy(update={"typical": typical})
    rows = [features(item, case.found, sentences) for case, (item, _) in zip(given, best, strict=True)]
    weights, bias = fit_signed(rows, [right for _, right in best])
    return sentences.model_copy(update={"weights": weights, "bias": bias})


def fit_sentences(read: Sequence[tuple[Read, bool]]) -> Calibration:
    """Fit the probability of a sentence, on those of which known questions are."""
    rows = [
        ({"logit": item.logit, "match": item.match.score, "answered": item.support.answered}, right)
        for item, right in read
        if item.support
    ]
    weights, bias = fit_signed([row for row, _ in rows], [right for _, right in rows])
    return Calibration(
        sentence_logit=weights.get("logit", 0.0),
        sentence_match=weights.get("match", 0.0),
        sentence_support=weights.get("answered", 0.0),
        sentence_bias=bias,
        typical={"read": float(np.mean([row["answered"] for row, _ in rows]))},
    )


def fit_signed(rows: Sequence[dict[str, float]], right: Sequence[bool]) -> tuple[dict[str, float], float]:
    """Return the weights and the bias of a logistic fit, without features whose weight has the wrong sign."""
    names = list(rows[0])
    while True:
        model = LogisticRegression(C=10.0, max_iter=1000).fit([[row[name] for name in names] for row in rows], right)
        weights = dict(zip(names, map(float, model.coef_[0]), strict=True))
        wrong = [name for name, weight in weights.items() if (weight > 0) != (name in FOR)]
        if not wrong:
            return weights, float(model.intercept_[0])
        names = [name for name in names if name not in wrong]


def first(case: Case, calibration: Calibration) -> tuple[Read, bool]:
    """Return the sentence that comes first, with whether it is evidence."""
    return max(case.read, key=lambda item: probability(item[0], calibration))


def judged(given: Sequence[Case], calibration: Calibration) -> list[tuple[float, bool, bool]]:
    """Return for each question its probability, whether it can be answered, and whether the first sentence is right."""
    rows = []
    for case in given:
        item, right = first(case, calibration)
        rows.append((calibration.answerable(features(item, case.found, calibration)), case.answerable, right))
    return rows


def rates(rows: Sequence[tuple[float, bool, bool]], threshold: float) -> dict[str, float]:
    """Return the share of unanswerable questions answered, of answerable ones refused, and of all that end well."""
    given = np.array([value >= threshold for value, _, _ in rows])
    answerable = np.array([can for _, can, _ in rows])
    right = np.array([right for _, _, right in rows])
    return {
        "false_answers": round(float(given[~answerable].mean()), 3),
        "false_refusals": round(float((~given)[answerable].mean()), 3),
        "accuracy": round(float(np.where(answerable, given & right, ~given).mean()), 3),
    }


def main() -> None:
    """Read the command line, fit, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path, nargs="+", help="question sets, as for `ihub evaluate`")
    parser.add_argument("--weights", type=Path, required=True)
    options = parser.parse_args()
    settings = Settings()
    embeddings = MiniLMEmbeddings(settings.embedding_model)
    assistant, reader = open_assistant(settings, embeddings), TrainedReader(embeddings, options.weights)
    sets = {path.stem: cases(assistant, embeddings, reader, read_questions(path)) for path in options.questions}
    held_out: list[tuple[float, bool, bool]] = []
    for name, given in sets.items():
        rows = judged(given, fit([case for other, rest in sets.items() if other != name for case in rest]))
        held_out += rows
        print_set(name, rows)
    unanswerable = [value for value, can, _ in held_out if not can]
    points = {name: round(float(np.quantile(unanswerable, 1 - share)), 3) for name, share in FALSE_ANSWERS.items()}
    measured = {name: rates(held_out, threshold) for name, threshold in points.items()}
    for name, threshold in points.items():
        print(f"{name} ({threshold}): {measured[name]}")
    whole = fit([case for given in sets.values() for case in given])
    describe(options.weights, whole.model_copy(update={"thresholds": points, "rates": measured}))


def print_set(name: str, rows: Sequence[tuple[float, bool, bool]]) -> None:
    """Print what a set gives with a fit on the others."""
    area = roc_auc_score([can for _, can, _ in rows], [value for value, _, _ in rows])
    best = np.mean([right for _, can, right in rows if can])
    print(f"{name}: {len(rows)} questions, best sentence right {best:.3f}, answerable or not {area:.3f}")
    for threshold in (0.3, 0.4, 0.5, 0.6):
        print(f"  at {threshold}: {rates(rows, threshold)}")


if __name__ == "__main__":
    main()
