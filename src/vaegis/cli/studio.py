"""`vaegis studio`: a page to try scenarios on."""

from pathlib import Path
from typing import Annotated

import typer

from vaegis import paths
from vaegis.cli.options import Address, AsJson
from vaegis.cli.output import emit
from vaegis.errors import ConfigError


def studio(
    model: Address = "",
    source: Annotated[Path, typer.Option(help="Parquet file with real rows, if there is one.")] = paths.CLEAN_ROWS,
    rules: Annotated[Path, typer.Option(help="Hard rules beside those of the contract.")] = paths.RULES,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: a free one, which is told.")] = 8090,
    as_json: AsJson = False,
) -> None:
    """Open a page on this machine alone: sliders, the model's bands, a real row under other circumstances."""
    try:
        from vaegis.serving.run import address_of, listen, run  # noqa: PLC0415 - the extra `serve`
    except ModuleNotFoundError as error:
        raise ConfigError(f"{error.name} is not installed", where="pip install 'vaegis[serve]'") from None
    from vaegis.cli.model import open_model, read_table  # noqa: PLC0415 - torch
    from vaegis.contract import load_rules  # noqa: PLC0415
    from vaegis.simulation.studio import Studio, make_app  # noqa: PLC0415 - great_expectations

    with listen("127.0.0.1", port) as listener:
        address, fitted = open_model(model)
        real = read_table(source) if source.is_file() else None
        app = make_app(Studio(fitted, address, load_rules(rules), real))
        listener.listen()  # whoever follows the address at once waits, instead of being refused
        shown = address_of(listener)
        emit({"address": shown, "model": address}, as_json, f"{address} on {shown} (end with ctrl-c)")
        run(app, listener)
