"""Grounding: whether a claim is supported by the sentences that it cites."""
