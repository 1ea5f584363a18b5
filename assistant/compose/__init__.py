"""Composing: a chat model writes an answer from the evidence, and only what passes the check is shown."""
