"""Citations as escaped HTML: the numbered button with its card, and the sources panel. Pure functions.

Every title, sentence and address is untrusted and passes through `html.escape` here. `citation-TURN-NUMBER` names a
button of an answer and `source-TURN-NUMBER` its entry in the sources panel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from assistant.answer import Answer, Citation
from index.passage import Passage
from ui.address import NEW_TAB, document_address, public_address
from ui.conversation import Turn

CARD_CHARACTERS = 320
"""Longest quotation on a card, about six lines; the sources panel has all of it."""


Cited = Mapping[str, Sequence[tuple[int, int]]]
"""The characters that a conversation cites, as (start, end), by the id of their document."""


def cited_in(turns: Sequence[Turn]) -> Cited:
    """Return what the answers of a conversation cite, in order."""
    places: dict[str, list[tuple[int, int]]] = {}
    for turn in turns:
        for citation in turn.reply.citations if isinstance(turn.reply, Answer) else ():
            places.setdefault(citation.document_id, []).append((citation.start, citation.end))
    return places


def render_button(citation: Citation, turn: int, identity: str, cited: Cited) -> str:
    """Return the number of a citation with the card that hover, focus or a tap shows; it opens the document.

    `cited` is what the conversation cites: what stands in the same document is marked there too.
    """
    address = escape(source_address(citation, cited))
    name = escape(f"Source {citation.number}: {', '.join([citation.title, *place_of(citation)])} (opens in a new tab)")
    facts = escape(" · ".join(place_of(citation)))
    return (
        f'<span class="cite"><a class="citation"{identity} href="{address}" target="_blank" aria-label="{name}" '
        f'data-source="source-{turn}-{citation.number}">{citation.number}</a>'
        f'<span class="card"><strong>{escape(citation.title)}</strong>'
        f'<span class="facts">{facts}</span>'
        f"<q>{escape(shorten(citation.quotation, CARD_CHARACTERS))}</q>"
        f'<a href="{address}" target="_blank" tabindex="-1">Open the document at these words{NEW_TAB}</a></span></span>'
    )


def render_sources(turns: Sequence[Turn]) -> str:
    """Return the sources panel: the sources of every answer, the latest answer first."""
    cited = cited_in(turns)
    groups = [
        f'<section class="source-group" aria-labelledby="sources-{number}"><h3 id="sources-{number}">'
        f"For “{escape(shorten(turn.question))}”</h3>"
        f'<ol class="source-list">{_listed(turn.reply, number, cited)}</ol></section>'
        for number, turn in reversed(list(enumerate(turns, start=1)))
        if isinstance(turn.reply, Answer) and turn.reply.citations
    ]
    empty = "<p>The documents behind each answer will be shown here, with the words quoted from them.</p>"
    return (
        '<section class="sources" aria-labelledby="sources-heading"><h2 id="sources-heading">Sources</h2>'
        f"{''.join(groups) or empty}</section>"
    )


def _listed(answer: Answer, turn: int, cited: Cited) -> str:
    return "".join(render_source(source, turn, cited) for source in answer.citations)


def render_source(citation: Citation, turn: int, cited: Cited) -> str:
    """Return one citation as an entry of the sources panel."""
    facts = [("Period", citation.period), ("Section", citation.section)]
    if citation.page is not None:
        facts.append(("Page", citation.page))
    listed = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts if value)
    place = escape(source_address(citation, cited))
    links = [f'<a class="open" href="{place}" target="_blank">Open in the document{NEW_TAB}</a>']
    public = public_address(citation.source)
    if public:
        links.append(f'<a href="{escape(public)}" target="_blank" rel="noopener noreferrer">Public source{NEW_TAB}</a>')
    links.append(f'<a href="#citation-{turn}-{citation.number}">Back to answer</a>')
    return (
        f'<li class="source" id="source-{turn}-{citation.number}" tabindex="-1">'
        f'<h4><span class="number">{citation.number}</span> {escape(citation.title)}</h4><dl>{listed}</dl>'
        f"<blockquote>{mark_passage(citation.passage, citation.start, citation.end)}</blockquote>"
        f'<p class="links">{" ".join(links)}</p></li>'
    )


def source_address(citation: Citation, cited: Cited) -> str:
    """Return the address of a cited sentence; the others that are cited from that document are marked too."""
    others = cited.get(citation.document_id, ())
    return document_address(citation.document_id, citation.start, citation.end, also=others)


def place_of(citation: Citation) -> list[str]:
    """Return period, page and section of a citation, those that are known."""
    page = f"page {citation.page}" if citation.page is not None else ""
    return [fact for fact in (citation.period, page, citation.section) if fact]


def mark_passage(passage: Passage, start: int, end: int) -> str:
    """Return the sentences of a passage with the characters `start` to `end` of the document in `<mark>`."""
    parts = []
    for sentence in passage.sentences:
        low = min(max(start - sentence.start, 0), len(sentence.text))
        high = min(max(end - sentence.start, low), len(sentence.text))
        parts.append(mark_range(sentence.text, low, high))
    return " ".join(parts)


def mark_range(text: str, start: int, end: int) -> str:
    """Return escaped `text` with the characters `start` to `end` in `<mark>`; an empty range marks nothing."""
    if start >= end:
        return escape(text)
    return f"{escape(text[:start])}<mark>{escape(text[start:end])}</mark>{escape(text[end:])}"


def shorten(text: str, limit: int = 90) -> str:
    """Return `text` on one line, cut at a word with an ellipsis where it is longer than `limit` characters."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return (line[:limit].rsplit(" ", 1)[0] or line[:limit]) + "…"
