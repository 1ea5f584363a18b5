"""How fast the main job is: `python -m tests.benchmarks.main_job [--home DIR]`.

Prints the time until an existing index is ready, the first answer, a question's p50 and p95 over the tuning questions,
and indexing in passages per second beside raw `SentenceTransformer.encode` on the same passages in the same run.
Ratios count, since machines differ; nothing is asserted.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sentence_transformers import SentenceTransformer

from assistant.answer import Query
from assistant.evaluate import read_questions
from assistant.factory import open_assistant, synchronise
from assistant.settings import Settings
from corpus.document import Audience
from index.embedding import BATCH_SIZE, MiniLMEmbeddings, model_folder
from index.generation import Generations

QUESTIONS = Path(__file__).parent.parent / "data" / "questions" / "tuning.jsonl"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=None, help="state folder; a temporary one by default")
    home = parser.parse_args().home
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=home or Path(folder))
        measure_indexing(settings)
        measure_questions(settings)


def measure_indexing(settings: Settings) -> None:
    """Index from nothing, and encode the same passages without anything around."""
    embeddings = MiniLMEmbeddings()
    embeddings.embed_documents(["warm"])
    took = seconds(lambda: synchronise(settings, embeddings, lambda stage, done, total: None))
    generations = Generations(settings.home)
    folder = generations.current_folder()
    if folder is None:
        raise SystemExit("nothing was indexed")
    store = generations.open(folder, embeddings).documents
    texts = [passage.searched_text for audience in Audience for passage in store.passages_of(audience)]
    raw = SentenceTransformer(str(model_folder()), device="cpu", local_files_only=True)
    raw.encode(["warm"])
    bare = seconds(lambda: raw.encode(texts, batch_size=BATCH_SIZE, show_progress_bar=False))
    again = seconds(lambda: synchronise(settings, embeddings, lambda stage, done, total: None))
    print(f"indexing             {len(texts) / took:8.1f} passages/s ({len(texts)} passages, {took:.1f} s)")
    print(f"raw encode           {len(texts) / bare:8.1f} passages/s; indexing / raw = {bare / took:.2f}")
    print(f"nothing changed      {again * 1000:8.1f} ms = 1/{took / again:.0f} of the first sync")


def measure_questions(settings: Settings) -> None:
    """Open the existing index, answer the first question, then all tuning questions."""
    started = time.perf_counter()
    embeddings = MiniLMEmbeddings()
    synchronise(settings, embeddings, lambda stage, done, total: None)
    assistant = open_assistant(settings, embeddings)
    ready = time.perf_counter() - started
    questions = [Query(expected.question) for expected in read_questions(QUESTIONS)]
    first = seconds(lambda: assistant.invoke(questions[0]))
    times: list[float] = []
    steps: dict[str, list[float]] = {}
    for query in questions:
        response = assistant.invoke(query)
        times.append(sum(response.timings_ms.values()))
        for step, took in response.timings_ms.items():
            steps.setdefault(step, []).append(took)
    encode = statistics.median([seconds(lambda q=q: embeddings.embed_query(q.question)) * 1000 for q in questions])
    times.sort()
    print(f"ready, index exists  {ready * 1000:8.1f} ms")
    print(f"first answer         {first * 1000:8.1f} ms (models are loaded)")
    print(f"question p50 / p95   {statistics.median(times):8.1f} / {times[int(0.95 * len(times))]:.1f} ms")
    median = {step: statistics.median(found) for step, found in steps.items()}
    print("steps, p50           " + ", ".join(f"{step} {took:.1f} ms" for step, took in median.items()))
    print(f"query embedding p50  {encode:8.1f} ms; retrieval / embedding = {median['retrieve'] / encode:.2f}")


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
