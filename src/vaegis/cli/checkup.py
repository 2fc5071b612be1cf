"""One function per thing that `vaegis doctor` looks at; none of them changes anything."""

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from vaegis import paths
from vaegis.cli.config import check_params
from vaegis.cli.settle import LOCKS, lock_is_whole
from vaegis.config.ingest import IngestConfig
from vaegis.config.load import load_section
from vaegis.config.register import RegisterConfig
from vaegis.errors import VaegisError
from vaegis.registry.address import database_file, preflight, tracking_uri, without_credentials
from vaegis.registry.peek import peek

OK: Final = "ok"
NOTE: Final = "note"
MISSING: Final = "missing"
_LOCK: Final = Path("requirements.lock")
_TORCH: Final = Path("requirements-torch.txt")
_PIN: Final = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[.*\])?==([^ ;\\\n]+)([^\\\n]*)", re.MULTILINE)
_NEEDED_GIB: Final = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one look came to."""

    what: str
    state: str
    """`ok`, `note` (works, but know this) or `missing`."""
    found: str
    mend: str = ""


def python() -> Finding:
    """Look at the interpreter."""
    found = ".".join(map(str, sys.version_info[:3]))
    inside = (3, 11) <= sys.version_info[:2] < (3, 14)
    return Finding(what="python", state=OK if inside else MISSING, found=found, mend="" if inside else "3.11 to 3.13")


def packages() -> Finding:
    """Hold installed versions against the lock."""
    if not _LOCK.is_file():
        mend = "" if paths.DVC_FILE.is_file() else "run in the project's root folder"
        return Finding(what="packages", state=NOTE, found=f"no {_LOCK} here", mend=mend)
    pins = [(name, pin) for name, pin, marker in _PIN.findall(_LOCK.read_text(encoding="utf-8")) if not marker.strip()]
    differing = [f"{name} {_installed(name)} (locked {pin})" for name, pin in pins if _installed(name) != pin]
    if not differing:
        return Finding(what="packages", state=OK, found=f"all {len(pins)} as locked")
    shown = ", ".join(differing[:3]) + (f" and {len(differing) - 3} more" if len(differing) > 3 else "")
    return Finding(what="packages", state=MISSING, found=shown, mend="rm .venv/.complete; make repro")


def torch() -> Finding:
    """Look at torch and the devices it sees."""
    try:
        import torch as library  # noqa: PLC0415 - seconds
    except ImportError:
        return Finding(what="torch", state=MISSING, found="not installed", mend=f"pip install -r {_TORCH}")
    devices = library.cuda.device_count()
    seen = f"{devices} GPU" if devices else "CPU only"
    return Finding(what="torch", state=OK, found=f"{library.__version__}, {seen}")


def disk() -> Finding:
    """Look at the room that is left."""
    free = shutil.disk_usage(Path()).free / 2**30
    state = OK if free >= _NEEDED_GIB else MISSING
    return Finding(what="disk", state=state, found=f"{free:.1f} GiB free", mend="" if state == OK else "free 3 GiB")


def params() -> Finding:
    """Load every section of params.yaml."""
    try:
        check_params(paths.PARAMS)
    except VaegisError as error:
        return Finding(what="params.yaml", state=MISSING, found=str(error), mend="vaegis config --all")
    return Finding(what="params.yaml", state=OK, found="every key known and in range")


def pipeline() -> Finding:
    """Look at DVC's files."""
    if not paths.DVC_FILE.is_file():
        return Finding(what="pipeline", state=MISSING, found=f"no {paths.DVC_FILE}", mend="run in the project's root")
    if torn := [str(lock) for lock in LOCKS if not lock_is_whole(lock)]:
        found = f"{' and '.join(torn)} half written"
        return Finding(what="pipeline", state=NOTE, found=found, mend="make repro mends it")
    ran = paths.DVC_LOCK.is_file()
    return Finding(
        what="pipeline",
        state=OK if ran else NOTE,
        found="ran" if ran else "never ran",
        mend="" if ran else "make repro",
    )


def repository() -> Finding:
    """Look for git, which names the code in the lineage."""
    if Path(".git").exists():
        return Finding(what="git", state=OK, found="repository")
    return Finding(what="git", state=NOTE, found="no repository: versions cannot name their commit", mend="git init")


def store() -> Finding:
    """Look at the tables that the feature store reads."""
    if not paths.FEATURE_REPO.is_dir():
        return Finding(what="feature store", state=MISSING, found=f"no {paths.FEATURE_REPO}/", mend="git checkout")
    try:
        source = load_section("ingest", IngestConfig).source
    except VaegisError:
        source = "unknown"
    tables = sorted(path.stem for path in paths.STORE.glob("*.parquet"))
    if tables:
        return Finding(what="feature store", state=OK, found=f"{paths.STORE}: {', '.join(tables)}")
    own = source == "none"
    found = "a store of your own (ingest.source: none)" if own else f"{paths.STORE} is empty"
    return Finding(what="feature store", state=OK if own else NOTE, found=found, mend="" if own else "make repro")


def registry() -> Finding:
    """Ask whether MLflow answers, and what it holds."""
    try:
        uri = tracking_uri()
        preflight(uri)
        model = load_section("register", RegisterConfig).model
    except VaegisError as error:
        return Finding(what="registry", state=MISSING, found=str(error), mend="see the line")
    file = database_file(uri)
    if file is not None and not file.is_file():
        return Finding(what="registry", state=NOTE, found=f"{file} is not there yet", mend="make repro")
    champion = peek(uri, model, ()).aliases.get("champion")
    held = f"{model}@champion is version {champion}" if champion else f"{model} has no champion"
    mend = "" if champion else "make repro, then vaegis show"
    return Finding(
        what="registry", state=OK if champion else NOTE, found=f"{without_credentials(uri)}: {held}", mend=mend
    )


CHECKS: Final[tuple[Callable[[], Finding], ...]] = (
    python,
    packages,
    torch,
    disk,
    params,
    pipeline,
    repository,
    store,
    registry,
)


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
