"""Who asks and what they may do: the gate, sign-in, sessions, limits. One module per kind of check."""
