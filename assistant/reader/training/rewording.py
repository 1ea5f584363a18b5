"""Rewording questions with near words, so that the reader learns to match meanings and not only the same words."""

from __future__ import annotations

import random
import re
from pathlib import Path

import torch
from safetensors import safe_open

from index.embedding import model_folder

_WORD = re.compile(r"[A-Za-z]+")


class Rewording:
    """Replaces words by those nearest to them among the encoder's own word embeddings.

    Near words are whole words of at least `letters` letters with a cosine of at least `cosine`; forms of the same
    word, with the same first four letters, are left out.
    """

    def __init__(self, folder: Path | None = None, *, letters: int = 4, cosine: float = 0.42, count: int = 6) -> None:
        found = folder or model_folder()
        vocabulary = (found / "vocab.txt").read_text(encoding="utf-8").split("\n")
        places = [place for place, word in enumerate(vocabulary) if re.fullmatch(rf"[a-z]{{{letters},}}", word)]
        self._words = [vocabulary[place] for place in places]
        self._places = {word: index for index, word in enumerate(self._words)}
        with safe_open(found / "model.safetensors", "pt") as file:
            vectors = file.get_tensor("embeddings.word_embeddings.weight")[places]
        vectors = vectors - vectors.mean(0)
        self._vectors = vectors / vectors.norm(dim=1, keepdim=True)
        self._cosine = cosine
        self._count = count
        self._near: dict[str, list[str]] = {}

    def near(self, word: str) -> list[str]:
        """Return the words nearest to `word`, nearest first; none for an unknown one."""
        if word not in self._places:
            return []
        if word not in self._near:
            cosines = self._vectors @ self._vectors[self._places[word]]
            values, places = torch.topk(cosines, 4 * self._count)
            self._near[word] = [
                self._words[place]
                for value, place in zip(values.tolist(), places.tolist(), strict=True)
                if value >= self._cosine and self._words[place][:4] != word[:4]
            ][: self._count]
        return self._near[word]

    def reword(self, question: str, rng: random.Random, *, share: float = 0.5) -> str:
        """Replace about `share` of the words that have near words; names, short words and numbers stay."""

        def other(match: re.Match[str]) -> str:
            word = match.group()
            if (word[0].isupper() and match.start() > 0) or rng.random() >= share:
                return word
            found = self.near(word.lower())
            return rng.choice(found) if found else word

        return _WORD.sub(other, question)
