"""What the assistant says: an answer with citations, or an abstention with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corpus.document import Audience
from index.passage import Passage, RankedPassage


class Mode(StrEnum):
    """How an answer was made: words quoted from the documents, or written by a chat model and checked."""

    QUOTE = "quote"
    COMPOSE = "compose"


class Wish(StrEnum):
    """How much a person wants to read; only composed answers follow it."""

    SHORT = "short"
    FULLER = "fuller"


class Stage(StrEnum):
    """What is being done for an answer that is not finished."""

    WRITING = "writing"
    CHECKING = "checking"


class Reason(StrEnum):
    """Why the assistant declined to answer."""

    NOTHING_FOUND = "nothing_found"
    NOT_THIS_DETAIL = "not_this_detail"
    CLINICAL_ADVICE = "clinical_advice"
    NOT_A_QUESTION = "not_a_question"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One earlier question of a conversation and the text of its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person picked: only documents that pass every filter that is set are searched.

    `documents` are ids; `programme` and `period` are as the catalogue has them, a period matches those that share a
    year with it.
    """

    documents: tuple[str, ...] = ()
    programme: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as a person asked it: earlier exchanges oldest first, highest audience, filters and wish."""

    question: str
    history: tuple[Exchange, ...] = ()
    audience: Audience = Audience.PUBLIC
    filters: Filters = Filters()
    wish: Wish = Wish.SHORT


@dataclass(frozen=True, slots=True)
class Citation:
    """A number in an answer bound to evidence.

    `quotation` is exactly `Document.text[start:end]`; `passage` is where it stands; `score` is the reader's
    probability in [0, 1]. `page` is the label of the page, as it is printed there, and None where the format has no
    pages.
    """

    number: int
    document_id: str
    title: str
    period: str
    section: str
    page: str | None
    start: int
    end: int
    quotation: str
    source: str
    score: float
    passage: Passage


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer and the numbers of the citations that it rests on."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Sentences shown in order, each with its citations."""

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    mode: Mode = Mode.QUOTE

    @property
    def text(self) -> str:
        """Return the answer as one paragraph with citation numbers in square brackets."""
        return " ".join(
            statement.text + "".join(f" [{number}]" for number in statement.citations) for statement in self.statements
        )


@dataclass(frozen=True, slots=True)
class NearDocument:
    """A document close to a question that could not be answered."""

    document_id: str
    title: str
    period: str
    source: str


@dataclass(frozen=True, slots=True)
class Abstention:
    """A declined answer: the reason, the sentence that tells the person so, and the nearest documents."""

    reason: Reason
    text: str
    nearest: tuple[NearDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that a chat model wrote and that nobody was shown, and why; for the content owner."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Progress:
    """An answer that is being made: the sentences that have passed the check so far, maybe none, and what goes on.

    Each one that follows holds at least the sentences of the one before. The `Response` at the end takes the place of
    all of them.
    """

    answer: Answer
    stage: Stage


@dataclass(frozen=True, slots=True)
class Response:
    """Everything one question led to.

    `standalone_question` is what was looked for and read: the question with what earlier ones tell, and with mistyped
    names as the documents write them. `passages` are what retrieval found, best first; `timings_ms` holds milliseconds
    per step of the pipeline. `dropped` are sentences of a chat model that did not pass the check; `prompt` is the
    version of the prompt that it was given, empty where none was asked.
    """

    question: str
    standalone_question: str
    reply: Answer | Abstention
    passages: tuple[RankedPassage, ...]
    timings_ms: dict[str, float]
    dropped: tuple[Dropped, ...] = ()
    prompt: str = ""
