"""Where a candidate comes from, proved by looking: the commit that names its bytes, locked packages, no pickles."""

import hashlib
import json
import re
import subprocess
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import yaml

from vaegis import paths
from vaegis.governance.audit import actor

COMMITTED: Final = "provenance/committed"
LOCKED: Final = "provenance/requirements_locked"
PICKLES: Final = "provenance/pickle_files"
MEASURES: Final = (COMMITTED, LOCKED, PICKLES)
_PIN: Final = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)")
_SUFFIXES: Final = (".pkl", ".pickle", ".pck", ".joblib", ".dill", ".pt", ".pth", ".ckpt", ".npy", ".npz")
_MAGIC: Final = re.compile(rb"\x80[\x02-\x05]")
"""Protocol 2 and later begin so; a zip may hold one, as those of torch.save do."""
_ZIP: Final = b"PK\x03\x04"
_SHOWN: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """What was found, and why it is not what it should be."""

    numbers: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    authors: frozenset[str] = frozenset()
    """Names and addresses of who made the model."""


def trace(bundle: Path, wanted: Collection[str] = MEASURES) -> Provenance:
    """Look for what of `MEASURES` is wanted, and for who made the bundle."""
    commit, why = naming_commit(bundle)
    found: dict[str, tuple[int, str]] = {}
    if COMMITTED in wanted:
        found[COMMITTED] = int(bool(commit)), why
    if LOCKED in wanted:
        trouble = lock_trouble(paths.LOCKFILE)
        found[LOCKED] = int(not trouble), trouble
    if PICKLES in wanted:
        held = pickles(bundle)
        found[PICKLES] = len(held), ", ".join(held[:_SHOWN])
    return Provenance(
        numbers={name: number for name, (number, _) in found.items()},
        notes={name: note for name, (_, note) in found.items() if note},
        authors=authors(commit),
    )


def naming_commit(bundle: Path) -> tuple[str, str]:
    """Return the first commit whose dvc.lock names the very bytes of `bundle`, or nothing and why."""
    digest = dvc_digest(bundle)
    if not digest:
        return "", f"{bundle} is not there"
    if locked_outputs(paths.DVC_LOCK).get(bundle.as_posix()) != digest:
        return (
            "",
            f"dvc.lock does not name the bytes of {bundle}; run `dvc repro`, or `dvc commit` what was changed by hand",
        )
    return commit_of(digest)


def commit_of(digest: str) -> tuple[str, str]:
    """Return the first commit whose dvc.lock holds this hash of DVC's, or nothing and why."""
    told = _git("log", f"-S{digest}", "--reverse", "--format=%H", "--", str(paths.DVC_LOCK)) if digest else ""
    if not told:
        return "", "no commit holds the dvc.lock that names these bytes; commit dvc.lock"
    return told.splitlines()[0], ""


def dvc_digest(folder: Path) -> str:
    """Return the hash that DVC gives a folder: MD5 of its list of names and MD5s; empty if there is none."""
    if not folder.is_dir():
        return ""
    files = sorted((path.relative_to(folder).parts, path) for path in folder.rglob("*") if path.is_file())
    listed = [{"md5": _md5(path), "relpath": "/".join(parts)} for parts, path in files]
    text = json.dumps(listed, sort_keys=True).encode()
    return f"{hashlib.md5(text, usedforsecurity=False).hexdigest()}.dir"


def locked_outputs(lock: Path) -> dict[str, str]:
    """Return the hash of every output in dvc.lock."""
    if not lock.is_file():
        return {}
    tree: Any = yaml.safe_load(lock.read_text(encoding="utf-8")) or {}
    outputs = [output for stage in (tree.get("stages") or {}).values() for output in stage.get("outs", ())]
    return {output["path"]: str(output.get("md5", "")) for output in outputs}


def lock_trouble(lock: Path) -> str:
    """Say why the lock file does not hold what is installed; empty if it does."""
    if not lock.is_file():
        return f"there is no {lock}; write one, such as by `uv pip compile --generate-hashes`"
    pins, bare = _pins(lock.read_text(encoding="utf-8"))
    if not pins:
        return f"{lock} pins nothing"
    if bare:
        return f"{lock} has no hash for {', '.join(bare[:_SHOWN])}"
    other = []
    for name, versions in pins.items():
        held = _installed(name)
        if held and held not in versions:
            other.append(f"{name} {held}, not {' or '.join(sorted(versions))}")
    return f"installed beside {lock}: {', '.join(other[:_SHOWN])}" if other else ""


def pickles(folder: Path) -> list[str]:
    """Name the files below `folder` that are pickles, or of a kind that may hold one."""
    return [
        path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file() and _is_pickle(path)
    ]


def authors(commit: str = "") -> frozenset[str]:
    """Return who made the model: authors of the last commit and of `commit`, and whoever is at work."""
    told = [_git("log", "-1", "--format=%an%n%ae", *([which] if which else [])) for which in {"", commit}]
    names = {line.strip() for text in told for line in text.splitlines() if line.strip()}
    return frozenset(names | {actor()}) if names else frozenset()


def _is_pickle(path: Path) -> bool:
    if path.suffix in _SUFFIXES:
        return True
    with path.open("rb") as handle:
        head = handle.read(8)
        if not head.startswith(_ZIP):
            return bool(_MAGIC.match(head))
        return b".pkl" in head + handle.read()


def _pins(text: str) -> tuple[dict[str, set[str]], list[str]]:
    """Return package -> versions (one a platform or Python), and the packages without a hash."""
    pins: dict[str, set[str]] = {}
    bare = []
    for line in text.replace("\\\n", " ").splitlines():
        if match := _PIN.match(line.strip()):
            pins.setdefault(match.group(1), set()).add(match.group(2))
            if "--hash=" not in line:
                bare.append(match.group(1))
    return pins, bare


def _installed(name: str) -> str:
    """Return the installed version; empty for what another platform needs."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _git(*words: str) -> str:
    try:
        told = subprocess.run(["git", *words], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return told.stdout.strip() if told.returncode == 0 else ""


def _md5(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
