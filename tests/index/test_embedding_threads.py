"""Several questions at once: what one thread asks of the model does not disturb another."""

from __future__ import annotations

import threading

from index.embedding import MiniLMEmbeddings

SHORT, LONG = (
    "The garden opened.",
    "The community garden opened in May 2016 behind the old library of the harbour town.",
)
ROUNDS = 40


def test_threads_that_read_at_once_get_what_one_alone_gets(embeddings: MiniLMEmbeddings) -> None:
    alone = [pieces.ids for pieces in embeddings.embed_pieces([SHORT, LONG])]
    wrong: list[object] = []

    def read() -> None:
        for _ in range(ROUNDS):
            try:
                found = [pieces.ids for pieces in embeddings.embed_pieces([SHORT, LONG])]
            except Exception as error:
                wrong.append(error)
            else:
                wrong.extend(ids for ids, expected in zip(found, alone, strict=True) if ids != expected)

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
