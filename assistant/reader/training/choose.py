"""Choose what to learn from our own questions: `python -m assistant.reader.training.choose QUESTIONS... --out FILE`.

Each question is asked of the current index; the sentences that the baseline reader likes most are what the network is
to tell apart.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from assistant.answer import Exchange, Query
from assistant.evaluate import ExpectedAnswer, Ruler, read_questions
from assistant.factory import open_assistant
from assistant.pipeline import Assistant
from assistant.reader.late_interaction import matches
from assistant.reader.pair import Pair, pair
from assistant.reader.training.groups import HARDEST, Choice
from assistant.settings import Settings
from corpus.document import Audience
from index.embedding import MiniLMEmbeddings


def choose(assistant: Assistant, embeddings: MiniLMEmbeddings, questions: Sequence[ExpectedAnswer]) -> Iterator[Choice]:
    """Yield what to draw from for each question: its evidence, and the wrong sentences that match it best."""
    ruler = Ruler(assistant.library(Audience.PUBLIC))
    for expected in questions:
        question, passages = assistant.find(asked(expected))
        right: list[Pair] = []
        wrong: list[Pair] = []
        for match in matches(embeddings, question, passages).sentences:
            is_right = ruler.is_evidence(expected, match.passage.document_id, match.sentence)
            if is_right or len(wrong) < HARDEST:
                place = match.passage.sentences.index(match.sentence)
                (right if is_right else wrong).append(pair(question, match.passage, place))
        if bool(right) == expected.answerable:
            yield Choice(tuple(right), tuple(wrong))


def asked(expected: ExpectedAnswer) -> Query:
    """Return the query that an expected answer is the answer of."""
    return Query(expected.question, tuple(Exchange(question, answer) for question, answer in expected.history))


def read_choices(path: Path) -> list[Choice]:
    """Read what `main` wrote."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        kept = json.loads(line)
        right, wrong = ([Pair(**item) for item in kept[name]] for name in ("right", "wrong"))
        found.append(Choice(tuple(right), tuple(wrong)))
    return found


def main() -> None:
    """Read the command line, choose, write one JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path, nargs="+", help="question sets, as for `ihub evaluate`")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    settings = Settings()
    embeddings = MiniLMEmbeddings(settings.embedding_model)
    assistant = open_assistant(settings, embeddings)
    questions = [question for path in options.questions for question in read_questions(path)]
    with options.out.open("w", encoding="utf-8") as out:
        for done, choice in enumerate(choose(assistant, embeddings, questions), start=1):
            out.write(json.dumps(asdict(choice), ensure_ascii=False) + "\n")
            if done % 100 == 0:
                print(f"{done} of {len(questions)}", flush=True)


if __name__ == "__main__":
    main()
