"""Decide whether validated data may go on. Needs the report only, not Great Expectations."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from vaegis import paths
from vaegis.bundle import file_digest
from vaegis.errors import ArtifactError, RefusedError

_SHOWN: Final = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Admitted, or the reasons why not."""

    admitted: bool
    reasons: tuple[str, ...]


def judge(report: Mapping[str, Any], max_quarantined: float) -> Verdict:
    """Admit data without table-level failures and with at most `max_quarantined` (a share) set aside."""
    reasons = list(report["failures"])
    counts = report["counts"]
    if counts["quarantined_share"] > max_quarantined:
        share = f"{counts['quarantined']:,} of {counts['pulled']:,} rows ({counts['quarantined_share']:.2%})"
        reasons.append(f"{share} are in quarantine, more than admit.max_quarantined = {max_quarantined:.2%}")
    if not counts["clean"]:
        reasons.append("no clean row is left")
    return Verdict(admitted=not reasons, reasons=tuple(reasons))


def admit(report: Mapping[str, Any], clean: Path, max_quarantined: float) -> dict[str, Any]:
    """Return the record of admission.

    Raises:
        RefusedError: the data is not admitted; lists the reasons.
        ArtifactError: the clean rows are not those the report is about.
    """
    verdict = judge(report, max_quarantined)
    if not verdict.admitted:
        raise _refusal(verdict)
    digest = file_digest(clean) if clean.is_file() else ""
    if digest != report["clean_sha256"]:
        raise ArtifactError(f"{clean} is not the file that {paths.VALIDATION_REPORT} is about", where="`dvc repro`")
    return {"verdict": "admitted", "clean_sha256": digest, "contract": report["contract"], "counts": report["counts"]}


def _refusal(verdict: Verdict) -> RefusedError:
    shown = "; ".join(f"({number}) {reason}" for number, reason in enumerate(verdict.reasons[:_SHOWN], start=1))
    more = len(verdict.reasons) - _SHOWN
    listed = f"{shown}; and {more} more in {paths.VALIDATION_REPORT}" if more > 0 else shown
    where = f"mend the source, or the limits in feature_repo/ and params.yaml: admit; see {paths.VALIDATION_REPORT}"
    return RefusedError(f"the data is refused: {listed}", where=where)
