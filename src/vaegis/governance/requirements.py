"""requirements.yaml: what somebody demands of the model, and which gate or expectation shows that it is met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from vaegis import paths
from vaegis.errors import ConfigError
from vaegis.governance import schema
from vaegis.governance.gates import FAILED as GATE_FAILED
from vaegis.governance.gates import PASSED, WAIVED, GateResult

MET: Final = "met"
FAILED: Final = "failed"
UNTESTED: Final = "untested"


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement:
    """One demand."""

    id: str
    text: str
    source: str
    """The document it comes from, and where in it."""
    owner: str
    """Who answers for it."""
    gates: tuple[str, ...] = ()
    """Names of gates of the policy."""
    expectations: tuple[str, ...] = ()
    """Such as `expect_column_values_to_be_between(power)`."""

    def __post_init__(self) -> None:
        """Refuse empty words."""
        for name in ("id", "text", "source", "owner"):
            if not getattr(self, name).strip():
                where = f"{paths.REQUIREMENTS}: {self.id}"
                raise ConfigError(f"requirement {self.id!r}: {name} is empty", where=where)


@dataclass(frozen=True, kw_only=True, slots=True)
class Register:
    """Every demand."""

    version: int
    """Format of the file; 1."""
    requirements: tuple[Requirement, ...] = ()
    digest: str = schema.hidden()
    """SHA-256 of the file."""

    def __post_init__(self) -> None:
        """Refuse another format and an id that stands twice."""
        if self.version != 1:
            where = f"{paths.REQUIREMENTS}: version"
            raise ConfigError(f"requirements version is {self.version}", allowed="1", where=where)
        ids = [item.id for item in self.requirements]
        if repeated := sorted({item for item in ids if ids.count(item) > 1}):
            raise ConfigError(f"requirement {repeated[0]!r} appears twice", where=str(paths.REQUIREMENTS))


@dataclass(frozen=True, kw_only=True, slots=True)
class RequirementResult:
    """What came of one demand."""

    id: str
    text: str
    source: str
    owner: str
    status: str
    """`met`, `failed` or `untested`."""
    reason: str
    waived: bool = False
    """Failed, but every gate that failed was waived."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {name: getattr(self, name) for name in type(self).__slots__}


def load_register(path: Path = paths.REQUIREMENTS) -> Register | None:
    """Read the register; None if there is none.

    Raises:
        ConfigError: something in it is unknown, missing or mistyped.
    """
    return schema.load(Register, path, str(path)) if path.exists() else None


def examine(
    register: Register, gates: Sequence[GateResult], expectations: Mapping[str, bool]
) -> tuple[RequirementResult, ...]:
    """Say of every demand whether it is met, failed or untested."""
    results = {result.name: result for result in gates}
    return tuple(_examine(item, results, expectations) for item in register.requirements)


def _examine(item: Requirement, gates: Mapping[str, GateResult], expectations: Mapping[str, bool]) -> RequirementResult:
    failed: list[str] = []
    waived: list[str] = []
    untested: list[str] = []
    met: list[str] = []
    for name in item.gates:
        result = gates.get(name)
        if result is None:
            untested.append(f"the policy has no gate {name!r}")
        elif result.status in (GATE_FAILED, WAIVED):
            (failed if result.status == GATE_FAILED else waived).append(f"{name}: {result.reason}")
        elif result.status == PASSED:
            met.append(name)
        else:
            untested.append(f"{name}: {result.reason}")
    for name in item.expectations:
        if name not in expectations:
            untested.append(f"validation did not evaluate {name}")
        else:
            (met if expectations[name] else failed).append(name if expectations[name] else f"{name} does not hold")
    if not item.gates and not item.expectations:
        untested.append("no gate or expectation is named")
    status = FAILED if failed or waived else UNTESTED if untested else MET
    return RequirementResult(
        id=item.id,
        text=item.text,
        source=item.source,
        owner=item.owner,
        status=status,
        reason="; ".join([*failed, *waived] or untested or met),
        waived=bool(waived) and not failed and not untested,
    )


def expectations_of(report: Mapping[str, Any]) -> dict[str, bool]:
    """Read from a validation report which expectations hold of the clean rows: rows that broke one were taken out."""
    found: dict[str, bool] = {}
    for line in report.get("expectations", ()):
        name = f"{line['type']}({', '.join(line['columns'])})"
        holds = bool(line["success"]) or line.get("action") == "quarantined"
        found[name] = found.get(name, True) and holds and not line.get("problem")
    return found
