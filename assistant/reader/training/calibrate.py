"""Calibrate trained weights: `python -m assistant.reader.training.calibrate QUESTIONS... --weights DIR [--new]`.

Fits, on question sets that training did not see, what turns logits into probabilities, and sets the operating points.
Prints what each set gives with fits on the others (a single set with what was fitted before), and writes `reader.json`
with a fit on all of them. Run it once more with `--new`, on questions about documents without known questions.
"""

from __future__ import annotations

import argparse
import math
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
from assistant.reader.trained import Read, TrainedReader, answerable, features, probability, sentence_features
from assistant.reader.training.choose import asked
from assistant.reader.weights import Calibration, Fit, describe, read_calibration
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


def fit(given: Sequence[Case], *, known: bool) -> Fit:
    """Fit both probabilities, on the sentences that known questions are about or on the others."""
    kept = [(case, [item for item in case.read if (item[0].support is not None) is known]) for case in given]
    kept = [(case, read) for case, read in kept if read]
    every = [item for _, read in kept for item in read]
    weights, bias = fit_signed([sentence_features(item) for item, _ in every], [right for _, right in every])
    fitted = Fit(sentence=weights, sentence_bias=bias)
    best = [(case, *max(read, key=lambda item: fitted.of_sentence(sentence_features(item[0])))) for case, read in kept]
    weights, bias = fit_signed([features(item, case.found) for case, item, _ in best], [right for *_, right in best])
    return fitted.model_copy(update={"answer": weights, "answer_bias": bias})


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


def judged(given: Sequence[Case], calibration: Calibration) -> list[tuple[float, bool, bool]]:
    """Return for each question its probability, whether it can be answered, and whether the first sentence is right."""
    rows = []
    for case in given:
        item, right = max(case.read, key=lambda read: probability(read[0], calibration))
        rows.append((answerable(item, case.found, calibration), case.answerable, right))
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
    parser.add_argument("--new", action="store_true", help="fit what is for documents without known questions")
    options = parser.parse_args()
    settings = Settings()
    embeddings = MiniLMEmbeddings(settings.embedding_model)
    assistant, reader = open_assistant(settings, embeddings), TrainedReader(embeddings, options.weights)
    sets = {path.stem: cases(assistant, embeddings, reader, read_questions(path)) for path in options.questions}
    before = read_calibration(options.weights)
    field = "new" if options.new else "known"
    held_out: list[tuple[float, bool, bool]] = []
    for name in sets:
        others = [case for other, rest in sets.items() if other != name for case in rest]
        fitted = before.model_copy(update={field: fit(others, known=not options.new)}) if others else before
        rows = judged(sets[name], fitted)
        held_out += rows
        print_set(name, rows)
    every = [case for given in sets.values() for case in given]
    whole = before.model_copy(update={field: fit(every, known=not options.new)})
    changed = {"new": aligned(whole, every)} if options.new else operating_points(held_out)
    describe(options.weights, whole.model_copy(update=changed))


def aligned(calibration: Calibration, given: Sequence[Case]) -> Fit:
    """Return the fit for new sentences, its bias such that `careful` answers its share of unanswerable questions too.

    Otherwise it would refuse most questions about documents that it knows nothing of: one can be less sure there.
    """
    unanswerable = [value for value, can, _ in judged(given, calibration) if not can]
    there = float(np.quantile(unanswerable, 1 - FALSE_ANSWERS["careful"]))
    wanted = calibration.thresholds["careful"]
    shift = math.log(wanted / (1 - wanted)) - math.log(there / (1 - there))
    return calibration.new.model_copy(update={"answer_bias": calibration.new.answer_bias + shift})


def operating_points(rows: Sequence[tuple[float, bool, bool]]) -> dict[str, object]:
    """Return the thresholds that answer as many unanswerable questions as `FALSE_ANSWERS` says, and the rates there."""
    unanswerable = [value for value, can, _ in rows if not can]
    points = {name: round(float(np.quantile(unanswerable, 1 - share)), 3) for name, share in FALSE_ANSWERS.items()}
    measured = {name: rates(rows, threshold) for name, threshold in points.items()}
    for name, threshold in points.items():
        print(f"{name} ({threshold}): {measured[name]}")
    return {"thresholds": points, "rates": measured}


def print_set(name: str, rows: Sequence[tuple[float, bool, bool]]) -> None:
    """Print what a set gives with a fit on the others."""
    area = roc_auc_score([can for _, can, _ in rows], [value for value, _, _ in rows])
    best = np.mean([right for _, can, right in rows if can])
    print(f"{name}: {len(rows)} questions, best sentence right {best:.3f}, answerable or not {area:.3f}")
    for threshold in (0.3, 0.4, 0.5, 0.6):
        print(f"  at {threshold}: {rates(rows, threshold)}")


if __name__ == "__main__":
    main()
