"""`vaegis serve`: a registered version behind HTTP, without torch."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vaegis.cli.options import AsJson
from vaegis.cli.output import emit
from vaegis.errors import ConfigError

if TYPE_CHECKING:
    from vaegis.serving.current import Source


def serve(
    model: Annotated[
        str, typer.Argument(help="models:/NAME@ALIAS, models:/NAME/VERSION or a bundle folder; empty: the champion.")
    ] = "",
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0: every network.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: a free one, which is told.")] = 8080,
    refresh: Annotated[
        float, typer.Option(min=0.0, help="Seconds between looks at the registry: a new champion takes over. 0: never.")
    ] = 30.0,
    max_rows: Annotated[int, typer.Option(help="Rows of one request.")] = 10_000,
    max_bytes: Annotated[int, typer.Option(help="Length of one body.")] = 8 * 2**20,
    as_json: AsJson = False,
) -> None:
    """Serve a model: POST /score, /encode, /reconstruct; GET /livez, /readyz, /metrics."""
    try:
        from vaegis.serving.app import make_app  # noqa: PLC0415 - the extra `serve`
        from vaegis.serving.run import address_of, listen, run, speak  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ConfigError(f"{error.name} is not installed", where="pip install 'vaegis[serve]'") from None
    from vaegis.registry.address import chosen_address  # noqa: PLC0415
    from vaegis.serving.current import Current  # noqa: PLC0415
    from vaegis.serving.limits import Limits  # noqa: PLC0415

    limits = Limits(max_rows=max_rows, max_bytes=max_bytes)
    address = chosen_address(model)
    current = Current(source_of(address))
    speak()
    if not refresh:
        current.load()  # nobody looks again: what is wrong is wrong for good
    app = make_app(current, limits, refresh)
    with listen(host, port) as listener:
        shown = address_of(listener)
        emit({"address": shown, "model": address}, as_json, f"{address} on {shown} (end with ctrl-c)")
        run(app, listener)


def source_of(address: str) -> "Source":
    """Return what asks the registry, every byte verified each time, or what reads a folder.

    Raises:
        ConfigError: it is no address, or MLflow's is none: asking again would not mend it.
    """
    from vaegis.serving.current import Found  # noqa: PLC0415

    if address.startswith("models:/"):
        from vaegis.registry.address import tracking_uri  # noqa: PLC0415
        from vaegis.registry.download import Address, fetch_verified  # noqa: PLC0415 - mlflow

        Address.parse(address, "MODEL, or params.yaml: register.model")
        tracking_uri()

        def registered() -> Found:
            found = fetch_verified(address)
            return Found(model=found.model, version=found.version, files=found.files)

        return registered

    def stored() -> Found:
        from vaegis.bundle import parse_bundle  # noqa: PLC0415
        from vaegis.registry.revocation import require_standing  # noqa: PLC0415
        from vaegis.serving.scorer import read_folder  # noqa: PLC0415

        files = read_folder(address)
        require_standing(parse_bundle(files, address).content_digest, address)
        return Found(model=Path(address).name, version="0", files=files)

    return stored
