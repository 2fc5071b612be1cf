"""Where the audit log of a registry lies, whose signatures count in it, and who signs. Imports no mlflow.

What the project's policy says holds in the project; whoever only loads models has the environment.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Final

from vaegis import paths
from vaegis.config.load import load_section
from vaegis.config.promote import PromoteConfig
from vaegis.errors import ArtifactError
from vaegis.governance import Policy, load_policy
from vaegis.governance.audit import AuditLog
from vaegis.governance.entry import Entry, Signer
from vaegis.governance.trust import LogVerifier, Trust, load_trust
from vaegis.registry.address import database_file, project_root

LOG: Final = "VAEGIS_AUDIT_LOG"
ANCHOR: Final = "VAEGIS_AUDIT_ANCHOR"
TRUST: Final = "VAEGIS_TRUST"


def project_policy() -> Policy | None:
    """Return the policy of the project in the working folder, if that is one."""
    if not paths.PARAMS.is_file():
        return None
    file = Path(load_section("promote", PromoteConfig).policy)
    return load_policy(file) if file.is_file() else None


def audit_path(uri: str) -> Path:
    """Return VAEGIS_AUDIT_LOG, else the policy's `audit.log`, else `audit/log.jsonl` beside a local database.

    The log of a server's registry lies in the project, unless one of the two says otherwise.
    """
    policy = project_policy()
    if given := os.environ.get(LOG, "").strip() or (policy.audit.log if policy else ""):
        return project_root() / given
    file = database_file(uri)
    folder = file.parent if file else (project_root() / paths.MLRUNS).resolve()
    return folder / "audit" / "log.jsonl"


def audit_log(uri: str) -> AuditLog:
    """Return the log of the registry at `uri`: signatures are checked where there is a trust list, made from `team` on.

    Raises:
        ConfigError: policy or trust list are broken.
    """
    policy = project_policy()
    anchor = os.environ.get(ANCHOR, "").strip() or (policy.audit.anchor if policy else "")
    trust = trust_list()
    return AuditLog(
        audit_path(uri),
        anchor=project_root() / anchor if anchor else None,
        verifier=LogVerifier(trust) if trust is not None else None,
        signer=_signer(trust) if policy is not None and policy.is_signed and trust is not None else None,
    )


def trust_list() -> Trust | None:
    """Return the list at VAEGIS_TRUST; else, where the project's policy asks for signatures, the project's own."""
    if given := os.environ.get(TRUST, "").strip():
        return load_trust(Path(given))
    policy = project_policy()
    return load_trust() if policy is not None and policy.is_signed else None


def require_signed(entry: Entry) -> None:
    """Refuse an entry that nobody signed where there is a trust list: anybody could have written it.

    Raises:
        ArtifactError: it is not signed.
    """
    if not entry.key and trust_list() is not None:
        what = f"audit log entry {entry.seq} is not signed, and so vouches for nothing under a trust list"
        raise ArtifactError(what, where="promote the version again under level `team`")


@contextmanager
def transaction_lock(uri: str) -> Iterator[None]:
    """Hold the registry's transaction: whoever has it may take every unfinished one for the work of a dead process."""
    path = audit_path(uri)
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / ".transaction.lock").open("a") as handle:
        flock(handle, LOCK_EX)
        yield


def _signer(trust: Trust) -> Callable[[], Signer]:
    def open_own() -> Signer:
        from vaegis.governance.keys import open_key  # noqa: PLC0415 - loads cryptography

        return open_key(trust, datetime.now(UTC))

    return open_own
