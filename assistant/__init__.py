"""How a question becomes an answer: rewriting, reading, answering, conversation, evaluation, settings."""
