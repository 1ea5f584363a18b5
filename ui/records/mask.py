"""What could name a person is taken out of a question before it is kept for the insights."""

from __future__ import annotations

import re

_PATTERNS = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)"), "[number]"),  # CHI and NHS numbers
    (re.compile(r"(?<![\w])(?:\+\d{2}|0)(?:[ -]?\d){9,10}(?!\d)"), "[number]"),  # telephones
    (re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE), "[postcode]"),
    (re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d\b"), "[date]"),  # dates of birth look like this
)


def masked(question: str) -> str:
    """Return a question without e-mail addresses, telephone, CHI and NHS numbers, postcodes and full dates.

    Names of people cannot be told from names of places, and stay.
    """
    for pattern, mark in _PATTERNS:
        question = pattern.sub(mark, question)
    return question
