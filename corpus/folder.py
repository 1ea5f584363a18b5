"""Corpus folders: which files they hold, and each file as a described document."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.catalogue import CATALOGUE_FILES, Catalogue, CatalogueChange, CatalogueEntry, read_catalogue
from corpus.document import Audience, Document, Section
from corpus.errors import CorpusUnavailable, DocumentRejected
from corpus.load import loader_for
from corpus.load.heading import Heading, sections_of, title_heading
from corpus.naming import identifier

LOADER_VERSION = "1"
"""Raised whenever a loader would give another text for the same bytes, so that documents are read again."""

_MISSING = "the catalogue names it, but it is not in the folder; take its entry out or put the file back"
_UNCHANGED = CatalogueChange(id="unchanged")

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
        CatalogueInvalid: a catalogue is wrong.
    """
    files: list[SourceFile] = []
    rejected: list[DocumentRejected] = []
    found = {folder: list(_files_below(_checked(folder))) for folder in dict.fromkeys(folders)}
    catalogues = {folder: read_catalogue(folder) for folder in found}
    taken = {entry.id for catalogue in catalogues.values() for entry in catalogue.entries.values() if entry.id}
    changes = {key: change for catalogue in catalogues.values() for key, change in catalogue.changes.items()}
    used: set[str] = set()
    for folder, catalogue in catalogues.items():
        missing = _missing(folder, catalogue)
        rejected += [DocumentRejected(file, _MISSING) for file in missing]
        audience = _unlisted_audience(catalogue, missing, default_audience)
        for path, file in found[folder]:
            try:
                source = _describe_source(path, file, catalogue.entries.get(file), audience, taken, changes)
                if source.document_id in used:
                    raise DocumentRejected(file, f"another folder also has the id {source.document_id}")
            except DocumentRejected as rejection:
                rejected.append(rejection)
                continue
            used.add(source.document_id)
            taken.add(source.document_id)
            if not changes.get(source.document_id, _UNCHANGED).withdrawn:
                files.append(source)
    if not files and not rejected:
        raise CorpusUnavailable(", ".join(map(str, folders)), "holds no document")
    return Scan(tuple(files), tuple(rejected))


def load(source: SourceFile) -> Document:
    """Read one file as a document.

    Raises:
        DocumentRejected: the file cannot be read as the format that its name says.
    """
    loaded = list(loader_for(source.path, source.file).lazy_load())
    text = "\n\n".join(part.page_content for part in loaded)
    headings: tuple[Heading, ...] = loaded[0].metadata.get("headings", ()) if len(loaded) == 1 else ()
    entry = source.entry
    return Document(
        id=source.document_id,
        title=entry.title or _title(headings, loaded[0].metadata.get("front_matter", {}), source.path),
        file=source.file,
        text=text,
        sections=_non_empty(sections_of(headings, len(text)), text),
        pages=(),
        audience=entry.audience or Audience.PUBLIC,
        period=entry.period,
        programme=entry.programme,
        kind=entry.kind,
        source=entry.source,
        content_hash=source.fingerprint,
    )


def _checked(folder: Path) -> Path:
    if not folder.is_dir():
        raise CorpusUnavailable(str(folder), "does not exist" if not folder.exists() else "is not a folder")
    return folder


def _missing(folder: Path, catalogue: Catalogue) -> list[str]:
    return [file for file in catalogue.entries if not (folder / file).is_file()]


def _unlisted_audience(catalogue: Catalogue, missing: Iterable[str], default: Audience) -> Audience:
    """Return who may read files without an entry.

    Where the catalogue names files that are gone, one without an entry may be one of those under a new name. Then it
    is kept to the narrowest audience of theirs, so that renaming a file never shows it to more people.
    """
    gone = [catalogue.entries[file].audience or default for file in missing]
    return max([catalogue.default_audience or default, *gone], key=tuple(Audience).index)


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
        if path.name not in CATALOGUE_FILES and not any(part.startswith(".") for part in relative.parts):
            yield path, relative.as_posix()


def _listable(folder: Path) -> bool:
    try:
        next(folder.iterdir(), None)
    except OSError:
        return False
    return True


def _describe_source(
    path: Path,
    file: str,
    entry: CatalogueEntry | None,
    default_audience: Audience,
    taken: Container[str],
    changes: Mapping[str, CatalogueChange],
) -> SourceFile:
    if not _is_utf8(file):
        shown = os.fsencode(file).decode("utf-8", "replace")
        raise DocumentRejected(shown, "its name is not UTF-8; rename it")
    if path.is_symlink():
        raise DocumentRejected(file, "it is a link; put the file itself into the folder")
    loader_for(path, file)
    entry = entry or CatalogueEntry(file=file)
    document_id = entry.id or identifier(file)
    if document_id in taken and not entry.id:
        document_id += "-" + hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
    facts = changes.get(document_id, _UNCHANGED).facts
    entry = entry.model_copy(update={"audience": entry.audience or default_audience, **facts})
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DocumentRejected(file, f"it cannot be opened ({error.strerror})") from error
    told = json.dumps([LOADER_VERSION, document_id, entry.model_dump(mode="json")], sort_keys=True)
    fingerprint = hashlib.sha256(told.encode() + b"\0" + content).hexdigest()
    return SourceFile(path, file, document_id, entry, fingerprint)


def _is_utf8(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _title(headings: Sequence[Heading], front_matter: dict[str, object], path: Path) -> str:
    named = front_matter.get("title")
    if isinstance(named, str) and named.strip():
        return named.strip()
    heading = title_heading(headings) or (headings[0] if headings else None)
    return heading.text if heading else re.sub(r"[-_]+", " ", path.stem).strip() or path.name


def _non_empty(sections: Iterable[Section], text: str) -> tuple[Section, ...]:
    return tuple(section for section in sections if text[section.start : section.end].strip())
