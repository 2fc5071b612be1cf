"""`vaegis score`: anomaly scores of a file's rows."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from vaegis.cli.options import Address, AsJson, Output
from vaegis.cli.output import emit, table
from vaegis.errors import DataError

_SHOWN: Final = 5


def score(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="Parquet file with at least the feature columns.")],
    model: Address = "",
    output: Output = None,
    rate: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of normal rows that may be flagged.")] = 0.01,
    as_json: AsJson = False,
) -> None:
    """Score every row: higher is more anomalous (nats), with a conformal p-value and the guiltiest column."""
    from vaegis.cli.model import open_model, read_table, write_frame  # noqa: PLC0415 - imports torch
    from vaegis.cli.scored import plain, score_frame  # noqa: PLC0415

    frame = read_table(source)
    if frame.empty:
        raise DataError(f"{source} holds no rows", allowed="at least one", where="INPUT")
    address, fitted = open_model(model)
    scored = score_frame(fitted, frame, rate)
    if output is not None:
        write_frame(output, scored)
    worst = scored.sort_values("score", ascending=False, kind="stable").head(_SHOWN).astype(object).map(plain)
    record: dict[str, Any] = {
        "model": address,
        "content_digest": fitted.content_digest,
        "rows": len(scored),
        "flagged": int(scored["flag"].sum()),
        "output": None if output is None else str(output),
        "worst": worst.to_dict("records"),
    }
    grid = table(*worst.columns)
    for row in worst.itertuples(index=False):
        grid.add_row(*map(str, row))
    told = f"{len(scored):,} rows by {address}; {record['flagged']:,} with p-value of at most {rate:g}"
    emit(record, as_json, told, grid, f"written to {output}" if output else "--output FILE keeps them all")
