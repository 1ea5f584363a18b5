"""Cataloguing: changes to a `catalogue.toml`, written in one atomic step; comments and order are kept."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

import tomlkit
from filelock import FileLock, Timeout
from tomlkit.items import AoT, Table

from corpus.catalogue import CATALOGUE_FILE, CATALOGUE_TABLE, Catalogue, read_catalogue
from corpus.errors import CatalogueInvalid, CorpusUnavailable
from corpus.naming import identifier

LOCK_FILE = ".catalogue.lock"
LOCK_SECONDS = 60
"""How long a change waits for another one to end; each takes milliseconds."""


@contextlib.contextmanager
def catalogue_of(folder: Path) -> Iterator[CatalogueEditor]:
    """Hold the catalogue of `folder` for a change; nobody else changes it meanwhile.

    Raises:
        CatalogueInvalid: the catalogue that is there cannot be read, and is left as it is.
        CorpusUnavailable: the folder cannot be written, or another change does not end.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK_FILE, timeout=LOCK_SECONDS):
            yield CatalogueEditor(folder, read_catalogue(folder))
    except Timeout as error:
        raise CorpusUnavailable(str(folder), "is being changed by somebody else who does not end") from error
    except OSError as error:
        raise CorpusUnavailable(str(folder), f"cannot be written ({error.strerror})") from error


class CatalogueEditor:
    """The `catalogue.toml` of one folder, to be changed; `save` makes the changes."""

    def __init__(self, folder: Path, known: Catalogue) -> None:
        self.folder = folder
        self._known = known
        self._path = folder / CATALOGUE_FILE
        self._content = tomlkit.parse(self._path.read_text("utf-8-sig") if self._path.is_file() else "")

    def set_default_audience(self, audience: str) -> None:
        """Say which audience files without an entry have."""
        self._content["default_audience"] = str(audience)

    def entry_of(self, document_id: str) -> Table | None:
        """Return the entry of a document, whether its id is written down or made from the file name."""
        return self._find("document", lambda entry: entry.get("id", identifier(str(entry["file"]))) == document_id)

    def facts_at(self, file: str) -> dict[str, Any]:
        """Return what the catalogue files say about a file; empty where they do not name it."""
        entry = self._known.entries.get(file)
        return entry.model_dump(exclude_defaults=True) if entry else {}

    def knows(self, document_id: str) -> bool:
        """Say whether an entry or a change is about this document."""
        ids = (entry.id or identifier(entry.file) for entry in self._known.entries.values())
        return document_id in self._known.changes or document_id in ids

    def set_entry(self, file: str, facts: Mapping[str, Any]) -> None:
        """Write the entry of a file; facts that are empty are taken out.

        Raises:
            CatalogueInvalid: the file is described in the CSV catalogue, which people write by hand.
        """
        entry = self._find("document", lambda entry: str(entry["file"]) == file)
        if entry is None:
            if file in self._known.entries:
                raise CatalogueInvalid(str(self.folder / CATALOGUE_TABLE), f"it describes {file}; change it there")
            entry = self._append("document", {"file": file})
        _update(entry, facts)

    def drop_entry(self, document_id: str) -> None:
        """Take the entry of a document out."""
        entries = self._tables("document")
        entry = self.entry_of(document_id)
        if entry is not None:
            del entries[entries.index(entry)]

    def change(self, document_id: str, facts: Mapping[str, Any]) -> None:
        """Change what is said about a document: its entry, or a `[[change]]` where another folder holds it."""
        found = self.entry_of(document_id)
        if found is None:
            found = self._find("change", lambda change: str(change["id"]) == document_id)
        _update(self._append("change", {"id": document_id}) if found is None else found, facts)

    def save(self) -> None:
        """Put the changed catalogue in place of the old one, in one atomic step."""
        write_atomically(self._path, tomlkit.dumps(self._content).encode())

    def _find(self, name: str, fits: Callable[[Table], bool]) -> Table | None:
        return next((table for table in self._tables(name) if isinstance(table, Table) and fits(table)), None)

    def _tables(self, name: str) -> AoT:
        tables = self._content.get(name)
        return tables if isinstance(tables, AoT) else tomlkit.aot()

    def _append(self, name: str, facts: Mapping[str, Any]) -> Table:
        if name not in self._content:
            self._content[name] = tomlkit.aot()
        table = tomlkit.table()
        table.update(facts)
        tables = self._tables(name)
        tables.append(table)
        added = tables[-1]
        if not isinstance(added, Table):
            raise TypeError(f"{name} holds {type(added).__name__} instead of tables")
        return added


def write_atomically(path: Path, content: bytes) -> None:
    """Write a whole file or leave the old one as it was, also when the machine stops half way."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".incoming-", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _update(table: Table, facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        if value is None or value == "":
            table.pop(name, None)
        else:
            table[name] = value.value if isinstance(value, Enum) else value
