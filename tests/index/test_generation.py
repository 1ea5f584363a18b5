"""Generations share the files of lexical search where the disk knows links, and none ever changes another."""

from __future__ import annotations

import errno
import shutil
from collections import Counter
from pathlib import Path

import pytest

from corpus.document import Audience
from index.generation import Generations, Manifest, lexical_folder
from index.lexical import LexicalIndex, LexicalPassage, update


def change(folder: Path, gone: frozenset[str], new: dict[str, str]) -> None:
    """Take passages out of the public index of a generation, and put new ones in."""
    analysed = [(key, LexicalPassage.of(text)) for key, text in new.items()]
    update(lexical_folder(folder, Audience.PUBLIC), gone, Counter(), analysed, lambda ids: [])


def found(folder: Path, question: str) -> list[str]:
    return [key for key, _ in LexicalIndex.open(lexical_folder(folder, Audience.PUBLIC)).search(question, 5)]


@pytest.mark.parametrize("links", [True, False])
def test_a_generation_outlives_and_leaves_alone_the_one_it_came_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def refuse(*arguments: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    if not links:
        monkeypatch.setattr("os.link", refuse)
    generations, manifest = Generations(tmp_path), Manifest(model="m", dimension=1)
    building = generations.begin(None)
    change(building, frozenset(), {"a": "falls on the ward", "b": "care at home"})
    first = generations.publish(building, manifest)
    building = generations.begin(first)
    change(building, frozenset(["a"]), {"c": "a garden on the ward"})
    second = generations.publish(building, manifest)
    (segment,) = lexical_folder(first, Audience.PUBLIC).glob("*.npz")
    assert segment.samefile(lexical_folder(second, Audience.PUBLIC) / segment.name) == links
    assert (found(first, "ward"), found(second, "ward")) == (["a"], ["c"])
    shutil.rmtree(first)
    assert (found(second, "home"), found(second, "ward")) == (["b"], ["c"])
