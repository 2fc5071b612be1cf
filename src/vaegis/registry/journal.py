"""Where the audit log of a registry lies: beside an embedded database, else where environment or policy say."""

import os
from pathlib import Path
from typing import Final

from vaegis.errors import ConfigError
from vaegis.governance.audit import AuditLog
from vaegis.governance.entry import Verifier
from vaegis.registry.address import database_file, without_credentials

VARIABLE: Final = "VAEGIS_AUDIT_LOG"
ANCHOR: Final = "VAEGIS_AUDIT_ANCHOR"
_BESIDE: Final = Path("audit/log.jsonl")


def audit_log(uri: str, *, log: str = "", anchor: str = "", verifier: Verifier | None = None) -> AuditLog:
    """Return the log of the registry at `uri`; `log` and `anchor` are what the policy says, and may be empty.

    Raises:
        ConfigError: the registry is a server and nobody said where its log lies.
    """
    file = database_file(uri)
    named = os.environ.get(VARIABLE, "").strip() or log
    head = os.environ.get(ANCHOR, "").strip() or anchor
    if not named and file is None:
        what = f"the registry at {without_credentials(uri)} has no audit log: nobody said where it lies"
        raise ConfigError(what, where=f"policy.yaml: audit.log, or the environment: {VARIABLE}")
    path = Path(named) if named or file is None else file.parent / _BESIDE
    return AuditLog(path, anchor=Path(head) if head else None, verifier=verifier)
