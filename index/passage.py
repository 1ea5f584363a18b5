"""Sentences and passages: what is cited and what is retrieved."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit of citation: `text` is exactly `Document.text[start:end]`; `item` says that it stands in a list."""

    start: int
    end: int
    text: str
    item: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences of one section, at most what the encoder reads, with offsets into the document's text.

    `id` is unique in the index; `section` is the heading path as one line; `page` counts from 1 and is None where
    the format has no pages.
    """

    id: str
    document_id: str
    title: str
    section: str
    page: int | None
    start: int
    end: int
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """Return the sentences as one line of running text."""
        return " ".join(" ".join(sentence.text.split()) for sentence in self.sentences)

    @property
    def context(self) -> str:
        """Return what tells a reader of this passage alone what it is about: title and section."""
        return f"{self.title}. {self.section}" if self.section else self.title


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage that a retriever found: `rank` counts from 1, `score` is better when higher.

    `similarity` is the cosine to the question in [-1, 1], `bm25` the lexical score, at least 0; either is 0 where
    that half did not find the passage.
    """

    passage: Passage
    rank: int
    score: float
    similarity: float
    bm25: float
