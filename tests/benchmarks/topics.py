"""Where the cosine that groups questions comes from: `python -m tests.benchmarks.topics`.

Questions about different documents are about different things. For each threshold: into how many groups the tuning and
validation questions fall, and how many groups hold questions that no one document answers. The lowest threshold that
mixes nothing groups most.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from index.embedding import MiniLMEmbeddings
from ui.insights import topics

QUESTIONS = Path(__file__).parent.parent / "data" / "questions"


def main() -> None:
    """Print one line for each threshold."""
    rows: list[dict[str, Any]] = []
    for name in ("tuning", "validation"):
        rows += [json.loads(line) for line in (QUESTIONS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    rows = [row for row in rows if row.get("evidence") and not row.get("history")]
    documents = {row["question"]: frozenset(row["doc"]) for row in rows}
    embeddings = MiniLMEmbeddings()
    for threshold in (0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75):
        topics.SAME_TOPIC_COSINE = threshold
        groups = topics.grouped(list(documents), embeddings)
        mixed = sum(not frozenset.intersection(*(documents[q] for q in group.questions)) for group in groups)
        print(f"{threshold:.2f}: {len(documents)} questions in {len(groups)} groups, {mixed} mixed")


if __name__ == "__main__":
    main()
