"""Section `validate`."""

from dataclasses import dataclass

from vaegis.config.checks import within


@dataclass(frozen=True, kw_only=True, slots=True)
class ValidateConfig:
    """How validation reports."""

    docs_rows: int = 20_000
    """Rows shown to Data Docs, evenly spaced; counts in the report are always over all rows."""

    def __post_init__(self) -> None:
        """Refuse a negative count."""
        within("validate.docs_rows", self.docs_rows, 0)
