"""Intake: taking a file into a folder of documents, and out of it again.

The order of the steps matters, since a sync may read the folder at any moment and a crash may come at any moment: an
entry is written before its file appears and a file is gone before its entry goes, so that no document is ever seen with
a wider audience than it has. `corpus.folder.scan` lists the files first and reads the catalogue after them.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import shutil
import tempfile
from collections.abc import Container
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from corpus.catalogue import CATALOGUE_FILE, CATALOGUE_FILES, CatalogueEntry
from corpus.cataloguing import CatalogueEditor, catalogue_of
from corpus.document import Audience
from corpus.errors import DocumentRejected
from corpus.glossary import GLOSSARY_FILE
from corpus.load import loader_for
from corpus.naming import free_name, identifier, safe_name

MAX_ADDED_BYTES = 200_000_000
"""Largest file that is taken in: several times the largest scanned report that a board publishes."""


def prepare(folder: Path) -> None:
    """Make the folder where it is missing, and a catalogue that keeps files without an entry to staff.

    Raises:
        CorpusUnavailable, CatalogueInvalid: the folder cannot be written, or its catalogue is wrong.
    """
    if not (folder / CATALOGUE_FILE).is_file():
        with catalogue_of(folder) as catalogue:
            catalogue.set_default_audience(Audience.STAFF)
            catalogue.save()


def accept(
    folder: Path,
    name: str,
    content: bytes | Path,
    *,
    title: str = "",
    audience: Audience | None = None,
    programme: str = "",
    period: str = "",
    source: str = "",
    kind: str = "",
    written: datetime.date | None = None,
    language: str = "",
    superseded_by: str = "",
    fetched: datetime.date | None = None,
    replace: bool = False,
    taken: Container[str] = (),
) -> str:
    """Store a file in `folder` with what is known about it, and return its document id; a sync then indexes it.

    `name` is what the person calls the file; only its last part is used. Without an audience it is for staff. A file
    that is already there with the same content gets the facts that are given, and keeps the others; one with other
    content is replaced only if `replace` says so. `taken` holds document ids of other folders, which the new one must
    not have.

    Raises:
        DocumentRejected: files of this type are not read, it is empty or too large, or the name is taken.
        CorpusUnavailable, CatalogueInvalid: the folder cannot be written, or its catalogue is wrong.
    """
    file = safe_name(name)
    _check_type(file)
    _check_size(file, content)
    facts = {
        "title": title,
        "audience": audience,
        "programme": programme,
        "period": period,
        "source": source,
        "kind": kind,
        "written": written,
        "language": language,
        "superseded_by": superseded_by,
        "fetched": fetched,
    }
    _check_facts(file, facts)
    prepare(folder)
    with catalogue_of(folder) as catalogue:
        incoming = _incoming(folder, content)
        try:
            return _place(catalogue, file, incoming, facts, replace=replace, taken=taken)
        finally:
            incoming.unlink(missing_ok=True)


def withdraw(folder: Path, document_id: str) -> None:
    """Take a document out: its file and entry are removed from `folder`.

    A document that another folder holds keeps its file, and the catalogue of `folder` says that it is withdrawn. The
    next sync takes it out of every answer.

    Raises:
        CorpusUnavailable, CatalogueInvalid: as for `accept`.
    """
    with catalogue_of(folder) as catalogue:
        entry = catalogue.entry_of(document_id)
        if entry is None:
            catalogue.change(document_id, {"withdrawn": True})
        else:
            _inside(folder, str(entry["file"])).unlink(missing_ok=True)
            catalogue.drop_entry(document_id)
        catalogue.save()


def change_audience(folder: Path, document_id: str, audience: Audience) -> None:
    """Say that people of another audience may read a document; errors as for `withdraw`."""
    describe(folder, document_id, audience=audience)


def describe(
    folder: Path,
    document_id: str,
    *,
    title: str | None = None,
    period: str | None = None,
    programme: str | None = None,
    audience: Audience | None = None,
    superseded_by: str | None = None,
) -> None:
    """Change what is said about a document; None leaves a fact as it is, "" takes it away. Errors as for `withdraw`."""
    named: dict[str, Any] = {
        "title": title,
        "period": period,
        "programme": programme,
        "audience": audience,
        "superseded_by": superseded_by,
    }
    with catalogue_of(folder) as catalogue:
        catalogue.change(document_id, {key: value for key, value in named.items() if value is not None})
        catalogue.save()


def _check_type(file: str) -> None:
    if file in (*CATALOGUE_FILES, GLOSSARY_FILE):
        raise DocumentRejected(file, "files of this name describe documents and are not documents themselves")
    loader_for(Path(file), file)


def _check_facts(file: str, facts: dict[str, Any]) -> None:
    try:
        CatalogueEntry.model_validate({"file": file, **{key: value for key, value in facts.items() if value}})
    except ValidationError as error:
        first = error.errors()[0]
        raise DocumentRejected(file, f"its {first['loc'][0]} cannot be used: {first['msg']}") from error


def _check_size(file: str, content: bytes | Path) -> None:
    try:
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
    except OSError as error:
        raise DocumentRejected(file, f"it cannot be opened ({error.strerror})") from error
    if not isinstance(content, bytes) and not content.is_file():
        raise DocumentRejected(file, "it is not a file")
    if size == 0:
        raise DocumentRejected(file, "it is empty")
    if size > MAX_ADDED_BYTES:
        raise DocumentRejected(file, f"it is larger than {MAX_ADDED_BYTES // 1_000_000} MB")


def _incoming(folder: Path, content: bytes | Path) -> Path:
    """Copy the content into a hidden file of the folder, and flush it to disk."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".incoming-", delete=False) as copy:
        try:
            if isinstance(content, bytes):
                copy.write(content)
            else:
                with content.open("rb") as original:
                    shutil.copyfileobj(original, copy)
            copy.flush()
            os.fsync(copy.fileno())
        except BaseException:
            Path(copy.name).unlink(missing_ok=True)
            raise
    path = Path(copy.name)
    path.chmod(0o644)
    return path


def _place(
    catalogue: CatalogueEditor,
    file: str,
    incoming: Path,
    facts: dict[str, Any],
    *,
    replace: bool,
    taken: Container[str],
) -> str:
    target = _inside(catalogue.folder, file)
    there = target.exists()
    if there and not replace and _digest(target) != _digest(incoming):
        raise DocumentRejected(file, "another file of this name is already here; replace it, or rename yours")
    known = catalogue.facts_at(file)
    document_id = known.get("id") or identifier(file)
    if not known:
        document_id = free_name(document_id, _Taken(catalogue, taken))
    before = Audience(known.get("audience", Audience.STAFF))
    audience = facts["audience"] or before
    catalogue.set_entry(file, {"id": document_id, "audience": audience, **{k: v for k, v in facts.items() if v}})
    if there and before.may_read(audience) and before != audience:
        incoming.replace(target)
        catalogue.save()
    else:
        catalogue.save()
        incoming.replace(target)
    return document_id


class _Taken:
    """Document ids that a new document of this folder cannot have."""

    def __init__(self, catalogue: CatalogueEditor, others: Container[str]) -> None:
        self._catalogue = catalogue
        self._others = others

    def __contains__(self, document_id: object) -> bool:
        return document_id in self._others or self._catalogue.knows(str(document_id))


def _inside(folder: Path, file: str) -> Path:
    """Return the path of a file of the folder; a catalogue that points out of its folder is refused."""
    path = folder / file
    if not path.parent.resolve().is_relative_to(folder.resolve()):
        raise DocumentRejected(file, "it lies outside the folder")
    return path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
