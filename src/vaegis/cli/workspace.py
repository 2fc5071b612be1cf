"""A workspace: a small DVC project of its own below `workspaces/`, fed from the main one."""

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
FOLDER: Final = Path("workspaces")
POLICY: Final = Path("policy.yaml")
_COPIED: Final = ("dvc.yaml", ".dvcignore")
_SHARED: Final = ("src", "pipelines", "data/store")
"""Code and the store; DVC follows the links when it hashes."""
_DVC_CONFIG: Final = b"[core]\n    no_scm = true\n    analytics = false\n    check_update = false\n"


def prepare(name: str) -> Path:
    """Bring `workspaces/<name>` up to date, touching only what changed, and return it.

    Raises:
        ConfigError: no workspace of that name is described.
    """
    described = read_params(OVERRIDES)
    if name not in described:
        allowed = ", ".join(map(str, described))
        raise ConfigError(f"workspace {name!r} is unknown", allowed=allowed, where=str(OVERRIDES))
    root = FOLDER / name
    _refresh(root / ".dvc/config", _DVC_CONFIG)
    for file in _COPIED:
        _refresh(root / file, Path(file).read_bytes())
    _refresh(root / paths.PARAMS, _changed_params(described[name].get("params", {})))
    _refresh(root / POLICY, _changed_policy(described[name].get("advisory", [])))
    _mirror(paths.FEATURE_REPO, root / paths.FEATURE_REPO)
    for shared in _SHARED:
        _link(root, shared)
    return root


def _changed_params(changes: DictConfig) -> bytes:
    return str(OmegaConf.to_yaml(OmegaConf.merge(read_params(paths.PARAMS), changes))).encode()


def _changed_policy(advisory: Collection[str]) -> bytes:
    policy = read_params(POLICY)
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
    """Copy a folder's files, and drop those that the source no longer has."""
    wanted = {path.relative_to(source) for path in source.rglob("*") if path.is_file()}
    wanted = {path for path in wanted if "__pycache__" not in path.parts}
    for path in wanted:
        _refresh(target / path, (source / path).read_bytes())
    for path in [item for item in target.rglob("*") if item.is_file()]:
        if path.relative_to(target) not in wanted:
            path.unlink()


def _link(root: Path, name: str) -> None:
    source, link = Path(name).resolve(), root / name
    source.mkdir(parents=True, exist_ok=True)
    if link.is_symlink() and link.resolve() == source:
        return
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    link.parent.mkdir(parents=True, exist_ok=True)
    climb = "/".join([".."] * len(link.parent.parts))
    link.symlink_to(Path(climb) / name, target_is_directory=True)
