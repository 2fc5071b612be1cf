"""The strangest rows, and what is strange about them."""

import pandas as pd

from vaegis.fitted.model import FittedModel


def worst_rows(model: FittedModel, test: pd.DataFrame, score: pd.Series, num_rows: int) -> pd.DataFrame:
    """Return the highest scores with their three most surprising columns: observed, expected, unit.

    One row for an entity and day: an episode would fill the table otherwise.
    """
    schema = model.schema
    ids, day = schema.row_ids(test), pd.to_datetime(test[schema.time], utc=True).dt.floor("D")
    peaks = score.groupby([*(test[key] for key in schema.keys), day]).idxmax()
    worst = score.loc[peaks].sort_values(ascending=False, kind="stable").index[:num_rows]
    table = model.explain(test.loc[worst], top=3)
    units = {column.name: column.unit for column in schema.features}
    rows = table.index
    table = table.assign(row_id=ids[rows].to_numpy(), score=score[rows].to_numpy(), unit=table["column"].map(units))
    return table.sort_values(["score", "row_id", "contribution"], ascending=[False, True, False])
