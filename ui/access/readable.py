"""Replies given earlier, as far as a person may still read what they rest on.

A kept answer is not shown, and not used for a follow-up question, once one of its sources was withdrawn, lost the
quoted words, or was moved to an audience that this person does not belong to.
"""

from __future__ import annotations

import dataclasses

from assistant.answer import Abstention, Answer, Citation, Reason
from assistant.library import Library
from corpus.document import Document

NO_LONGER = "This answer is no longer shown, because a document behind it has changed or may not be read any more."


def readable(reply: Answer | Abstention, library: Library) -> Answer | Abstention:
    """Return an earlier reply as it may be shown now: an answer whole or not at all."""
    if isinstance(reply, Abstention):
        listed = {document.id for document in library.documents()} if reply.nearest else set()
        return dataclasses.replace(reply, nearest=tuple(n for n in reply.nearest if n.document_id in listed))
    documents = {key: library.document(key) for key in {citation.document_id for citation in reply.citations}}
    if all(stands(citation, documents[citation.document_id]) for citation in reply.citations):
        return reply
    return Abstention(Reason.NOTHING_FOUND, NO_LONGER)


def stands(citation: Citation, document: Document | None) -> bool:
    """Say whether the quoted words still stand in the document, and that may be read."""
    return document is not None and citation.quotation in document.text
