"""How the table that a model was fitted to was held: what its owner called the columns, and their pandas dtypes.

The contract knows neither a category's own values nor an Int64 from an int8; a generated table has both again.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.data.tables import own_names
from vaegis.fitted.dtype_record import dtype_record, label_record, read_dtype, read_label
from vaegis.fitted.dtypes import in_dtypes

_OF_CONTRACT: Final = {"string": "object", "timestamp": "datetime64[us, UTC]"}
"""Where pandas calls a dtype of the contract by another name."""


@dataclass(frozen=True, slots=True)
class TableForm:
    """Names and dtypes of a table's columns, by their names as text."""

    names: Mapping[str, Hashable]
    """Only of those that are no text."""
    dtypes: Mapping[str, Any]

    @classmethod
    def of(cls, table: Any, frame: pd.DataFrame, columns: Sequence[ColumnSpec]) -> Self:
        """Return the form of some columns of a table that reads as `frame`.

        What JSON cannot hold is left out, so that a model is the same when it comes back.
        """
        called = own_names(table)
        records = {column.name: dtype_record(frame[column.name].dtype) for column in columns}
        return cls.from_json(
            {
                "names": {name: label_record(called[name]) for name in records if name in called},
                "dtypes": {name: record for name, record in records.items() if record is not None},
            }
        )

    @classmethod
    def plain(cls, columns: Sequence[ColumnSpec]) -> Self:
        """Return that of a table which is held as the contract says."""
        dtypes = {column.name: _OF_CONTRACT.get(column.dtype, column.dtype) for column in columns}
        return cls({}, {name: read_dtype(dtype) for name, dtype in dtypes.items()})

    def dressed(self, rows: pd.DataFrame, columns: Sequence[ColumnSpec]) -> pd.DataFrame:
        """Return made rows in the dtypes and under the names of the table."""
        held = in_dtypes(rows, self.dtypes, columns)
        return held.rename(columns=self.names) if self.names else held

    def levels_as_text(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a frame in which values of categories that are no text are called as the contract calls them."""
        categories = {name: dtype for name, dtype in self.dtypes.items() if isinstance(dtype, pd.CategoricalDtype)}
        texts = {name: _as_text(frame[name], dtype) for name, dtype in categories.items() if name in frame}
        return frame.assign(**texts) if texts else frame

    def to_json(self) -> dict[str, Any]:
        """Return the form as plain JSON."""
        return {
            "names": {name: label_record(own) for name, own in self.names.items()},
            "dtypes": {name: dtype_record(dtype) for name, dtype in self.dtypes.items()},
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """Rebuild from `to_json`."""
        names = {name: read_label(own) for name, own in record["names"].items()}
        return cls(names, {name: read_dtype(item) for name, item in record["dtypes"].items()})


def _as_text(values: pd.Series, dtype: pd.CategoricalDtype) -> pd.Series:
    known = {category: str(category) for category in dtype.categories}
    return values.astype("object").map(lambda value: known.get(value, value), na_action="ignore")
