"""`vaegis score`: anomaly scores of the rows of files."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from vaegis.cli.options import Address, AsJson, require_suffix
from vaegis.cli.output import emit, progress, table

_HELP: Final = (
    "*.parquet: one file; else a folder of parts. It appears when all is done; a killed run is taken up again. "
    "Of what is there already only what this command wrote is replaced."
)


def score(
    source: Annotated[
        Path, typer.Argument(metavar="INPUT", help="Parquet file, or a folder of them, with the feature columns.")
    ],
    model: Address = "",
    output: Annotated[Path | None, typer.Option(help=_HELP)] = None,
    rate: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of normal rows that may be flagged.")] = 0.01,
    top: Annotated[int, typer.Option(min=1, help="Columns named as reasons of a flagged row.")] = 3,
    as_json: AsJson = False,
) -> None:
    """Score every row: higher is more anomalous (nats), with a conformal p-value and the guiltiest columns."""
    require_suffix(output, ".parquet", "--output", or_folder=True)
    from vaegis.cli.model import open_judge  # noqa: PLC0415 - imports torch, if there is one
    from vaegis.serving.batch import Task, score_pieces  # noqa: PLC0415
    from vaegis.serving.pieces import Pieces  # noqa: PLC0415
    from vaegis.serving.scored import plain  # noqa: PLC0415

    pieces = Pieces.of(source)
    address, name, judge = open_judge(model)
    task = Task(model=name, content_digest=judge.content_digest, rate=rate, top=top)
    with progress("rows", pieces.total) as tell:
        done = score_pieces(judge, pieces, task, output, tell)
    worst = done.worst.drop(columns=["model", "content_digest"]).astype(object).map(plain)
    record: dict[str, Any] = {
        "model": address,
        "version": name,
        "content_digest": judge.content_digest,
        "rows": done.rows,
        "flagged": done.flagged,
        "resumed_parts": done.resumed,
        "output": None if output is None else str(output),
        "worst": worst.to_dict("records"),
    }
    grid = table(*worst.columns)
    for row in worst.itertuples(index=False):
        grid.add_row(*map(str, row))
    told = f"{done.rows:,} rows by {address}; {done.flagged:,} with p-value of at most {rate:g}"
    emit(record, as_json, told, grid, f"written to {output}" if output else "--output FILE keeps them all")
