"""Defining: what a question asks to be told the meaning of, and where the documents define it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from corpus.glossary import Glossary, Term
from index.definitions import Definition

_ARTICLE = r"(?:the |an? )?"
_ASKS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"what (?:does|do|did) {_ARTICLE}(?:acronym |abbreviation |term |letters )?(.+?) (?:stands? for|means?)",
        rf"(?:what is |give me |tell me )?{_ARTICLE}(?:meaning|definition) of {_ARTICLE}(.+?)",
        rf"(?:what|who)(?:['’]s| is| are| was| were) (?:meant by )?{_ARTICLE}(.+?)",
        rf"(?:define|explain) {_ARTICLE}(.+?)",
        rf"what does {_ARTICLE}(.+?) do",
    )
)
LONGEST_TERM = 6
"""Words of the longest name that a document defines; what is longer asks for something else."""
_NOT_A_TERM = re.compile(r" (?:for|of|on|like|about)$|['’]s \w", re.IGNORECASE)
_MORE = re.compile(r"\b(?:of|for|in|on|at|by|from|about|with|to|that|which|who|used|called)\b")


def term_asked(question: str) -> str:
    """Return X of "What is X?", "What does X stand for?", "Who is X?", "Define X"; empty for other questions."""
    text = re.sub(r" \([^)]*\)", "", question.strip().rstrip(" ?.!"))
    for pattern in _ASKS:
        if match := pattern.fullmatch(text):
            term = match[1].strip(" \"'‘’“”")
            if len(term.split()) > LONGEST_TERM or _NOT_A_TERM.search(term):
                return ""
            return term if term[:1].isupper() or not _MORE.search(term) else ""
    return ""


def defining(term: str, definitions: Iterable[Definition]) -> tuple[str, ...]:
    """Return the ids of the passages that write out an acronym or give a name its acronym."""
    wanted = term.casefold()
    return tuple(
        dict.fromkeys(one.passage_id for one in definitions if term and wanted in _forms(one.acronym, one.name))
    )


def written_out(definitions: Iterable[Definition], glossary: Glossary) -> Glossary:
    """Return the acronyms that documents write out and the glossary does not know, each as it is most often given."""
    counts = Counter((one.acronym, one.name) for one in definitions)
    known = {term.term.casefold() for term in glossary.terms}
    terms: dict[str, Term] = {}
    for (acronym, name), _ in counts.most_common():
        if acronym.casefold() not in known:
            terms.setdefault(acronym.casefold(), Term(acronym, meaning=name, expansion=name))
    return Glossary(tuple(terms.values()))


def _forms(acronym: str, name: str) -> tuple[str, ...]:
    return (acronym.casefold(), f"{acronym}s".casefold(), name.casefold(), f"{name}s".casefold())
