"""The catalogue: what the content owner says about the documents of one folder."""

from __future__ import annotations

import csv
import datetime
import io
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.document import Audience
from corpus.errors import CatalogueInvalid

CATALOGUE_FILE = "catalogue.toml"
CATALOGUE_TABLE = "catalogue.csv"
CATALOGUE_FILES = (CATALOGUE_FILE, CATALOGUE_TABLE)

DocumentId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=120)]


class CatalogueEntry(BaseModel):
    """One `[[document]]` of a catalogue; what is left out is guessed from the document itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str = Field(description="Path of the file below the folder, with forward slashes.")
    id: DocumentId | None = Field(
        default=None, description="Name of the document in addresses and citations; made from the file name if absent."
    )
    title: str = Field(default="", description="Title; the first heading or the file name if absent.")
    kind: str = Field(default="document", description="Sort of document, such as report or brief.")
    period: str = Field(default="", description="Years that the document speaks of, such as 2017-18.")
    programme: str = Field(default="", description="Programme or portfolio it belongs to.")
    audience: Audience | None = Field(default=None, description="Who may read it; a setting decides if absent.")
    source: str = Field(default="", description="Public address it comes from.")
    written: datetime.date | None = Field(default=None, description="When it was written or published.")
    language: str = Field(default="", max_length=35, description="Language, such as en or gd.")
    superseded_by: DocumentId | None = Field(default=None, description="Id of the document that replaces this one.")
    fetched: datetime.date | None = Field(default=None, description="When it was fetched from its source.")


class CatalogueChange(BaseModel):
    """One `[[change]]` of a catalogue: what is different for a document that another folder holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: DocumentId
    withdrawn: bool = Field(default=False, description="Whether it is left out as if it were not there.")
    title: str | None = None
    period: str | None = None
    programme: str | None = None
    audience: Audience | None = None
    superseded_by: DocumentId | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """Return the fields of an entry that this changes."""
        return self.model_dump(exclude={"id", "withdrawn"}, exclude_none=True)


class _CatalogueFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    default_audience: Audience | None = None
    document: list[CatalogueEntry] = []
    change: list[CatalogueChange] = []


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the catalogue files of one folder say: entries by file, changes by document id.

    `default_audience` is that of files without an entry; None leaves it to the settings.
    """

    entries: dict[str, CatalogueEntry] = field(default_factory=dict)
    changes: dict[str, CatalogueChange] = field(default_factory=dict)
    default_audience: Audience | None = None


def read_catalogue(folder: Path) -> Catalogue:
    """Return what `catalogue.toml` and `catalogue.csv` in the folder say; empty where there is neither.

    Raises:
        CatalogueInvalid: a file is not TOML or CSV, a field is unknown or wrong, or a file or id is named twice.
    """
    path = folder / CATALOGUE_FILE
    found = _checked(path, _toml(path)) if path.is_file() else _CatalogueFile()
    entries = list(found.document)
    table = folder / CATALOGUE_TABLE
    if table.is_file():
        path = table
        entries += _checked(table, {"document": _rows(table)}).document
    _refuse_repeats(path, [entry.file for entry in entries])
    _refuse_repeats(path, [entry.id for entry in entries if entry.id])
    _refuse_repeats(path, [change.id for change in found.change])
    changes = {change.id: change for change in found.change}
    return Catalogue({entry.file: entry for entry in entries}, changes, found.default_audience)


def _checked(path: Path, content: dict[str, Any]) -> _CatalogueFile:
    try:
        return _CatalogueFile.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise CatalogueInvalid(str(path), f"{where}: {first['msg']}") from error


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueInvalid(str(path), f"it is not valid TOML ({error})") from error
    except OSError as error:
        raise CatalogueInvalid(str(path), f"it cannot be opened ({error.strerror})") from error


def _rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a CSV catalogue, whose first line names the fields; empty cells say nothing."""
    try:
        text = path.read_text("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    except UnicodeDecodeError as error:
        raise CatalogueInvalid(str(path), "it is not UTF-8 text; save it again as CSV UTF-8") from error
    except csv.Error as error:
        raise CatalogueInvalid(str(path), f"it is not valid CSV ({error})") from error
    except OSError as error:
        raise CatalogueInvalid(str(path), f"it cannot be opened ({error.strerror})") from error
    if any(None in row for row in rows):
        raise CatalogueInvalid(str(path), "a row has more cells than the first line has names")
    return [{_field(name): cell.strip() for name, cell in row.items() if cell and cell.strip()} for row in rows]


def _field(name: str) -> str:
    return name.strip().lower().replace("-", "_").replace(" ", "_")


def _refuse_repeats(path: Path, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise CatalogueInvalid(str(path), f"{name} is named twice")
        seen.add(name)
