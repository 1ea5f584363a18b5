"""Describing: what is known about a document, from its catalogue, from its front matter, or as a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from corpus.catalogue import CatalogueEntry
from corpus.document import Audience, Document, Section
from corpus.load import Parsed
from corpus.load.heading import sections_of, title_heading

FRONT_MATTER_ENDINGS = frozenset({".md", ".markdown"})
"""Formats whose front matter the content owner writes; headers of web pages and e-mails come from strangers."""

LONGEST_PERIOD = 20
"""Years that a period may span; "2018-05" is a month, and "1948-2018" is the life of something."""

_PERIOD = re.compile(r"\b((?:19|20)\d\d)(?:\s?[-–/]\s?((?:19|20)?\d\d))?\b")
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def described(document_id: str, facts: CatalogueEntry, parsed: Parsed, content_hash: str) -> Document:
    """Return the document with what the catalogue says, else its front matter, else what can be guessed.

    Front matter can narrow the audience of the catalogue, and never widens it: a text does not decide who reads it.
    """
    stated = _front_matter(facts.file, parsed.properties.front_matter)
    guesses = _guesses(facts, parsed)
    told = {name: str(getattr(facts, name) or "") or stated.get(name, "") for name in ("title", "period", "language")}
    told["date"] = facts.written.isoformat() if facts.written else stated.get("date", "")
    guessed = tuple(name for name, value in told.items() if not value and guesses.get(name))
    told.update({name: guesses[name] for name in guessed})
    return Document(
        id=document_id,
        title=told["title"],
        file=facts.file,
        text=parsed.text,
        sections=_non_empty(sections_of(parsed.headings, len(parsed.text)), parsed.text),
        pages=parsed.pages,
        audience=_audience(facts.audience or Audience.PUBLIC, stated.get("audience", "")),
        period=told["period"],
        programme=facts.programme or stated.get("programme", ""),
        kind=facts.kind,
        source=facts.source or stated.get("source", ""),
        content_hash=content_hash,
        date=told["date"],
        language=told["language"],
        superseded_by=facts.superseded_by or stated.get("superseded_by", ""),
        fetched=facts.fetched.isoformat() if facts.fetched else "",
        guessed=guessed,
        warnings=parsed.warnings,
        rows=parsed.rows,
    )


def _front_matter(file: str, fields: Mapping[str, str]) -> dict[str, str]:
    if PurePosixPath(file).suffix.lower() not in FRONT_MATTER_ENDINGS:
        return {}
    stated = {name.replace("-", "_"): value.strip() for name, value in fields.items()}
    if "written" in stated:
        stated.setdefault("date", stated["written"])
    return stated


def _guesses(facts: CatalogueEntry, parsed: Parsed) -> dict[str, str]:
    """Return what can be guessed; the title always can."""
    properties = parsed.properties
    heading = title_heading(parsed.headings) or (parsed.headings[0] if parsed.headings else None)
    name = PurePosixPath(facts.file)
    plain = re.sub(r"[-_]+", " ", name.stem).strip() or name.name
    title = " ".join((properties.title or (heading.text if heading else "") or plain).split())
    date = properties.date if _DATE.fullmatch(properties.date) else ""
    language = properties.language if _LANGUAGE.fullmatch(properties.language) else ""
    return {
        "title": title,
        "period": _period(facts.title or title) or _period(plain),
        "date": date,
        "language": language,
    }


def _period(text: str) -> str:
    """Return the year or years that a title names, such as 2018 or 2017-18; empty where it names none or several."""
    found = {match.group(): match for match in _PERIOD.finditer(text)}
    if len(found) != 1:
        return ""
    first, last = next(iter(found.values())).groups()
    years = int(first), int(last if last and len(last) == 4 else f"{first[:2]}{last or first[2:]}")
    return f"{first}-{last[-2:]}" if last and years[0] < years[1] <= years[0] + LONGEST_PERIOD else str(first)


def _audience(audience: Audience, stated: str) -> Audience:
    order = tuple(Audience)
    named = Audience(stated.lower()) if stated.lower() in set(order) else audience
    return max(audience, named, key=order.index)


def _non_empty(sections: Iterable[Section], text: str) -> tuple[Section, ...]:
    return tuple(section for section in sections if text[section.start : section.end].strip())
