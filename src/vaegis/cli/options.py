"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from vaegis.errors import ConfigError

Address: TypeAlias = Annotated[
    str,
    typer.Option("--model", help="models:/NAME@ALIAS, models:/NAME/VERSION or a bundle folder; empty: the champion."),
]
Output: TypeAlias = Annotated[
    Path | None, typer.Option(help="Parquet file to write; in the place of generated rows alone.")
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def require_suffix(path: Path | None, suffix: str, where: str, *, or_folder: bool = False) -> None:
    """Refuse a page, picture or rows under the name of something else: they might take its place, or be read as it.

    `or_folder` lets a name without a suffix pass.
    """
    if path is not None and path.suffix != suffix and not (or_folder and not path.suffix):
        allowed = f"a file named *{suffix}" + (", or a folder without a suffix" if or_folder else "")
        raise ConfigError(f"{path} is not named *{suffix}", allowed=allowed, where=where)
