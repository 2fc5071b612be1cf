"""How well a score finds what is wrong: injected faults, labels, false alarms; what it must beat."""
