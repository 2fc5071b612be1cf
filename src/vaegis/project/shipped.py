"""The files of this repository that every project runs: in a wheel beside this module, in a checkout at its root."""

from pathlib import Path
from typing import Final

from vaegis.errors import ArtifactError

SHIPPED: Final = ("dvc.yaml", "pipelines", "policy.yaml")
"""Also named in pyproject.toml, which puts them into the wheel."""
_BESIDE: Final = Path(__file__).parent / "shipped"
_CHECKOUT: Final = Path(__file__).parents[3]


def shipped(name: str) -> Path:
    """Return where one of `SHIPPED`, or a file in it, lies.

    Raises:
        ArtifactError: the package was installed without it.
    """
    for folder in (_BESIDE, _CHECKOUT):
        if (folder / name).exists():
            return folder / name
    raise ArtifactError(f"{name} did not come with this vaegis", where="install vaegis again")


def stage_files() -> dict[str, str]:
    """Map the path of every stage's file to its text."""
    folder = shipped("pipelines")
    return {f"pipelines/{path.name}": path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))}
