"""The tables of reconstruction."""

from typing import Final

import pandas as pd

from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.metric import TableSpec
from vaegis.evaluation.reconstruction import findings
from vaegis.evaluation.reconstruction.columns import with_intervals
from vaegis.evaluation.reconstruction.slices import column_slice_table
from vaegis.evaluation.synthetic.findings import shapes


def columns(case: Case) -> pd.DataFrame:
    """Return errors, calibration and generated shape by column."""
    try:
        made = case.once(shapes)
    except NotComputable:
        made = pd.DataFrame(columns=["column", "shape"])
    table = with_intervals(case.once(findings.columns), case.once(findings.resampled))
    table = table.merge(case.once(findings.calibration), how="left", on="column")
    return table.merge(made, how="left", on="column")


TABLES: Final[dict[str, TableSpec]] = {
    "columns": TableSpec(
        title="Columns: error in the unit, share of variance explained, coverage, calibration, generated shape",
        make=columns,
    ),
    "slices": TableSpec(
        title="Parts of the rows: error in standard deviations, its ratio to that of all rows, nats per row",
        make=lambda case: case.once(findings.slices),
    ),
    "columns_by_slice": TableSpec(
        title="Columns by part of the rows: error in the column's unit, or accuracy",
        make=lambda case: column_slice_table(case.test, case.rows.schema, case.once(findings.cells)),
    ),
    "worst_rows": TableSpec(
        title="The rows of highest score, one an entity and day, with the columns that add most",
        make=lambda case: case.once(findings.worst),
    ),
}
