"""A workspace: a DVC project of its own below `workspaces/`, fed from the main one or from another domain's folder."""

import os
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Final

from omegaconf import DictConfig, OmegaConf

from vaegis import paths
from vaegis.config.load import read_params
from vaegis.durable import write_bytes
from vaegis.errors import ConfigError

OVERRIDES: Final = Path("workspaces.yaml")
POLICY: Final = Path("policy.yaml")
_KEYS: Final = ("from", "params", "advisory")
_COPIED: Final = ("dvc.yaml", ".dvcignore")
_CODE: Final = Path("src")
"""Linked; DVC follows the link when it hashes."""
_STAGES: Final = Path("pipelines")
"""Mirrored and not linked: DVC writes a dvc.lock beside each dvc.yaml, and one of them lies in there."""
_MADE: Final = ("__pycache__", paths.MONITOR_LOCK.name)
"""What tools leave in a mirrored folder, on either side of it."""
_DVC_CONFIG: Final = b"[core]\n    no_scm = true\n    analytics = false\n    check_update = false\n"


def prepare(name: str) -> Path:
    """Bring `workspaces/<name>` up to date, touching only what changed, and return it.

    Raises:
        ConfigError: no workspace of that name is described, or the folder it is made from lacks something.
    """
    return prepare_as(name, _described(name))


def prepare_as(name: str, described: DictConfig) -> Path:
    """Do the same for a workspace that no file describes."""
    domain, root = _domain(described), paths.WORKSPACES / name
    params = _changed_params(domain / paths.PARAMS, described.get("params", {}))
    policy = _changed_policy(domain / POLICY, described.get("advisory", []))
    _refresh(root / ".dvc/config", _DVC_CONFIG)
    for file in filter(os.path.isfile, _COPIED):
        _refresh(root / file, Path(file).read_bytes())
    _refresh(root / paths.PARAMS, params)
    _refresh(root / POLICY, policy)
    _mirror(domain / paths.FEATURE_REPO, root / paths.FEATURE_REPO)
    if _CODE.is_dir():  # a project on the installed package has none
        _link(root / _CODE, _CODE)
    if _STAGES.is_dir():
        _mirror(_STAGES, root / _STAGES)
    if paths.CODE.is_file():
        _refresh(root / paths.CODE, paths.CODE.read_bytes())
    _link(root / paths.STORE, domain / paths.STORE)
    return root


def _described(name: str) -> DictConfig:
    workspaces = read_params(OVERRIDES)
    if name not in workspaces:
        allowed = ", ".join(map(str, workspaces))
        raise ConfigError(f"workspace {name!r} is unknown", allowed=allowed, where=str(OVERRIDES))
    described = workspaces[name]
    if unknown := [str(key) for key in described if key not in _KEYS]:
        what = f"workspace {name}: key {unknown[0]!r} is unknown"
        raise ConfigError(what, allowed=", ".join(_KEYS), where=str(OVERRIDES))
    return described


def _domain(described: DictConfig) -> Path:
    """Return the folder that holds the workspace's params.yaml, policy.yaml, feature_repo/ and data/store/."""
    folder = Path(str(described.get("from", ".")))
    needed = (paths.PARAMS, POLICY, paths.FEATURE_REPO)
    if missing := [part for part in needed if not (folder / part).exists()]:
        what = f"workspace from {folder}: {folder / missing[0]} does not exist"
        raise ConfigError(what, allowed=f"a folder with {', '.join(map(str, needed))}", where=str(OVERRIDES))
    return folder


def _changed_params(path: Path, changes: DictConfig) -> bytes:
    return str(OmegaConf.to_yaml(OmegaConf.merge(read_params(path), changes))).encode()


def _changed_policy(path: Path, advisory: Collection[str]) -> bytes:
    policy = read_params(path)
    names = [gate.name for gate in policy.gates]
    for name in advisory:
        if name not in names:
            raise ConfigError(f"advisory gate {name!r} is unknown", allowed=", ".join(names), where=str(OVERRIDES))
    for gate in policy.gates:
        gate.required = gate.get("required", True) and gate.name not in advisory
    return str(OmegaConf.to_yaml(policy)).encode()


def _refresh(path: Path, content: bytes) -> None:
    if not path.is_file() or path.read_bytes() != content:
        write_bytes(path, content)


def _mirror(source: Path, target: Path) -> None:
    """Copy a folder's files, and drop those that the source no longer has; what tools made on either side stays."""
    if target.is_symlink():  # a workspace of an earlier vaegis: writing through it would write into the source
        target.unlink()
    wanted = _written(source)
    for path in wanted:
        _refresh(target / path, (source / path).read_bytes())
    for path in _written(target) - wanted:
        (target / path).unlink()


def _written(folder: Path) -> set[Path]:
    files = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {path for path in files if not set(_MADE) & set(path.parts)}


def _link(link: Path, source: Path) -> None:
    source.mkdir(parents=True, exist_ok=True)
    if link.is_symlink() and link.resolve() == source.resolve():
        return
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(os.path.relpath(source, link.parent), target_is_directory=True)
