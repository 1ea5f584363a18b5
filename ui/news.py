"""What is new: the documents that were added or changed lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import escape

from corpus.document import Document
from ui.address import document_address

NEW_DAYS = 60
"""How long a document counts as new: programme documents change a few times a year, and people come back each month."""

MOST_SHOWN = 5


def newest(
    documents: Sequence[Document], indexed_at: Mapping[str, str], now: datetime | None = None
) -> tuple[tuple[Document, datetime], ...]:
    """Return the documents that came or changed lately with the time of it, the latest first.

    `indexed_at` has ISO times in Universal Time by id. Those that the first sync brought are not new, and so where all
    came together nothing is.
    """
    times = {key: datetime.fromisoformat(written) for key, written in indexed_at.items()}
    begun = min(times.values(), default=None)
    since = (now or datetime.now(UTC)) - timedelta(days=NEW_DAYS)
    late = [(d, times[d.id]) for d in documents if d.id in times and times[d.id] != begun and times[d.id] >= since]
    return tuple(sorted(late, key=lambda pair: (-pair[1].timestamp(), pair[0].title.casefold()))[:MOST_SHOWN])


def render_news(found: Sequence[tuple[Document, datetime]]) -> str:
    """Return the list of new documents; nothing where there is none."""
    entries = "".join(
        f'<li><a href="{escape(document_address(document.id))}">{escape(document.title)}</a> '
        f'<span class="facts">added or changed <time datetime="{when:%Y-%m-%d}">{when:%-d %B %Y}</time></span>'
        "</li>"
        for document, when in found
    )
    return f'<section class="news"><h2>What is new</h2><ul>{entries}</ul></section>' if entries else ""
