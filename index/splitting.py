"""Splitting: a document -> sentences and passages, with exact offsets."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import sentencex

from corpus.document import Document, Section
from index.passage import Passage, Sentence, context_of, passage_id

SPLITTER_VERSION = "3"
"""Raised whenever the same document would be split in another way, so that it is indexed again."""

PASSAGE_PIECES = 128
"""Word pieces up to which sentences are gathered; MiniLM was trained on texts of 128 pieces (its model card)."""

ENCODER_PIECES = 240
"""Most word pieces of a passage with its title and section; the encoder reads 256, less its own two and some room."""

REFERENCE_HEADINGS = frozenset(
    {"sources", "references", "bibliography", "further reading", "contents", "table of contents"}
)
"""Sections that list other texts: they name every topic and answer no question, so they are not retrieved."""

_BLANK_LINES = re.compile(r"\n[ \t]*\n")
_ITEM = re.compile(r"^[ \t]*(?:[•‣◦▪●·*+–-]|\(?(?:\d{1,3}|[a-zA-Z])[.)])[ \t]+(?=\S)", re.MULTILINE)
_INITIAL = re.compile(r"[ \t]*[A-Z]\.")
_WORD = re.compile(r"\S+")

_ALWAYS_GOES_ON = re.compile(
    r"(?:^|[\s(\[“‘\"'])(?:approx|cf|incl|excl|eg|ie|e\.g|i\.e|viz|esp|dr|mr|mrs|ms|prof|rev|hon)\.$", re.IGNORECASE
)
_GOES_ON_WITH_A_NUMBER = re.compile(
    r"(?:^|[\s(\[“‘\"'])(?:no|nos|p|pp|para|paras|fig|figs|vol|vols|ref|tel|fax|ext|max|min|sec|art|reg|app|ch|est|c|ca)"
    r"\.$",
    re.IGNORECASE,
)
_NUMBER_START = re.compile(r"[(£€$]?\d|no\.", re.IGNORECASE)
_LOWER_START = re.compile(r"(?!ihub\b)[a-z][a-z’']*[\s,.;:)]")
"""A sentence does not begin in lower case, but with the name of the ihub it does."""
CountPieces = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class _Block:
    """Sentences that belong together: a paragraph, or a list with the sentence that leads into it."""

    sentences: tuple[Sentence, ...]
    pieces: int


def split(document: Document, count_pieces: CountPieces) -> tuple[Passage, ...]:
    """Cut a document into passages that never cross a section, in order.

    `count_pieces` gives the length of a text in the encoder's word pieces. Every sentence of a section that is not
    a list of references lands in exactly one passage.
    """
    passages: list[Passage] = []
    for section in document.sections:
        if section.headings and section.headings[-1].casefold().strip(" :") in REFERENCE_HEADINGS:
            continue
        room = ENCODER_PIECES - count_pieces(context_of(document.title, section.name))
        blocks = _blocks(document, section, count_pieces, room)
        passages.extend(_passage(document, section, group) for group in _gather(blocks, room))
    return tuple(passages)


def sentences_of(text: str, start: int, end: int, rows: Sequence[tuple[int, int]] = ()) -> Iterator[Sentence]:
    """Yield the sentences of `text[start:end]`: paragraphs and list items end sentences, and so do full stops.

    `rows` are stretches, in order and apart, that are one sentence each, such as the rows of a table. List markers
    are left out. `text[sentence.start:sentence.end] == sentence.text` holds for each.
    """
    position = start
    for first, last in rows[bisect_left(rows, (start, start)) :]:
        if last > end:
            break
        yield from _sentences_between(text, position, first)
        yield Sentence(first, last, text[first:last])
        position = last
    yield from _sentences_between(text, position, end)


def _sentences_between(text: str, start: int, end: int) -> Iterator[Sentence]:
    for block_start, block_end in _paragraphs(text, start, end):
        marks = _item_marks(text, block_start, block_end)
        first = marks[0].start() if marks else block_end
        yield from _prose(text, block_start, first, item=False)
        ends = [*(mark.start() for mark in marks[1:]), block_end]
        for mark, following in zip(marks, ends[: len(marks)], strict=True):
            yield from _prose(text, mark.end(), following, item=True)


def _item_marks(text: str, start: int, end: int) -> list[re.Match[str]]:
    """Return the markers that open list items of a block.

    A number or letter at the start of a line counts only where a sentence has ended, or another item stands before
    it: else it is prose that was wrapped there ("on May\n12. It agreed"). A single capital is the initial of a name
    ("J. Smith") unless another item follows.
    """
    marks: list[re.Match[str]] = []
    for mark in _ITEM.finditer(text, start, end):
        before = text[start : mark.start()].rstrip()
        if marks or not before or before[-1] in ".:;!?" or not mark.group().strip(" \t().").isalnum():
            marks.append(mark)
    return [] if len(marks) == 1 and _INITIAL.match(marks[0].group()) else marks


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    position = start
    for gap in _BLANK_LINES.finditer(text, start, end):
        yield position, gap.start()
        position = gap.end()
    yield position, end


def _prose(text: str, start: int, end: int, *, item: bool) -> Iterator[Sentence]:
    for first, last in _boundaries(text[start:end]):
        quotation = text[start + first : start + last]
        begin = start + first + len(quotation) - len(quotation.lstrip())
        quotation = quotation.strip()
        if any(character.isalnum() for character in quotation):
            yield Sentence(begin, begin + len(quotation), quotation, item)


def _boundaries(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence; what was parted after an abbreviation is put together again."""
    open_start: int | None = None
    end = 0
    for boundary in sentencex.get_sentence_boundaries("en", text):
        first, last = boundary["start_index"], boundary["end_index"]
        if open_start is not None and not _goes_on(text[open_start:end].rstrip(), text[first:last].lstrip()):
            yield open_start, end
            open_start = None
        open_start = first if open_start is None else open_start
        end = last
    if open_start is not None:
        yield open_start, end


