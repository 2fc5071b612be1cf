"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Address: TypeAlias = Annotated[
    str,
    typer.Option("--model", help="models:/NAME@ALIAS, models:/NAME/VERSION or a bundle folder; empty: the champion."),
]
Output: TypeAlias = Annotated[Path | None, typer.Option(help="Parquet file to write.")]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
