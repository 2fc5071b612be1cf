"""The contract of a table, guessed from its rows: every guess with a confidence and a reason."""
