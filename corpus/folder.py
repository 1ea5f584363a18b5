"""Corpus folders: which files they hold, and each file as a described document."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus.catalogue import CATALOGUE_FILES, Catalogue, CatalogueChange, CatalogueEntry, read_catalogue
from corpus.describing import described
from corpus.document import Audience, Document
from corpus.errors import CorpusUnavailable, DocumentRejected
from corpus.load import loader_for, parse
from corpus.naming import identifier

LOADER_VERSION = "3"
"""Raised whenever a loader would give another text for the same bytes, so that documents are read again."""

SHIPPED_DOCUMENTS = Path(__file__).parent / "documents"

_MISSING = "the catalogue names it, but it is not in the folder; take its entry out or put the file back"
_CHANGES_NOTHING = "a catalogue changes this document, which no folder holds; take the change out"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the file system says of a file; as long as it is the same, the file was not written to."""

    size: int
    modified_ns: int
    changed_ns: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """Take the stamp from a file's status."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a corpus folder that may become a document.

    `document_id` is the catalogue's, or made from the name; `audience` is that of a file without an entry.
    """

    path: Path
    file: str
    document_id: str
    entry: CatalogueEntry | None
    audience: Audience
    stamp: Stamp
    change: CatalogueChange | None = None

    @property
    def named(self) -> bool:
        """Say whether the catalogue gives the document's id."""
        return self.entry is not None and self.entry.id is not None

    @property
    def withdrawn(self) -> bool:
        """Say whether it is kept out of the index."""
        return self.change is not None and self.change.withdrawn

    @property
    def facts(self) -> CatalogueEntry:
        """Return what is said about the document, with changes made by other catalogues."""
        entry = self.entry or CatalogueEntry(file=self.file)
        told = self.change.facts if self.change else {}
        return entry.model_copy(update={"audience": entry.audience or self.audience, **told})


@dataclass(frozen=True, slots=True)
class Known:
    """Ids that files have from an earlier sync, so that a file keeps its id when it is renamed.

    `by_path` holds the id of the file at a path, `by_content` the ids of documents with a content hash.
    """

    by_path: Mapping[str, str] = field(default_factory=dict)
    by_content: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scan:
    """What the corpus folders hold now."""

    files: tuple[SourceFile, ...]
    rejected: tuple[DocumentRejected, ...]
    withdrawn: tuple[SourceFile, ...] = ()


def scan(folders: Sequence[Path], default_audience: Audience, known: Known = Known()) -> Scan:
    """List the files of all folders, in order of folder and name, without parsing them.

    Files are listed before the catalogue is read, so that a file whose entry is written first is never without it. A
    file without an id in the catalogue keeps the one that it had; a new file with the content of a document that is
    gone is that document under another name; any other file gets an id made from its name.

    Raises:
        CorpusUnavailable: a folder is missing or unreadable, or no folder holds any file to read.
        CatalogueInvalid: a catalogue is wrong.
    """
    found = {folder: list(_files_below(_checked(folder))) for folder in dict.fromkeys(folders)}
    catalogues = {folder: read_catalogue(folder) for folder in found}
    changes = {key: change for catalogue in catalogues.values() for key, change in catalogue.changes.items()}
    files: list[SourceFile] = []
    rejected: list[DocumentRejected] = []
    for folder, catalogue in catalogues.items():
        missing = [file for file in catalogue.entries if not (folder / file).is_file()]
        rejected += [DocumentRejected(file, _MISSING) for file in missing]
        audience = _unlisted_audience(catalogue, missing, default_audience)
        for path, file in found[folder]:
            try:
                files.append(_source_file(path, file, catalogue.entries.get(file), audience))
            except DocumentRejected as rejection:
                rejected.append(rejection)
    identified = _identified(files, known, rejected)
    if not identified and not rejected:
        raise CorpusUnavailable(", ".join(map(str, folders)), "holds no document")
    changed = [replace(source, change=changes.pop(source.document_id, None)) for source in identified]
    rejected += [DocumentRejected(key, _CHANGES_NOTHING) for key in changes]
    return Scan(
        files=tuple(source for source in changed if not source.withdrawn),
        rejected=tuple(rejected),
        withdrawn=tuple(source for source in changed if source.withdrawn),
    )


