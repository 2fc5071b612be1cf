"""Rules that span rows or columns, as native Great Expectations configurations (type + kwargs) with our bookkeeping."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from vaegis.durable import read_json
from vaegis.errors import ConfigError

TABLES: Final = ("rows", "source", "coverage")
VIEW: Final = "view:"
"""Before the name of a joined view: the table is what its source holds, whether or not a row met it."""
LEVELS: Final = ("row", "table")
SEVERITIES: Final = ("critical", "warning")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One expectation and what follows when it fails."""

    type: str
    """Great Expectations' own name, e.g. `expect_column_values_to_be_between`."""
    kwargs: dict[str, Any]
    table: str = "rows"
    """What it looks at: the pulled `rows`, the `source` keys before any join, monthly `coverage` per entity, or
    `view:NAME`, what the source of a joined view holds."""
    level: str = "row"
    """`row`: offenders go to quarantine. `table`: the table as a whole fails."""
    severity: str = "critical"
    """`critical` acts (quarantine or refusal); `warning` is counted and reported only."""
    why: str = ""

    def __post_init__(self) -> None:
        """Refuse words the validation does not know."""
        view = self.table if self.table.startswith(VIEW) else f"{VIEW}NAME"
        for field, value, allowed in (
            ("table", self.table, (*TABLES, view)),
            ("level", self.level, LEVELS),
            ("severity", self.severity, SEVERITIES),
        ):
            if value not in allowed:
                raise ConfigError(
                    f"rule {self.type}: {field} is {value!r}",
                    allowed=", ".join(allowed),
                    where="feature_repo/expectations.json",
                )


def load_rules(path: Path) -> tuple[Rule, ...]:
    """Read the rules beside the feature definitions; a missing file means none."""
    if not path.exists():
        return ()
    records = read_json(path)
    try:
        return tuple(Rule(**record) for record in records)
    except TypeError as error:
        allowed = "type, kwargs, table, level, severity, why"
        raise ConfigError(f"{path}: {error}", allowed=allowed, where=str(path)) from None
