"""`vaegis sample`: generated rows."""

import json
from typing import Annotated, Any, Final

import typer

from vaegis.cli.options import Address, AsJson, Output, require_suffix
from vaegis.cli.output import emit, table
from vaegis.durable import require_place

_SHOWN: Final = 5


def sample(
    rows: Annotated[int, typer.Argument(metavar="N", min=1, help="Number of rows.")],
    model: Address = "",
    output: Output = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same rows.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Generate rows from the model's prior, in the columns' own units."""
    from vaegis.cli.model import open_model, write_frame  # noqa: PLC0415 - imports torch
    from vaegis.data.origin import is_generated  # noqa: PLC0415 - pyarrow
    from vaegis.fitted.drawing import draw_rows  # noqa: PLC0415 - imports torch

    require_suffix(output, ".parquet", "--output")
    if output is not None:
        require_place(output, [], is_generated, allowed="generated rows")
    address, fitted = open_model(model)
    made = draw_rows(fitted, rows, seed=seed)
    if output is not None:
        origin = {"synthetic": True, "model": address, "content_digest": fitted.content_digest, "seed": seed}
        write_frame(output, made, origin)
    record: dict[str, Any] = {
        "model": address,
        "content_digest": fitted.content_digest,
        "rows": rows,
        "seed": seed,
        "output": None if output is None else str(output),
    }
    if output is None:
        record["sample"] = json.loads(made.to_json(orient="records", double_precision=6))
    shown = made.head(_SHOWN)
    grid = table("column", "unit", *[f"row {number}" for number in range(1, len(shown) + 1)])
    for column in fitted.schema.inputs:
        cells = [f"{value:.4g}" if isinstance(value, float) else str(value) for value in shown[column.name]]
        grid.add_row(column.name, column.unit, *cells)
    told = f"{rows:,} rows by {address}" + (f", written to {output}" if output else f"; the first {len(shown)}")
    emit(record, as_json, told, grid)