def load(source: SourceFile, content_hash: str = "") -> Document:
    """Read one file as a document; `content_hash` is that of the file where it is known already.

    Raises:
        DocumentRejected: the file cannot be read as the format that its name says.
    """
    content_hash = content_hash or hash_of(source)
    parsed = parse(source.path, source.file)
    return described(source.document_id, source.facts, parsed, content_hash)


def hash_of(source: SourceFile) -> str:
    """Return the sha256 of a file's bytes.

    Raises:
        DocumentRejected: the file cannot be read.
    """
    try:
        with source.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DocumentRejected(source.file, f"it cannot be opened ({error.strerror})") from error


def _checked(folder: Path) -> Path:
    if not folder.is_dir():
        raise CorpusUnavailable(str(folder), "does not exist" if not folder.exists() else "is not a folder")
    return folder


def _unlisted_audience(catalogue: Catalogue, missing: Iterable[str], default: Audience) -> Audience:
    """Return who may read files without an entry.

    Where the catalogue names files that are gone, one without an entry may be one of those under a new name. Then it
    is kept to the narrowest audience of theirs, so that renaming a file never shows it to more people.
    """
    gone = [catalogue.entries[file].audience or default for file in missing]
    return max([catalogue.default_audience or default, *gone], key=tuple(Audience).index)


def _files_below(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield path and name below the folder of each file and link; hidden files and catalogues are passed over."""
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise CorpusUnavailable(str(folder), f"cannot be read ({(error.strerror or '').lower()})") from error
    for entry in ordered:
        if entry.name.startswith(".") or entry.name in CATALOGUE_FILES:
            continue
        path = folder / entry.name
        if entry.is_dir(follow_symlinks=False):
            for inner, file in _files_below(path):
                yield inner, f"{entry.name}/{file}"
        elif entry.is_file(follow_symlinks=False) or entry.is_symlink():
            yield path, entry.name


def _source_file(path: Path, file: str, entry: CatalogueEntry | None, audience: Audience) -> SourceFile:
    if not _is_utf8(file):
        raise DocumentRejected(os.fsencode(file).decode("utf-8", "replace"), "its name is not UTF-8; rename it")
    try:
        status = path.lstat()
    except OSError as error:
        raise DocumentRejected(file, f"it cannot be opened ({error.strerror})") from error
    if stat.S_ISLNK(status.st_mode):
        raise DocumentRejected(file, "it is a link; put the file itself into the folder")
    loader_for(path, file)
    return SourceFile(path, file, (entry and entry.id) or "", entry, audience, Stamp.of(status))


def _identified(files: Sequence[SourceFile], known: Known, rejected: list[DocumentRejected]) -> list[SourceFile]:
    """Give every file its id: the catalogue's, else the one it had, else that of the same content, else a new one."""
    taken: set[str] = set()
    ids: dict[Path, str] = {}
    for source in files:
        if source.named and source.document_id not in taken:
            taken.add(source.document_id)
            ids[source.path] = source.document_id
        elif source.named:
            rejected.append(DocumentRejected(source.file, f"another folder also has the id {source.document_id}"))
    unnamed = [source for source in files if not source.named]
    for source in unnamed:
        before = known.by_path.get(str(source.path))
        if before is not None and before not in taken:
            taken.add(before)
            ids[source.path] = before
    for source in (source for source in unnamed if source.path not in ids):
        document_id = _same_content(source, known, taken) or _new_id(source, taken)
        taken.add(document_id)
        ids[source.path] = document_id
    return [replace(source, document_id=ids[source.path]) for source in files if source.path in ids]


def _same_content(source: SourceFile, known: Known, taken: set[str]) -> str | None:
    if not known.by_content:
        return None
    try:
        same = known.by_content.get(hash_of(source), ())
    except DocumentRejected:
        return None
    return next((key for key in same if key not in taken), None)


def _new_id(source: SourceFile, taken: set[str]) -> str:
    made = identifier(source.file)
    return made if made not in taken else f"{made}-{hashlib.sha256(os.fsencode(source.path)).hexdigest()[:8]}"


def _is_utf8(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
