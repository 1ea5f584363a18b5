"""The catalogue: what the content owner says about the documents of one folder."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.document import Audience
from corpus.errors import CatalogueInvalid

CATALOGUE_FILE = "catalogue.toml"


class CatalogueEntry(BaseModel):
    """One `[[document]]` of a catalogue; what is left out is guessed from the document itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str = Field(description="Path of the file below the folder, with forward slashes.")
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=120)] | None = Field(
        default=None, description="Name of the document in addresses and citations; made from the file name if absent."
    )
    title: str = Field(default="", description="Title; the first heading or the file name if absent.")
    kind: str = Field(default="document", description="Sort of document, such as report or brief.")
    period: str = Field(default="", description="Years that the document speaks of, such as 2017-18.")
    programme: str = Field(default="", description="Programme or portfolio it belongs to.")
    audience: Audience | None = Field(default=None, description="Who may read it; a setting decides if absent.")
    source: str = Field(default="", description="Public address it comes from.")
    written: datetime.date | None = Field(default=None, description="When a brief was written.")


class _CatalogueFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    document: list[CatalogueEntry] = []


def read_catalogue(folder: Path) -> dict[str, CatalogueEntry]:
    """Return the entries of the folder's catalogue by file; empty where there is no catalogue.

    Raises:
        CatalogueInvalid: the file is not TOML, a field is unknown or wrong, or a file or id is named twice.
    """
    path = folder / CATALOGUE_FILE
    if not path.is_file():
        return {}
    try:
        entries = _CatalogueFile.model_validate(tomllib.loads(path.read_text("utf-8-sig"))).document
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise CatalogueInvalid(str(path), f"{where}: {first['msg']}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueInvalid(str(path), f"it is not valid TOML ({error})") from error
    except OSError as error:
        raise CatalogueInvalid(str(path), f"it cannot be opened ({error.strerror})") from error
    _refuse_repeats(path, [entry.file for entry in entries])
    _refuse_repeats(path, [entry.id for entry in entries if entry.id])
    return {entry.file: entry for entry in entries}


def _refuse_repeats(path: Path, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise CatalogueInvalid(str(path), f"{name} is named twice")
