"""The check: a sentence that a chat model wrote -> the citations that bear it out, or why none does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.grounding.entailment import ReadClaim, ReadEvidence, claim_features, shipped_fit
from assistant.grounding.evidence import Source
from assistant.grounding.facts import missing_fact
from index.embedding import MiniLMEmbeddings

SUPPORTED = 0.68
"""Least probability at which a claim is shown; set on the tuning half of the labelled sentences
(tests/data/grounding)."""

TRIED = 4
"""Evidence sentences tried for a claim whose own citations do not bear it out, likeliest first."""

FEWEST_WORDS = 3
"""Content words of a claim; with fewer there is nothing that could be compared."""


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


class GroundingCheck:
    """Checks claims against one question's evidence, which is read once.

    `sources` are all sentences that may be cited, those of one passage together; there is at least one.
    """

    def __init__(self, embeddings: MiniLMEmbeddings, sources: Sequence[Source]) -> None:
        self._sources = {source.number: source for source in sources}
        self._evidence = ReadEvidence(embeddings, sources)

    def check(self, claim: str, cited: Sequence[int] = ()) -> Supported | Unsupported:
        """Judge one sentence without its citation marks.

        The sentences that it cites are tried first, each alone and then together. Where they do not bear it out, the
        likeliest others are tried, alone and in pairs that stand side by side; so a wrong number is repaired.
        """
        read = self._evidence.read_claim(claim)
        if len(read.words) < FEWEST_WORDS:
            return Unsupported("too short to check", 0.0)
        first: Unsupported | None = None
        for numbers in self._candidates(read, [n for n in dict.fromkeys(cited) if n in self._sources]):
            verdict = self._judge(claim, read, numbers)
            if isinstance(verdict, Supported):
                return verdict
            first = first or verdict
        return first or Unsupported("no evidence", 0.0)

    def _candidates(self, read: ReadClaim, cited: Sequence[int]) -> Iterator[tuple[int, ...]]:
        likeliest = sorted(self._sources, key=lambda number: -self.probability(read, (number,)))
        singles = [number for number in likeliest if number in cited]
        yield from ((number,) for number in singles)
        if len(cited) > 1:
            yield tuple(sorted(cited))
        others = [number for number in likeliest if number not in cited][:TRIED]
        yield from ((number,) for number in others)
        for number in (*singles[:1], *others[:2]):
            yield from self._pairs(number)

    def _pairs(self, number: int) -> Iterator[tuple[int, ...]]:
        for other in (number - 1, number + 1):
            beside = self._sources.get(other)
            if beside is not None and beside.passage == self._sources[number].passage:
                yield (min(number, other), max(number, other))

    def _judge(self, claim: str, read: ReadClaim, numbers: tuple[int, ...]) -> Supported | Unsupported:
        probability = self.probability(read, numbers)
        missing = missing_fact(claim, [self._sources[number] for number in numbers], list(self._sources.values()))
        if missing:
            return Unsupported(missing, probability)
        if probability < SUPPORTED:
            return Unsupported("not what the cited words say", probability)
        return Supported(numbers, probability)

    def probability(self, read: ReadClaim, numbers: Sequence[int]) -> float:
        """Return how likely these sentences bear a claim out, in [0, 1], by its words alone."""
        found = self._evidence.find(read, numbers)
        if not found:
            return 0.0
        fit = shipped_fit()
        return fit.claim.probability(claim_features(fit.word, found))
