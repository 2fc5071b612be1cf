"""Rows as they arrive: new ones have not been validated, so missing cells are held against others as they came."""

from dataclasses import replace

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.monitoring.blocks import DAY, deal
from vaegis.monitoring.features import MISSING, in_order
from vaegis.monitoring.reference import Reference


def count_missing(reference: Reference, schema: TableSchema, arrived: pd.DataFrame) -> Reference:
    """Count missing cells by day over rows before validation, which may have set aside just those that lack cells.

    Groups of rows cannot be found again among other rows and stay as they are.
    """
    if reference.kind != DAY:
        return reference
    rows = in_order(arrived, schema, [column.name for column in schema.inputs])
    rows = rows[within_bounds(rows, schema.inputs)].reset_index(drop=True)
    blocks = deal(rows, schema, DAY, 1)
    place_B = np.searchsorted(reference.start_B, blocks.start_B).clip(max=len(reference.start_B) - 1)
    place_B = np.where(reference.start_B[place_B] == blocks.start_B, place_B, -1)
    sums_BF, part = reference.sums_BF.copy(), reference.features.groups[MISSING]
    sums_BF[:, part] = reference.features.missing_sums(rows, place_B[blocks.of_N], len(sums_BF))
    return replace(reference, sums_BF=sums_BF)


def within_bounds(rows: pd.DataFrame, columns: tuple[ColumnSpec, ...]) -> np.ndarray:
    """Return True for rows without a value outside the contract's bounds; missing cells are within."""
    valid_N = np.ones(len(rows), dtype=bool)
    for column in columns:
        if column.minimum is not None:
            valid_N &= ~(rows[column.name] < column.minimum).to_numpy()
        if column.maximum is not None:
            valid_N &= ~(rows[column.name] > column.maximum).to_numpy()
    return valid_N
