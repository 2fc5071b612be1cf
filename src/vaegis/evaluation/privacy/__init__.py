"""What generated rows give away of the rows their generator was fitted on. Needs no model, only rows."""
