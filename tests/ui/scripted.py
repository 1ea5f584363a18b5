"""Values and a small assistant for the tests of the web pages."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from assistant.answer import Abstention, Answer, Citation, NearDocument, Progress, Query, Reason, Response, Statement
from assistant.pipeline import Assistant
from corpus.document import Audience, Document, Page, Section
from corpus.errors import AssistantError
from corpus.glossary import Glossary, Term
from index.passage import Passage, Sentence

TEXT = (
    "A <b>bold</b> title\n\nFirst words & more. Cited words here. Last words.\n\nPartners\n\n"
    "• one <i>item</i>\n• two items\n\nCouncils\n\nSee https://example.org/a?b=1&c=2.\n"
)
GLOSSARY = Glossary((Term("QI", "A way <to> improve.", "quality improvement", "Source", "javascript:x"),))


def make_document(**changes: object) -> Document:
    """Return a document with hostile text, two headings, a list and an address."""
    councils = TEXT.index("Councils") + len("Councils")
    partners = TEXT.index("Partners") + len("Partners")
    first = TEXT.index("\n\n")
    values: dict[str, object] = {
        "id": "overview",
        "title": "A <b>bold</b> title",
        "file": "overview.txt",
        "text": TEXT,
        "sections": (
            Section((), first, TEXT.index("Partners")),
            Section(("Partners",), partners, TEXT.index("Councils")),
            Section(("Partners", "Councils"), councils, len(TEXT)),
        ),
        "pages": (),
        "audience": Audience.PUBLIC,
        "period": "2017-18",
        "programme": "Housing & health",
        "kind": "report",
        "source": "https://example.org/overview",
        "content_hash": "0",
    }
    return Document(**{**values, **changes})  # type: ignore[arg-type]


def make_pages(*starts: int) -> tuple[Page, ...]:
    """Return pages that begin at the given characters of `TEXT`."""
    ends = [*starts[1:], len(TEXT)]
    return tuple(Page(n, f"p{n}", s, e) for n, (s, e) in enumerate(zip(starts, ends, strict=True), start=1))


def make_citation(number: int = 1, **changes: object) -> Citation:
    """Return a citation of the middle sentence of three."""
    start = TEXT.index("First")
    pieces = ("First words & more.", "Cited words here.", "Last words.")
    sentences = tuple(Sentence(TEXT.index(piece), TEXT.index(piece) + len(piece), piece) for piece in pieces)
    passage = Passage("p1", "overview", "title", "Partners", None, start, sentences[-1].end, sentences)
    values: dict[str, object] = {
        "number": number,
        "document_id": "overview",
        "title": 'The "<overview>"',
        "period": "2017-18",
        "section": "Partners › Councils",
        "page": None,
        "start": sentences[1].start,
        "end": sentences[1].end,
        "quotation": pieces[1],
        "source": "https://example.org/overview",
        "score": 0.9,
        "passage": passage,
    }
    return Citation(**{**values, **changes})  # type: ignore[arg-type]


def make_answer(count: int = 1) -> Answer:
    """Return an answer of `count` statements, each with one citation."""
    citations = tuple(make_citation(number) for number in range(1, count + 1))
    return Answer(tuple(Statement(f"Statement {c.number} <i>.", (c.number,)) for c in citations), citations)


def make_abstention() -> Abstention:
    """Return an abstention with one near document."""
    near = NearDocument("near & far", "Near <script>", "2016", "https://example.org/")
    return Abstention(Reason.NOT_THIS_DETAIL, "The documents do not say <how much>.", (near,))


@dataclass
class ScriptedLibrary:
    """A library of the given documents, which came together unless `times` says otherwise."""

    held: tuple[Document, ...]
    words: Glossary = GLOSSARY
    times: Mapping[str, str] = field(default_factory=dict)

    def indexed_at(self) -> dict[str, str]:
        return {document.id: self.times.get(document.id, "2018-01-01T10:00:00+00:00") for document in self.held}

    def glossary(self) -> Glossary:
        return self.words

    def documents(self) -> tuple[Document, ...]:
        return self.held

    def document(self, document_id: str) -> Document | None:
        return next((document for document in self.held if document.id == document_id), None)


@dataclass
class ScriptedAssistant:
    """An assistant that gives the replies it was told, or raises them, and remembers the queries."""

    replies: list[Answer | Abstention | Exception]
    queries: list[Query] = field(default_factory=list)
    held: tuple[Document, ...] = field(default_factory=lambda: (make_document(),))
    glossary: Glossary = GLOSSARY

    def library(self, audience: Audience) -> ScriptedLibrary:
        return ScriptedLibrary(tuple(d for d in self.held if audience.may_read(d.audience)))

    @property
    def embeddings(self) -> object:
        return object()

    def current_generation(self) -> object:
        raise AssistantError("There is no index, so nothing can be suggested.")

    def stream(self, query: Query) -> Iterator[Response | Progress]:
        yield self.invoke(query)

    def invoke(self, query: Query) -> Response:
        self.queries.append(query)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return Response(query.question, query.question, reply, (), {})


@dataclass
class ObedientAssistant(ScriptedAssistant):
    """A scripted assistant that never runs out: it declines what names "declined" and waits for `go` on "slow"."""

    replies: list[Answer | Abstention | Exception] = field(default_factory=list)
    go: threading.Event = field(default_factory=threading.Event)

    def invoke(self, query: Query) -> Response:
        if "slow" in query.question:
            assert self.go.wait(timeout=60)
        self.replies[:] = [make_abstention() if "declined" in query.question else make_answer(2)]
        return super().invoke(query)


def as_assistant(scripted: ScriptedAssistant) -> Assistant:
    """Return the scripted assistant under the type that the pages expect."""
    return cast("Assistant", scripted)
