"""Lines of a PDF -> headings, paragraphs, list items and tables, across columns and pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import pairwise
from statistics import median

from corpus.load.pdf.grid import GridTable
from corpus.load.pdf.layout import Line, Region
from corpus.load.pdf.words import Vocabulary, join_lines
from corpus.load.table import reads_like_names

LARGER = 1.12
"""A line this many times the size of body text is set as a heading; captions and notes are smaller than body text."""

MAX_HEADING_CHARACTERS = 160
MAX_HEADING_LINES = 4
"""Longer text in a large or bold face is a pull quote or an introduction."""

PARAGRAPH_GAP = 1.3
"""A step to the next line this many times the usual one begins a paragraph; within one it varies by a few per cent."""

INDENT = 0.8
"""A first line set in by this many font sizes begins a paragraph."""

RAGGED = 0.2
"""A line that ends this share of its column before the edge is the last of its paragraph, if it ends a sentence."""

NEAR_LINES = 5
"""Lines above and below whose right edges tell how wide the text runs here."""

SAME_COLUMN = 6.0
"""Edges of a table's columns on two pages may differ by this many points."""

_ITEM = re.compile(r"^([•▪●◦‣·\-–*\uf0b7\uf0a7○■□➢✓]|o(?=\s)|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+(?=\S)")
_BULLET = re.compile(r"^[^\w(]|^o$")
_ABBREVIATION_END = re.compile(r"\b(?:[A-Za-z]\.)+$|\b(?:e\.g|i\.e|etc|vs|No|Dr|Mr|Mrs|Ms|St|approx)\.$")
_CONTINUED = re.compile(
    r"\W*continued\W*(?:(?:on |from )?(?:the )?(?:next|previous|overleaf) ?(?:page)?)?\W*$", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_LEADERS = re.compile(r"(?:\s?\.){4,}\s*")


class Kind(Enum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    TABLE = "table"


@dataclass(slots=True)
class Block:
    """One block of a page, `page` counting from 0; a block with `joined` set goes on with the one before it."""

    kind: Kind
    page: int
    lines: list[Line] = field(default_factory=list)
    text: str = ""
    marker: str = "•"
    level: int = 1
    joined: str | None = None
    table: GridTable | None = None

    @property
    def style(self) -> tuple[float, bool]:
        """Return the size of the block's letters, to half a point, and whether they are bold."""
        return round(self.lines[0].size * 2) / 2, self.lines[0].bold


def blocks_of(pages: Sequence[Sequence[Region | GridTable]]) -> list[Block]:
    """Return the blocks of all pages in reading order."""
    lines = [line for parts in pages for part in parts if not isinstance(part, GridTable) for line in part]
    body = _body_size(lines)
    bold_body = sum(len(line.text) for line in lines if line.bold) * 2 > sum(len(line.text) for line in lines)
    blocks: list[Block] = []
    for page, parts in enumerate(pages):
        for part in parts:
            if isinstance(part, GridTable):
                blocks.append(Block(Kind.TABLE, page, table=part))
            else:
                blocks.extend(_paragraphs(part, page, body))
    vocabulary = Vocabulary(line.text for line in lines)
    for block in blocks:
        _settle(block, body, bold_body, vocabulary)
    blocks = [block for block in blocks if block.kind is Kind.TABLE or block.text]
    _demote_lists(blocks)
    _find_lists(blocks)
    _set_levels(blocks)
    _carry_on(blocks, vocabulary)
    return blocks


def _body_size(lines: Iterable[Line]) -> float:
    """Return the size in which most of the text is set."""
    sizes = Counter[float]()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _paragraphs(region: Region, page: int, body: float) -> Iterator[Block]:
    """Cut a region into paragraphs and items by gaps, indents, faces and markers."""
    step = _usual_step(region)
    block: Block | None = None
    for line in _with_near_edges(region):
        marker = _ITEM.match(line.text)
        if block is not None and not marker and _goes_on(block, line, step, body):
            block.lines.append(line)
            continue
        if block is not None:
            yield block
        block = Block(Kind.ITEM if marker else Kind.PARAGRAPH, page, [line])
    if block is not None:
        yield block


def _usual_step(region: Region) -> float:
    """Return the usual distance between baselines, in font sizes."""
    steps = [
        (below.baseline - above.baseline) / above.size
        for above, below in pairwise(region)
        if abs(above.size - below.size) < 0.5 and 0 < below.baseline - above.baseline < 2 * above.size
    ]
    return median(steps) if steps else 1.2


def _goes_on(block: Block, line: Line, step: float, body: float) -> bool:
    first, last = block.lines[0], block.lines[-1]
    if line.size < LARGER * body and _broken_on_purpose(last, line):
        return False
    same_face = abs(line.size - last.size) <= 0.08 * last.size and line.bold == last.bold
    distance = line.baseline - last.baseline
    if not (same_face or _small_mark(line, last)) or not 0 < distance <= PARAGRAPH_GAP * step * last.size + 0.5:
        return False
    ended = bool(_SENTENCE_END.search(last.text))
    if block.kind is Kind.ITEM:
        hangs = line.x0 > first.x0 + 0.3 * first.size
        return hangs or (not ended and last.x1 > last.right - RAGGED * (last.right - last.left))
    if ended and line.x0 > last.x0 + INDENT * line.size and len(block.lines) > 1:
        return False
    return not (ended and last.x1 < last.right - RAGGED * (last.right - last.left))


def _with_near_edges(region: Region) -> Iterator[Line]:
    """Give each line the right edge of the lines around it: text may run around a picture."""
    for number, line in enumerate(region):
        near = region[max(0, number - NEAR_LINES) : number + NEAR_LINES + 1]
        yield replace(line, right=max(other.x1 for other in near))


def _broken_on_purpose(last: Line, line: Line) -> bool:
    """Say whether a line ended though the next line's first word would have fitted: an entry of a list or address."""
    letters = max(len(line.text), 1)
    first_word = (line.x1 - line.x0) * len(line.text.split(maxsplit=1)[0]) / letters
    return last.right - last.x1 > first_word + line.size and not last.text.endswith(("-", ","))


def _small_mark(line: Line, last: Line) -> bool:
    """Say whether a line differs in face only by being very short, like a raised mark or one bold word at its end."""
    return len(line.text) <= 12 and abs(line.size - last.size) <= 0.08 * last.size


def _settle(block: Block, body: float, bold_body: bool, vocabulary: Vocabulary) -> None:
    """Join the lines of a block and decide what it is."""
    if block.kind is Kind.TABLE:
        return
    text = _LEADERS.sub(" … ", join_lines([line.text for line in block.lines], vocabulary))
    if _CONTINUED.match(text):
        return
    marker = _ITEM.match(text) if block.kind is Kind.ITEM else None
    if _is_heading(block, text, body, bold_body, marker):
        block.kind = Kind.HEADING
    elif marker:
        sign = marker.group(1)
        block.marker = "•" if _BULLET.match(sign) else sign
        text = text[marker.end() :]
    block.text = text


def _is_heading(block: Block, text: str, body: float, bold_body: bool, marker: re.Match[str] | None) -> bool:
    size, bold = block.style
    stands_out = size >= LARGER * body or (bold and not bold_body and size >= 0.95 * body)
    if not stands_out or len(text) > MAX_HEADING_CHARACTERS or len(block.lines) > MAX_HEADING_LINES:
        return False
    if marker and _BULLET.match(marker.group(1)):
        return False
    return bool(_LETTERS.search(text)) and not re.search(r"[.;,…]$", text) and "…" not in text


def _demote_lists(blocks: list[Block]) -> None:
    """Take headings that stand in a row of three or more of one face, or end the text, for what they are: a list.

    Only text below a heading can be cited, so that words set in bold one below the other would be lost.
    """
    position = 0
    while position < len(blocks):
        end = position
        while end < len(blocks) and blocks[end].kind is Kind.HEADING and blocks[end].style == blocks[position].style:
            end += 1
        count = end - position
        if count >= 3 or (count and end == len(blocks)):
            followed = end < len(blocks) and blocks[end].kind is not Kind.HEADING
            for block in blocks[position : end - 1 if followed else end]:
                block.kind = Kind.PARAGRAPH
        position = max(end, position + 1)


def _find_lists(blocks: list[Block]) -> None:
    """Take set-in paragraphs after a colon for a list: browsers draw bullets as shapes, which are no text."""
    lead: Block | None = None
    for above, below in pairwise(blocks):
        if below.kind is not Kind.PARAGRAPH or above.kind is Kind.TABLE:
            lead = None
            continue
        if above.kind is Kind.PARAGRAPH and above.text.endswith(":"):
            lead = above
        if lead is None or below.lines[0].x0 < lead.lines[0].x0 + INDENT * below.lines[0].size:
            lead = None
        else:
            below.kind = Kind.ITEM


def _set_levels(blocks: Iterable[Block]) -> None:
    """Give larger headings outer levels, and bold ones outer levels than plain ones of their size."""
    headings = [block for block in blocks if block.kind is Kind.HEADING]
    faces = sorted({block.style for block in headings}, key=lambda face: (-face[0], not face[1]))
    levels: dict[tuple[float, bool], int] = {}
    level, size = 0, 0.0
    for face in faces:
        if not level or face[0] < size * 0.96 or not levels:
            level += 1
            size = face[0]
        levels[face] = min(level, 6)
    for block in headings:
        block.level = levels[block.style]


def _carry_on(blocks: list[Block], vocabulary: Vocabulary) -> None:
    """Join what goes on in the next column or on the next page: sentences, and tables of the same columns."""
    for above, below in pairwise(blocks):
        if above.kind is Kind.TABLE and below.kind is Kind.TABLE:
            if below.page == above.page + 1 and _same_columns(above.table, below.table):
                below.joined = ""
        elif (
            above.kind in (Kind.PARAGRAPH, Kind.ITEM)
            and below.kind is Kind.PARAGRAPH
            and _sentence_goes_on(above, below)
        ):
            left, separator = vocabulary.join(above.text, below.text)
            above.text, below.joined = left, separator


def _same_columns(above: GridTable | None, below: GridTable | None) -> bool:
    """Say whether a table goes on in another: by its edges, or without lines by its column names or missing ones."""
    if above is None or below is None or len(above.edges) != len(below.edges):
        return False
    if above.ruled and below.ruled:
        return all(abs(a - b) <= SAME_COLUMN for a, b in zip(above.edges, below.edges, strict=True))
    return above.ruled == below.ruled and (below.rows[0] == above.rows[0] or not reads_like_names(below.rows[0]))


def _sentence_goes_on(above: Block, below: Block) -> bool:
    """Say whether a paragraph at the top of a column or page goes on with the sentence that ended the one before."""
    last, first = above.lines[-1], below.lines[0]
    moved = below.page == above.page + 1 or (below.page == above.page and first.baseline < last.baseline)
    ended = _SENTENCE_END.search(above.text) and not _ABBREVIATION_END.search(above.text)
    if not moved or ended or abs(last.size - first.size) > 0.08 * last.size:
        return False
    if first.text[:1].islower() or above.text.endswith(("-", ",")):
        return True
    full = last.x1 > last.right - 0.1 * (last.right - last.left)
    return full and len(above.lines) > 1 and above.style == below.style
