"""The glossary: acronyms and terms of the field, each with its meaning and source."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.errors import CatalogueInvalid

GLOSSARY_FILE = "glossary.toml"


@dataclass(frozen=True, slots=True)
class Term:
    """One term: `expansion` is empty for words and names that are not acronyms; `date` says from when the source is."""

    term: str
    meaning: str
    expansion: str = ""
    source_title: str = ""
    source: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Glossary:
    """All terms known, in the order of their files."""

    terms: tuple[Term, ...] = ()

    def first_meanings(self) -> Glossary:
        """Return each term once, with the first of its meanings."""
        terms: dict[str, Term] = {}
        for term in self.terms:
            terms.setdefault(term.term.casefold(), term)
        return Glossary(tuple(terms.values()))


_TERMS = TypeAdapter(dict[str, list[Term]])


def read_glossary(folders: Iterable[Path]) -> Glossary:
    """Return the terms of the glossary files in `folders`; within one file the first meaning of a term wins.

    Several files may explain one term, for different people: who may read which of them is decided later.

    Raises:
        CatalogueInvalid: a glossary file is not TOML, or a term lacks its meaning.
    """
    terms: list[Term] = []
    for path in (folder / GLOSSARY_FILE for folder in folders):
        if not path.is_file():
            continue
        try:
            found = _TERMS.validate_python(tomllib.loads(path.read_text("utf-8-sig"))).get("term", [])
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(step) for step in first["loc"])
            raise CatalogueInvalid(str(path), f"{where}: {first['msg']}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CatalogueInvalid(str(path), f"it is not valid TOML ({error})") from error
        except OSError as error:
            raise CatalogueInvalid(str(path), f"it cannot be opened ({error.strerror})") from error
        terms += Glossary(tuple(found)).first_meanings().terms
    return Glossary(tuple(terms))
