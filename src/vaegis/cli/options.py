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


def require_suffix(path: Path | None, suffix: str, where: str) -> None:
    """Refuse a page or picture under the name of something else, whose place it might take."""
    if path is not None and path.suffix != suffix:
        raise ConfigError(f"{path} is not named *{suffix}", allowed=f"a file named *{suffix}", where=where)
