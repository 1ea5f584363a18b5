"""Corpus folders: which files they hold, and each file as a described document."""

from __future__ import annotations

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.catalogue import CATALOGUE_FILE, CatalogueEntry, read_catalogue
from corpus.document import Audience, Document, Section
from corpus.errors import CatalogueInvalid, CorpusUnavailable, DocumentRejected
from corpus.load import loader_for, parse
from corpus.load.heading import Heading, sections_of, title_heading

LOADER_VERSION = "2"
"""Raised whenever a loader would give another text for the same bytes, so that documents are read again."""

SHIPPED_DOCUMENTS = Path(__file__).parent / "documents"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a corpus folder that may become a document; `fingerprint` changes when the document would."""

    path: Path
    file: str
    document_id: str
    entry: CatalogueEntry
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What the corpus folders hold now."""

    files: tuple[SourceFile, ...]
    rejected: tuple[DocumentRejected, ...]


def scan(folders: Sequence[Path], default_audience: Audience) -> Scan:
    """List the files of all folders, in order of folder and name, without parsing them.

    Raises:
        CorpusUnavailable: a folder is missing or unreadable, or no folder holds any file to read.
        CatalogueInvalid: a catalogue is wrong, or names a file that is not there.
    """
    files: list[SourceFile] = []
    rejected: list[DocumentRejected] = []
    catalogues = {folder: _checked_catalogue(folder) for folder in folders}
    taken = _catalogue_ids(catalogues)
    for folder, catalogue in catalogues.items():
        for path, file in _files_below(folder):
            try:
                source = _describe_source(path, file, catalogue.get(file), default_audience, taken)
            except DocumentRejected as rejection:
                rejected.append(rejection)
            else:
                taken.add(source.document_id)
                files.append(source)
    if not files and not rejected:
        raise CorpusUnavailable(", ".join(map(str, folders)), "holds no document")
    return Scan(tuple(files), tuple(rejected))


def load(source: SourceFile) -> Document:
    """Read one file as a document.

    Raises:
        DocumentRejected: the file cannot be read as the format that its name says.
    """
    parsed = parse(source.path, source.file)
    entry = source.entry
    return Document(
        id=source.document_id,
        title=entry.title or _title(parsed.headings, parsed.properties.title, source.path),
        file=source.file,
        text=parsed.text,
        sections=_non_empty(sections_of(parsed.headings, len(parsed.text)), parsed.text),
        pages=parsed.pages,
        audience=entry.audience or Audience.PUBLIC,
        period=entry.period,
        programme=entry.programme,
        kind=entry.kind,
        source=entry.source,
        content_hash=source.fingerprint,
        rows=parsed.rows,
    )


def _checked_catalogue(folder: Path) -> dict[str, CatalogueEntry]:
    if not folder.is_dir():
        raise CorpusUnavailable(str(folder), "does not exist" if not folder.exists() else "is not a folder")
    catalogue = read_catalogue(folder)
    missing = [file for file in catalogue if not (folder / file).is_file()]
    if missing:
        raise CatalogueInvalid(str(folder / CATALOGUE_FILE), f"it names {missing[0]}, which is not in the folder")
    return catalogue


def _catalogue_ids(catalogues: Mapping[Path, dict[str, CatalogueEntry]]) -> set[str]:
    taken: set[str] = set()
    for folder, catalogue in catalogues.items():
        ids = {entry.id for entry in catalogue.values() if entry.id}
        if repeated := sorted(taken & ids):
            raise CatalogueInvalid(str(folder / CATALOGUE_FILE), f"another folder also has the id {repeated[0]}")
        taken |= ids
    return taken


def _files_below(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield path and name below the folder of each file; hidden files and catalogues are passed over."""
    try:
        found = sorted(path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    except OSError as error:
        raise CorpusUnavailable(str(folder), f"cannot be read ({error.strerror})") from error
    if not found and not _listable(folder):
        raise CorpusUnavailable(str(folder), "cannot be read (permission denied)")
    for path in found:
        relative = path.relative_to(folder)
        if path.name != CATALOGUE_FILE and not any(part.startswith(".") for part in relative.parts):
            yield path, relative.as_posix()


def _listable(folder: Path) -> bool:
    try:
        next(folder.iterdir(), None)
    except OSError:
        return False
    return True


def _describe_source(
    path: Path, file: str, entry: CatalogueEntry | None, default_audience: Audience, taken: Iterable[str]
) -> SourceFile:
    if not _is_utf8(file):
        shown = os.fsencode(file).decode("utf-8", "replace")
        raise DocumentRejected(shown, "its name is not UTF-8; rename it")
    if path.is_symlink():
        raise DocumentRejected(file, "it is a link; put the file itself into the folder")
    loader_for(path, file)
    entry = entry or CatalogueEntry(file=file)
    entry = entry.model_copy(update={"audience": entry.audience or default_audience})
    document_id = entry.id or _identifier(file)
    if document_id in taken and not entry.id:
        document_id += "-" + hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DocumentRejected(file, f"it cannot be opened ({error.strerror})") from error
    facts = json.dumps([LOADER_VERSION, document_id, entry.model_dump(mode="json")], sort_keys=True)
    fingerprint = hashlib.sha256(facts.encode() + b"\0" + content).hexdigest()
    return SourceFile(path, file, document_id, entry, fingerprint)


def _is_utf8(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _identifier(file: str) -> str:
    """Make a document id from a file name: lower case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", file.rsplit(".", 1)[0]).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:100]
    return name or "document-" + hashlib.sha256(file.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def _title(headings: Sequence[Heading], named: str, path: Path) -> str:
    if named:
        return named
    heading = title_heading(headings) or (headings[0] if headings else None)
    return heading.text if heading else re.sub(r"[-_]+", " ", path.stem).strip() or path.name


def _non_empty(sections: Iterable[Section], text: str) -> tuple[Section, ...]:
    return tuple(section for section in sections if text[section.start : section.end].strip())
