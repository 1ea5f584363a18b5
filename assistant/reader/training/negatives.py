"""Examples to learn from: questions with their passage, and the near misses that teach the reader to decline.

Unanswerables are scarce in the sources, so most are made: the best wrong passages that retrieval finds, the passage
without its evidence, the question with another year, name or opposite, and details that a passage does not hold.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.reader.trained import heading_of
from assistant.reader.training.data import Asked, Text

_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2})\b")
_NUMBER = re.compile(r"\b\d+\b")
_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][a-zé]+(?: (?:of |the )?[A-Z][a-zé]+)*\b")
_WORD = re.compile(r"[\w'-]+")
_ACRONYM = re.compile(r"\b((?:[A-Z][a-z]+ (?:(?:of|and|for|the|in) )?){1,6}[A-Z][a-z]+) \(([A-Z]{2,6})\)")
_DEFINITION = re.compile(r"^(?:(?:The|A|An) )?((?:[A-Za-z-]+ ?){1,3}?) (?:is|are|was|were) (?:a|an|the|any) ")
_OPPOSITES = dict(
    pair
    for one, other in [
        ("first", "last"), ("largest", "smallest"), ("biggest", "smallest"), ("highest", "lowest"),
        ("most", "least"), ("more", "less"), ("before", "after"), ("earliest", "latest"), ("oldest", "youngest"),
        ("increase", "decrease"), ("increased", "decreased"), ("north", "south"), ("east", "west"), ("win", "lose"),
        ("won", "lost"), ("maximum", "minimum"), ("northern", "southern"), ("eastern", "western"),
        ("beginning", "end"), ("began", "ended"), ("begin", "end"), ("start", "finish"), ("best", "worst"),
        ("longest", "shortest"), ("old", "new"), ("public", "private"), ("male", "female"), ("men", "women"),
        ("supported", "opposed"), ("support", "oppose"), ("allowed", "banned"), ("positive", "negative"),
        ("above", "below"), ("majority", "minority"), ("strong", "weak"), ("rich", "poor"), ("good", "bad"),
        ("joined", "left"), ("advantage", "disadvantage"), ("same", "different"), ("rural", "urban"),
        ("early", "late"), ("success", "failure"), ("accepted", "rejected"), ("included", "excluded"),
    ]
    for pair in ((one, other), (other, one))
)  # fmt: skip
_NEGATED = {"did": "did not", "does": "does not", "is": "is not", "was": "was not", "were": "were not", "can": "cannot"}
_DETAILS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (
        re.compile(r"[£$€]|\b(?:cost|price|budget|fund|million|paid|pay|money|pounds|dollars|worth)", re.I),
        ("how much did {} cost?", "what was the budget for {}?", "how is {} funded?", "who pays for {}?"),
    ),
    (
        re.compile(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|several)\b", re.I),
        ("how many people took part in {}?", "what percentage of {} improved?", "how many staff does {} have?",
         "when did {} start?", "when will {} end?", "how long did {} last?", "what year was {} set up?"),
    ),
    (
        re.compile(r"\b(?:e-?mail|phone|telephone|contact|call|@)", re.I),
        ("who do I contact about {}?", "what is the phone number for {}?", "what is the email address for {}?"),
    ),
    (
        re.compile(r"\b(?:led by|leader|director|head of|chair|president|manager|chief|founder|founded by|king)", re.I),
        ("who is the director of {}?", "who leads {}?", "who is the head of {}?", "who chairs {}?"),
    ),
    (
        re.compile(r"\b(?:because|due to|reason|since|caused|result|therefore|so that|in order|led to|why)\b", re.I),
        ("why was {} stopped?", "what is the reason for {}?", "why did {} fail?"),
    ),
    (
        re.compile(r"\b(?:next|future|plan|will|upcoming|forthcoming|intend|propose)", re.I),
        ("what is planned next for {}?", "what will {} do next year?"),
    ),
)  # fmt: skip
_STOP = frozenset(
    (
        "a", "an", "the", "of", "in", "on", "at", "to", "for", "is", "are", "was", "were", "be", "did", "do", "does",
        "what", "which", "who", "whom", "whose", "by", "with", "and", "that", "this", "there", "it", "its", "has",
        "have", "had", "how", "many", "much",
    )
)  # fmt: skip
_OPENERS = (
    "can you tell me ", "please tell me ", "i'd like to know ", "do you know ", "could you say ", "hi, ", "so ",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A question on a passage, as the network sees it; `gold` is empty where the passage does not answer it.

    `heading` is title and section or ""; `span` is (sentence, start, end) in characters; `kind` says how it was made.
    """

    question: str
    heading: str
    sentences: tuple[str, ...]
    gold: frozenset[int]
    span: tuple[int, int, int] | None
    kind: str


