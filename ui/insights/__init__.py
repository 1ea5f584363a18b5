"""What the content owner learns from questions: which had no answer, which documents help, which words are missing."""
