"""Words to know: acronyms marked where they stand, and the searchable page of all words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape

from corpus.glossary import Glossary, Term
from ui.address import public_address
from ui.field import search_form


class Words:
    """Marks the acronyms of a glossary in text; each is explained at its first place only.

    `scope` makes the ids unique on a page that marks several texts apart.
    """

    def __init__(self, glossary: Glossary, scope: str) -> None:
        self._glossary = glossary
        self._scope = scope
        self._told: set[str] = set()

    def mark(self, text: str) -> str:
        """Return escaped `text` with what is explained on hover, focus and tap."""
        pattern, terms = _finder(self._glossary)
        parts, position = [], 0
        for match in pattern.finditer(text):
            term = terms[match["term"]]
            if term.term in self._told or _written_out(text, match.end(), term):
                continue
            self._told.add(term.term)
            parts += [escape(text[position : match.start()]), self._explained(match.group(), term)]
            position = match.end()
        return "".join(parts) + escape(text[position:])

    def _explained(self, shown: str, term: Term) -> str:
        identity = f"word-{self._scope}-{len(self._told)}"
        source = term.source_title or term.source
        origin = f' <span class="facts">Source: {escape(source)}</span>' if source else ""
        return (
            f'<span class="word"><abbr tabindex="0" aria-describedby="{identity}">{escape(shown)}</abbr>'
            f'<span class="explained" id="{identity}" role="tooltip"><strong>{escape(term.expansion)}</strong> '
            f"{escape(term.meaning)}{origin}</span></span>"
        )


def _written_out(text: str, end: int, term: Term) -> bool:
    """Say whether the text itself writes an acronym out: "ACP (Anticipatory Care Planning)" or the other way round."""
    return term.expansion.casefold() in text.casefold()


@lru_cache(maxsize=8)
def _finder(glossary: Glossary) -> tuple[re.Pattern[str], dict[str, Term]]:
    """Return what finds the acronyms, longest first, and the terms by the acronym that is found."""
    terms = {term.term: term for term in glossary.terms if term.expansion and sum(map(str.isupper, term.term)) > 1}
    names = "|".join(re.escape(name) for name in sorted(terms, key=len, reverse=True))
    return re.compile(rf"(?<![\w@&-])(?P<term>{names})(?:s\b)?(?![\w@&]|-\w)" if names else r"(?!)"), terms


def render_glossary(terms: Sequence[Term], search: str = "") -> str:
    """Return the words that hold `search`, each with its meaning and source."""
    wanted = search.casefold().strip()
    found = [t for t in terms if wanted in f"{t.term} {t.expansion} {t.meaning}".casefold()]
    listed = "".join(map(_term, sorted(found, key=lambda term: term.term.casefold())))
    count = "1 word" if len(found) == 1 else f"{len(found)} words"
    said = f"{count} with “{escape(search.strip())}”." if wanted else f"{count} from the documents."
    none = "" if found else '<p>Try fewer letters, or <a href="/glossary">see all words</a>.</p>'
    return (
        "<h1>Words to know</h1><p>Acronyms and words that the documents use, and what they mean.</p>"
        f'{search_form("/glossary", "Search the words", search)}<p class="count" role="status">{said}</p>{none}'
        f'<dl class="glossary">{listed}</dl>'
    )


def _term(term: Term) -> str:
    expansion = f" <span>({escape(term.expansion)})</span>" if term.expansion else ""
    address = public_address(term.source)
    source = escape(term.source_title or term.source)
    if address:
        source = f'<a href="{escape(address)}" rel="noopener noreferrer">{source}</a>'
    origin = f'<p class="facts">Source: {source}{", " + escape(term.date) if term.date else ""}</p>' if source else ""
    return f"<div><dt>{escape(term.term)}{expansion}</dt><dd><p>{escape(term.meaning)}</p>{origin}</dd></div>"