def crop(asked: Asked, rng: random.Random, *, words: int) -> Asked:
    """Return the question on a stretch of its text that keeps one evidence sentence (any stretch if it has none).

    A quarter of the stretches have one to three sentences; the others grow to a length up to `words`.
    """
    sentences = asked.text.sentences
    centre = rng.choice(sorted(asked.gold)) if asked.gold else rng.randrange(len(sentences))
    begin, end = centre, centre + 1
    most = rng.randint(1, 3) if rng.random() < 0.25 else 12
    limit = rng.randint(words // 3, words)
    total = len(sentences[centre].split())
    sides = {-1, 1}
    while sides and end - begin < most:
        side = rng.choice(sorted(sides))
        place = begin - 1 if side < 0 else end
        if not 0 <= place < len(sentences) or total + len(sentences[place].split()) > limit:
            sides.discard(side)
            continue
        total += len(sentences[place].split())
        begin, end = (place, end) if side < 0 else (begin, place + 1)
    gold = frozenset(index - begin for index in asked.gold if begin <= index < end)
    span = asked.span
    if span is not None:
        span = (span[0] - begin, span[1], span[2]) if begin <= span[0] < end else None
    return replace(asked, text=replace(asked.text, sentences=sentences[begin:end]), gold=gold, span=span)


def shown(asked: Asked, kind: str, rng: random.Random, *, words: int) -> Example:
    """Turn a question into an example: cropped, its heading there or not, its wording sometimes informal.

    Answered and unanswered questions are cropped alike, or length alone would tell them apart.
    """
    asked = crop(asked, rng, words=words)
    chance = rng.random()
    heading = ""
    if chance < 0.5:
        heading = heading_of(asked.text.title, asked.text.section)
    elif chance < 0.65:
        heading = asked.text.title
    return Example(informal(asked.question, rng), heading, asked.text.sentences, asked.gold, asked.span, kind)


def informal(question: str, rng: random.Random) -> str:
    """Reword a tenth or so of the questions as people type them: key words only, an opener, no question mark."""
    chance = rng.random()
    if chance < 0.06:
        words = [word for word in _WORD.findall(question) if word.lower() not in _STOP or rng.random() < 0.1]
        return " ".join(words) if len(words) > 1 else question
    if chance < 0.12:
        return rng.choice(_OPENERS) + question
    return question.rstrip(" ?") if chance < 0.25 else question


def without_gold(asked: Asked) -> Asked | None:
    """Take the evidence out of the passage; None where the rest still holds the answer, or nothing is left."""
    rest = tuple(sentence for index, sentence in enumerate(asked.text.sentences) if index not in asked.gold)
    if not asked.gold or not rest or _holds(rest, asked.answers):
        return None
    return Asked(asked.question, replace(asked.text, sentences=rest), frozenset())


def elsewhere(asked: Asked, found: Sequence[Text]) -> list[Asked]:
    """Ask the question of other texts, best first, leaving out those that may hold the answer after all."""
    gold = [asked.text.sentences[index] for index in asked.gold]
    return [
        Asked(asked.question, text, frozenset())
        for text in found
        if not _holds(text.sentences, asked.answers)
        and not any(_alike(one, other) for one in gold for other in text.sentences)
    ]


def _holds(sentences: Iterable[str], answers: Iterable[str]) -> bool:
    joined = " ".join(sentences).lower()
    return any(answer.lower() in joined for answer in answers)


def _alike(one: str, other: str) -> bool:
    first, second = set(_WORD.findall(one.lower())) - _STOP, set(_WORD.findall(other.lower())) - _STOP
    return len(first & second) > 0.5 * min(len(first), len(second))


class Editor:
    """Changes what a question asks for, so that its passage no longer answers it."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        names: dict[str, set[str]] = defaultdict(set)
        for item in asked:
            for sentence in item.text.sentences:
                names[item.text.document].update(_NAME.findall(sentence))
        self._names = {document: sorted(found) for document, found in names.items()}

    def edit(self, asked: Asked, rng: random.Random) -> Asked | None:
        """Return the question with another year, number or name, an opposite or a negation; None if none fits."""
        changes = [self._number, self._name, self._opposite]
        rng.shuffle(changes)
        for change in changes:
            question = change(asked, rng)
            if question is not None and question != asked.question:
                return Asked(question, asked.text, frozenset())
        return None

    def _number(self, asked: Asked, rng: random.Random) -> str | None:
        found = _NUMBER.findall(asked.question)
        if not found:
            return None
        old = rng.choice(found)
        step = rng.choice([-1, 1]) * rng.randint(1, 30 if _YEAR.fullmatch(old) else 5)
        new = str(max(1, int(old) + step))
        if new == old or new in " ".join(asked.text.sentences):
            return None
        return re.sub(rf"\b{old}\b", new, asked.question)

    def _name(self, asked: Asked, rng: random.Random) -> str | None:
        found = _NAME.findall(asked.question)
        joined = " ".join(asked.text.sentences)
        others = self._names.get(asked.text.document, [])
        if not found or len(others) < 5:
            return None
        old, new = rng.choice(found), rng.choice(others)
        if new in asked.question or old in new or (new in joined and rng.random() < 0.5):
            return None
        return asked.question.replace(old, new)

    def _opposite(self, asked: Asked, rng: random.Random) -> str | None:
        words = asked.question.split()
        places = [index for index, word in enumerate(words) if word.lower() in _OPPOSITES]
        if places:
            place = rng.choice(places)
            words[place] = _OPPOSITES[words[place].lower()]
            return " ".join(words)
        if rng.random() < 0.1:
            places = [index for index, word in enumerate(words[1:], 1) if word.lower() in _NEGATED]
            if places:
                words[places[0]] = _NEGATED[words[places[0]].lower()]
                return " ".join(words)
        return None


def missing_details(texts: Sequence[Text], rng: random.Random, count: int) -> Iterator[Asked]:
    """Yield questions for a detail (cost, number, contact, leader, reason, plan) that the passage has no trace of."""
    for _ in range(count):
        text = rng.choice(texts)
        names = _NAME.findall(" ".join(text.sentences)) + ([text.title] * 3 if text.title else [])
        joined = " ".join(text.sentences)
        fitting = [forms for trace, forms in _DETAILS if not trace.search(joined)]
        if names and fitting:
            question = rng.choice(rng.choice(fitting)).format(rng.choice(names))
            yield Asked(question, text, frozenset())


def short_forms(texts: Sequence[Text], rng: random.Random) -> Iterator[Asked]:
    """Yield "what does ABC stand for?" and "what is X?" on passages that say so, and as often on ones that do not."""
    using: Mapping[str, list[Text]] = defaultdict(list)
    for text in texts:
        for word in set(re.findall(r"\b[A-Z]{2,6}\b", " ".join(text.sentences))):
            using[word].append(text)
    for text in texts:
        for index, sentence in enumerate(text.sentences):
            for match in _ACRONYM.finditer(sentence):
                form = rng.choice(("what does {} stand for?", "what is {}?", "{} meaning", "what does {} mean?"))
                span = index, match.start(1), match.end(1)
                yield Asked(form.format(match[2]), text, frozenset({index}), (match[1],), span)
                other = [found for found in using[match[2]] if match[1] not in " ".join(found.sentences)]
                form = "what does {} stand for?"
                yield Asked(form.format(match[2]), rng.choice(other or list(texts)), frozenset())
        defined = _DEFINITION.match(text.sentences[0])
        if defined and defined[1].lower() in text.title.lower():
            form = rng.choice(("what is {}?", "define {}", "{} definition", "what is meant by {}?", "explain {}"))
            yield Asked(form.format(defined[1]), text, frozenset({0}))
            near = [found for found in texts if found.title == text.title and found is not text]
            if near:
                yield Asked(form.format(defined[1]), rng.choice(near), frozenset())
