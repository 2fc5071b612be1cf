"""Section `report`."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportConfig:
    """What the report and its cards say that nobody can measure."""

    owner: str = ""
    """Who answers for the model; empty: the author of the project's last commit."""
    intended_use: str = (
        "Scores rows of one table for anomalies, encodes and reconstructs them, and generates rows like them, for "
        "people who look at what it finds before they act on it."
    )
    """What the model is for."""
    out_of_scope: str = (
        "Rows of another table or of a process that has changed; decisions about people or safety that nobody checks; "
        "a guaranteed rate of false alarms under drift; faults that show only in the order of rows."
    )
    """What it is not for."""
    limits: str = ""
    """Limits beside those that the evidence shows."""
