"""Section `validate`."""

from dataclasses import dataclass

from vaegis.config.checks import within


@dataclass(frozen=True, kw_only=True, slots=True)
class ValidateConfig:
    """How validation reports; what it checks is declared in feature_repo/."""

    examples: int = 3
    """Distinct offending values quoted per expectation in the report."""

    def __post_init__(self) -> None:
        """Refuse a negative count."""
        within("validate.examples", self.examples, 0)