def _goes_on(before: str, after: str) -> bool:
    """Say whether the sentence `before` goes on with `after`: its full stop belongs to an abbreviation or a number."""
    if not before.endswith("."):
        return False
    return bool(
        _ALWAYS_GOES_ON.search(before[-12:])
        or (_GOES_ON_WITH_A_NUMBER.search(before[-8:]) and _NUMBER_START.match(after))
        or _LOWER_START.match(after)
    )


def _blocks(document: Document, section: Section, count_pieces: CountPieces, room: int) -> Iterator[_Block]:
    """Gather the section's sentences so that a list stays with its lead-in where both fit into one passage."""
    group: list[Sentence] = []
    pieces = 0
    found = sentences_of(document.text, section.start, section.end, document.rows)
    for sentence in _fitting(found, count_pieces, room):
        length = count_pieces(sentence.text)
        belongs = sentence.item and group and (group[-1].item or group[-1].text.endswith(":"))
        if group and not (belongs and pieces + length <= room):
            yield _Block(tuple(group), pieces)
            group, pieces = [], 0
        group.append(sentence)
        pieces += length
    if group:
        yield _Block(tuple(group), pieces)


def _fitting(sentences: Iterable[Sentence], count_pieces: CountPieces, room: int) -> Iterator[Sentence]:
    """Cut sentences that the encoder could not read whole at spaces, so that nothing is silently truncated."""
    for sentence in sentences:
        if count_pieces(sentence.text) <= room:
            yield sentence
        else:
            yield from _cut(sentence, count_pieces, room)


def _cut(sentence: Sentence, count_pieces: CountPieces, room: int) -> Iterator[Sentence]:
    start: int | None = None
    end = pieces = 0
    for first, last in _short_words(sentence.text, room):
        length = count_pieces(sentence.text[first:last])
        if start is not None and pieces + length > room:
            yield _part(sentence, start, end)
            start, pieces = None, 0
        start = first if start is None else start
        end = last
        pieces += length
    if start is not None:
        yield _part(sentence, start, end)


def _short_words(text: str, room: int) -> Iterator[tuple[int, int]]:
    """Yield the words of a text; a word of more than `room` characters in parts, since a piece may be one character."""
    for word in _WORD.finditer(text):
        for first in range(word.start(), word.end(), room):
            yield first, min(first + room, word.end())


def _part(sentence: Sentence, start: int, end: int) -> Sentence:
    return Sentence(sentence.start + start, sentence.start + end, sentence.text[start:end], sentence.item)


def _gather(blocks: Iterable[_Block], room: int) -> Iterator[tuple[Sentence, ...]]:
    group: list[Sentence] = []
    pieces = 0
    for block in blocks:
        if group and pieces + block.pieces > min(PASSAGE_PIECES, room):
            yield tuple(group)
            group, pieces = [], 0
        group.extend(block.sentences)
        pieces += block.pieces
    if group:
        yield tuple(group)


def _passage(document: Document, section: Section, sentences: tuple[Sentence, ...]) -> Passage:
    start, end = sentences[0].start, sentences[-1].end
    page = document.page_at(start)
    return Passage(
        id=passage_id(document.id, start, end),
        document_id=document.id,
        title=document.title,
        section=section.name,
        page=page.number if page else None,
        start=start,
        end=end,
        sentences=sentences,
    )
