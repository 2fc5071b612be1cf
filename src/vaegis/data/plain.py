"""Cells and frames as plain JSON."""

import json
from typing import Any

import numpy as np
import pandas as pd


def plain_cell(cell: Any) -> Any:
    """Return a cell as JSON can hold it: None where it is missing, a time as text."""
    if pd.isna(cell):
        return None
    cell = cell.item() if isinstance(cell, np.generic) else cell
    return cell if isinstance(cell, str | bool | int | float) else str(cell)


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows by column name; missing cells are None, times are ISO 8601."""
    rows: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=10, date_format="iso"))
    return rows
