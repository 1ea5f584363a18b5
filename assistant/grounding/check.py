"""The check: a sentence that a chat model wrote -> the citations that bear it out, or why none does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.grounding.claim_reader import ClaimReader
from assistant.grounding.entailment import ReadClaim, ReadEvidence, WordFound, likelihood
from assistant.grounding.evidence import Source
from assistant.grounding.facts import missing_fact
from index.embedding import MiniLMEmbeddings

SUPPORTED = 0.03
"""Least likelihood at which a claim is shown. It is low because the fit learns from blends of true sentences, which
are hard to tell from true ones. Set on the tuning half of the labelled sentences (tests/data/grounding), just above
the likeliest unsupported one."""

SUPPORTED_TOGETHER = 0.2
"""The same for two sentences taken together, which bear out more blends; set there too."""

SURE = -3.5
"""Logit of the claim reader below which it is sure that a claim does not follow. Of the two tuning files in
tests/data/grounding/claims, it then refuses 43 of 176 false claims that the other judges let through, and 1 of 414 true
ones; at -3, 44 and 4."""

TRIED = 3
"""Sentences whose neighbours are tried with them where no sentence bears a claim out alone, likeliest first."""

FEWEST_WORDS = 2
"""Content words of a claim; with fewer there is nothing that could be compared."""

SHORT = 4
"""Content words below which each must stand in the cited words itself: so few tell too little of how they belong
together, and "Do anything now" is then like any evidence. Set on what a model that obeys attacks got through."""


@dataclass(frozen=True, slots=True)
class Supported:
    """A claim that the sentences with these numbers bear out, and how likely, in [0, 1]."""

    numbers: tuple[int, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A claim that nothing bears out; `reason` tells the content owner why."""

    reason: str
    probability: float


_Candidate = tuple[tuple[int, ...], tuple[WordFound, ...]]
"""The numbers of sentences taken together, and what the words of a claim find there."""


class GroundingCheck:
    """Checks claims against one question's evidence, which is read once.

    `sources` are all sentences that may be cited, those of one passage together; there is at least one.
    """

    def __init__(self, embeddings: MiniLMEmbeddings, reader: ClaimReader, sources: Sequence[Source]) -> None:
        self._reader = reader
        self._sources = {source.number: source for source in sources}
        self._all = tuple(sources)
        self._evidence = ReadEvidence(embeddings, sources)

    def check(self, claim: str, cited: Sequence[int] = ()) -> Supported | Unsupported:
        """Judge one sentence without its citation marks.

        The sentences that it cites are tried first, each alone and then together. Where they do not bear it out, all
        others are tried alone, and then pairs that stand side by side; so a wrong number is repaired.
        """
        read = self._evidence.read_claim(claim)
        if len(read.words) < FEWEST_WORDS:
            return Unsupported("too short to check", 0.0)
        refused: Unsupported | None = None
        for numbers, found in self._candidates(read, cited):
            verdict = self._judge(claim, numbers, found)
            if isinstance(verdict, Supported):
                return verdict
            if refused is None or verdict.probability > refused.probability:
                refused = verdict
        return refused or Unsupported("no evidence", 0.0)

    def _candidates(self, read: ReadClaim, cited: Sequence[int]) -> Iterator[_Candidate]:
        """Yield what may bear a claim out; the other sentences are searched only where the cited ones do not."""
        known = tuple(number for number in self._sources if number in cited)
        first = self._ranked(read, known)
        yield from first
        if len(known) > 1:
            yield known, self._evidence.find(read, known)
        others = self._ranked(read, [number for number in self._sources if number not in cited])
        yield from others
        order = {number: place for place, number in enumerate(self._sources)}
        ranked = sorted((*first, *others), key=lambda one: (-likelihood(one[1]), order[one[0][0]]))
        for (number,), _ in ranked[:TRIED]:
            yield from ((pair, self._evidence.find(read, pair)) for pair in self._pairs(number))

    def _ranked(self, read: ReadClaim, numbers: Sequence[int]) -> list[_Candidate]:
        found = [((number,), self._evidence.find(read, (number,))) for number in numbers]
        return sorted(found, key=lambda one: -likelihood(one[1]))

    def _pairs(self, number: int) -> Iterator[tuple[int, ...]]:
        for other in (number - 1, number + 1):
            beside = self._sources.get(other)
            if beside is not None and beside.passage == self._sources[number].passage:
                yield (min(number, other), max(number, other))

    def _judge(self, claim: str, numbers: tuple[int, ...], found: tuple[WordFound, ...]) -> Supported | Unsupported:
        probability = likelihood(found)
        if probability < (SUPPORTED if len(numbers) == 1 else SUPPORTED_TOGETHER):
            return Unsupported("not what the cited words say", probability)
        if len(found) < SHORT and not all(word.exact for word in found):
            return Unsupported("not what the cited words say", probability)
        cited = [self._sources[number] for number in numbers]
        missing = missing_fact(claim, cited, self._all)
        if not missing and not self._reads_so(claim, cited):
            missing = "not what the cited sentences mean"
        return Unsupported(missing, probability) if missing else Supported(numbers, probability)

    def _reads_so(self, claim: str, cited: Sequence[Source]) -> bool:
        """Say whether the claim reader lets a claim pass; what repeats a sentence whole is not read."""
        if any(claim.strip() == source.text.strip() for source in cited):
            return True
        first = cited[0]
        before = self._sources.get(first.number - 1)
        leans_on = before.text if before is not None and before.passage == first.passage else ""
        return self._reader.logit(claim, cited, leans_on) >= SURE
