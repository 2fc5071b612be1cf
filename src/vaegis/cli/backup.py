"""`vaegis backup` and `vaegis restore`: database, artifacts and audit log, together."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from vaegis.cli.options import AsJson
from vaegis.cli.output import emit

Folder = Annotated[Path, typer.Argument(help="Folder of the backup.", show_default=False)]


def backup(folder: Folder, as_json: AsJson = False) -> None:
    """Save the registry whole into a new folder, while nobody changes it."""
    from vaegis.registry.backup import back_up  # noqa: PLC0415

    saved = back_up(folder)
    emit(asdict(saved), as_json, f"{saved.files} files and {saved.entries} audit entries in {saved.folder}")


def restore(folder: Folder, as_json: AsJson = False) -> None:
    """Put a backup back where it was taken from, after every file of it was checked."""
    from vaegis.registry.backup import restore as put_back  # noqa: PLC0415

    saved = put_back(folder)
    emit(asdict(saved), as_json, f"{saved.files} files and {saved.entries} audit entries are back from {saved.folder}")
