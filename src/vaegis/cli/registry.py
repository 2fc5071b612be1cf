"""`vaegis registry`: have the tracking database itself refuse what no promotion authorised."""

from typing import Annotated

import typer

from vaegis.cli.options import AsJson
from vaegis.cli.output import emit
from vaegis.registry.address import preflight, tracking_uri, without_credentials

registry = typer.Typer(help="Protect the tracking database: protect, unprotect.", no_args_is_help=True)
Database = Annotated[
    str, typer.Option(help="Address of the database; empty: MLFLOW_TRACKING_URI, else the project's own.")
]


@registry.command()
def protect(database: Database = "", as_json: AsJson = False) -> None:
    """Install triggers that refuse rogue moves of protected aliases, and changes of what they name."""
    from vaegis.registry.protection import protect as install  # noqa: PLC0415 - sqlalchemy

    uri = database or tracking_uri()
    preflight(uri)
    install(uri)
    shown = without_credentials(uri)
    emit({"database": shown, "protected": True}, as_json, f"{shown} now refuses what no promotion authorised")


@registry.command()
def unprotect(database: Database = "", as_json: AsJson = False) -> None:
    """Take the triggers away; nothing else changes."""
    from vaegis.registry.protection import unprotect as remove  # noqa: PLC0415 - sqlalchemy

    uri = database or tracking_uri()
    preflight(uri)
    remove(uri)
    shown = without_credentials(uri)
    emit({"database": shown, "protected": False}, as_json, f"{shown} takes writes from anybody again")
