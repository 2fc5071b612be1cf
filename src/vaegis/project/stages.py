"""The dvc.yaml files of a new project: our own stages, dependent on the installed package instead of its files."""

from typing import Final

from vaegis import paths

_HEADER: Final = f"""\
# The pipeline. Made by `vaegis init` from the one that vaegis itself runs; yours to change.
# `always_changed` stages look at the world outside, and answer at once when nothing there has moved.
stages:
  # Which vaegis is installed. Another one makes the stages below run again.
  code:
    cmd: python -m vaegis.project.code
    always_changed: true
    outs:
      - {paths.CODE}
"""
_ITEM: Final = "      - "
_PACKAGE: Final = f"{_ITEM}src/vaegis"
_CODE: Final = f"{_ITEM}{paths.CODE}"


def own_stages(text: str) -> str:
    """Rewrite the text of the repository's dvc.yaml: `src/vaegis...` becomes the digest of the installed package."""
    _, _, body = text.partition("\nstages:\n")
    return _HEADER + own_monitor(body)


def own_monitor(text: str) -> str:
    """Rewrite the text of pipelines/dvc.yaml; the digest is made by stage `code`, and that is all it needs."""
    lines: list[str] = []
    for line in text.splitlines():
        is_code = line.startswith(_PACKAGE)
        if not (is_code and lines[-1] == _CODE):
            lines.append(_CODE if is_code else line)
    return "\n".join(lines) + "\n"
