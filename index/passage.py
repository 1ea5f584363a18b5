"""Sentences and passages: what is cited and what is retrieved."""

from __future__ import annotations

from dataclasses import dataclass

MAX_NAME_CHARACTERS = 70
"""Most of a title or section read with each passage: even at a word piece a character, 98 pieces remain for text."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit of citation: `text` is exactly `Document.text[start:end]`; `item` says that it stands in a list."""

    start: int
    end: int
    text: str
    item: bool = False

    @property
    def line(self) -> str:
        """Return the sentence on one line, as it is shown and read; the quotation keeps its line ends."""
        return " ".join(self.text.split())


def context_of(title: str, section: str) -> str:
    """Return title and section as they are read with a passage: of each at most `MAX_NAME_CHARACTERS`.

    The end of a section's path is kept, since the nearest heading says most.
    """
    return ". ".join(name for name in (title[:MAX_NAME_CHARACTERS], section[-MAX_NAME_CHARACTERS:]) if name)


def passage_id(document_id: str, start: int, end: int) -> str:
    """Return the id of the passage between two characters of a document."""
    return f"{document_id}:{start}-{end}"


def document_id_of(passage_id: str) -> str:
    """Return the document of a passage."""
    return passage_id.rpartition(":")[0]


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
        return " ".join(sentence.line for sentence in self.sentences)

    @property
    def context(self) -> str:
        """Return what tells a reader of this passage alone what it is about: title and section."""
        return context_of(self.title, self.section)

    @property
    def searched_text(self) -> str:
        """Return what stands for the passage in both halves of retrieval: its context, then its sentences."""
        return f"{self.context}. {self.text}"

    def searched_spans(self) -> tuple[tuple[int, int], ...]:
        """Return where each sentence lies in `searched_text`, as half-open character offsets."""
        spans: list[tuple[int, int]] = []
        start = len(self.context) + 2
        for sentence in self.sentences:
            spans.append((start, start + len(sentence.line)))
            start += len(sentence.line) + 1
        return tuple(spans)


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage that a retriever found: `rank` counts from 1, `score` is better when higher.

    `similarity` is the cosine of question and passage in [-1, 1], `sentence_similarities` those of its sentences, in
    order (empty where the passage has no vectors of its sentences); `bm25` is the lexical score, at least 0.
    """

    passage: Passage
    rank: int
    score: float
    similarity: float
    bm25: float
    sentence_similarities: tuple[float, ...] = ()
