"""`vaegis studio`: a page to try scenarios on."""

from contextlib import suppress
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
    """Open a page on this machine alone: populations, sweeps, a real row changed, latent walks, stress sets."""
    try:
        from vaegis.serving.run import address_of, listen, run  # noqa: PLC0415
        from vaegis.simulation.page.app import make_app  # noqa: PLC0415 - the extra `studio`, seconds
    except ModuleNotFoundError as error:
        raise ConfigError(f"{error.name} is not installed", where="pip install 'vaegis[studio]'") from None
    from vaegis.cli.model import open_model  # noqa: PLC0415 - torch
    from vaegis.contract import load_rules  # noqa: PLC0415
    from vaegis.data.tables import read_frame  # noqa: PLC0415
    from vaegis.simulation.studio import Studio  # noqa: PLC0415 - great_expectations

    with listen("127.0.0.1", port) as listener:
        address, fitted = open_model(model)
        real = read_frame(source) if source.is_file() else None
        app = make_app(Studio(fitted, address, load_rules(rules), real, _options(model, source, rules)))
        listener.listen()  # whoever follows the address at once waits, instead of being refused
        shown = address_of(listener)
        emit({"address": shown, "model": address}, as_json, f"{address} on {shown} (end with ctrl-c)")
        with suppress(KeyboardInterrupt):
            run(app, listener, "websockets-sansio")


def _options(model: str, source: Path, rules: Path) -> list[str]:
    """Return what `vaegis simulate` must be told to ask the same model, rows and rules."""
    named = {"--model": model, "--source": source, "--rules": rules}
    usual = {"--model": "", "--source": paths.CLEAN_ROWS, "--rules": paths.RULES}
    return [word for name, value in named.items() if value != usual[name] for word in (name, str(value))]
