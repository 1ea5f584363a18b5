"""What is remembered about use: conversations, feedback, people, the audit log. One module per kind of record."""
