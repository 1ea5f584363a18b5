"""What became of documents, for the audit log, whichever way it came about: a page, a command, a change in a folder."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from corpus.document import Audience, Document
from ui.records.audit import Action, AuditLog, Event

FOLDER = "a folder"
"""Who acts in the audit log, where a running server finds that files changed in a folder."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the audit log compares of a document: who may read it, and the hash of its content."""

    audience: Audience
    content_hash: str


class Synced(Protocol):
    """The part of a `SyncReport` that says which documents are new or other than before."""

    @property
    def changed(self) -> tuple[str, ...]:
        """Return the ids of documents that are read anew."""

    @property
    def published(self) -> bool:
        """Say whether the index changed."""


def standing(documents: Iterable[Document]) -> dict[str, Standing]:
    """Return how each document stands now, by its id."""
    return {document.id: Standing(document.audience, document.content_hash) for document in documents}


class DocumentLog:
    """Writes into the audit log; every method raises RecordsUnavailable when the database fails."""

    def __init__(self, audit: AuditLog) -> None:
        self._audit = audit

    def added(self, actor: str, document_id: str, before: Standing | None, audience: Audience) -> None:
        """Record that somebody added a document, or put another file in the place of `before`."""
        told = {"audience": str(audience)}
        events = [Event(Action.DOCUMENT_CHANGED if before else Action.DOCUMENT_ADDED, actor, document_id, told)]
        if before and before.audience != audience:
            events.append(_moved(actor, document_id, before.audience, audience))
        self._audit.record_all(events)

    def moved(self, actor: str, document_id: str, before: Audience, after: Audience) -> None:
        """Record that somebody changed who may read a document."""
        self._audit.record_all([_moved(actor, document_id, before, after)])

    def withdrawn(self, actor: str, document_id: str, audience: Audience) -> None:
        """Record that somebody took a document out."""
        told = {"audience": str(audience)}
        self._audit.record_all([Event(Action.DOCUMENT_REMOVED, actor, document_id, told)])

    def synced(
        self,
        report: Synced,
        before: Mapping[str, Standing],
        after: Mapping[str, Standing],
        *,
        actor: str = FOLDER,
        told: Container[str] = (),
    ) -> None:
        """Record everything that a sync brought about, except for documents in `told`, which were recorded already."""
        if report.published:
            differences = _differences(report, before, after, actor)
            self._audit.record_all([event for event in differences if event.subject not in told])


def _differences(
    report: Synced, before: Mapping[str, Standing], after: Mapping[str, Standing], actor: str
) -> Iterator[Event]:
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old is None and new is not None:
            yield Event(Action.DOCUMENT_ADDED, actor, key, {"audience": str(new.audience)})
        elif old is not None and new is None:
            yield Event(Action.DOCUMENT_REMOVED, actor, key, {"audience": str(old.audience)})
        elif old is not None and new is not None:
            if old.audience != new.audience:
                yield _moved(actor, key, old.audience, new.audience)
            if key in report.changed and (old.audience == new.audience or old.content_hash != new.content_hash):
                yield Event(Action.DOCUMENT_CHANGED, actor, key, {"audience": str(new.audience)})


def _moved(actor: str, document_id: str, before: Audience, after: Audience) -> Event:
    return Event(Action.AUDIENCE_CHANGED, actor, document_id, {"from": str(before), "to": str(after)})
