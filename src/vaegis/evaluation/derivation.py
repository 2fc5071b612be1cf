"""Recompute derived columns with the project's own function: an altered sensor alters all that follows from it."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self, cast

import numpy as np
import pandas as pd

from vaegis.contract import TableSchema
from vaegis.errors import ConfigError, DataError
from vaegis.evaluation.rows import thin

Derive = Callable[[pd.DataFrame], pd.DataFrame]
"""Takes source columns, returns derived columns on the same index."""

_PROBE_ROWS: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """A few training rows, to ask which columns a model's inputs are derived from."""

    rows: pd.DataFrame
    schema: TableSchema
    derive: Derive
    features: pd.DataFrame

    @classmethod
    def of(cls, train: pd.DataFrame, schema: TableSchema, derive: Derive) -> Self:
        """Take rows that are evenly spaced."""
        rows = thin(train, _PROBE_ROWS).reset_index(drop=True)
        names = [column.name for column in schema.inputs]
        return cls(rows, schema, derive, rederive(rows, schema, derive)[names])

    def reaches_feature(self, name: str, values_N: np.ndarray) -> bool:
        """Whether other values of a column change any feature."""
        altered = rederive(self.rows.assign(**{name: values_N}), self.schema, self.derive)
        return not self.features.equals(altered[list(self.features)])


def load_derivation(schema: TableSchema, repo: Path) -> Derive:
    """Load the function that `schema.derived_by` names (`file.py:function` under `repo`) by path.

    Raises:
        ConfigError: the file or function is missing.
    """
    if not schema.derived_by:
        return _nothing
    file, _, name = schema.derived_by.partition(":")
    path, where = repo / file, "TableSchema.derived_by, the tags of the on-demand view"
    if not path.is_file():
        raise ConfigError(f"derived columns are made by {schema.derived_by!r}, but {path} does not exist", where=where)
    spec = importlib.util.spec_from_file_location(f"_derived_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ConfigError(f"{path} is not a Python file", where=where)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function = getattr(module, name, None)
    if not callable(function):
        raise ConfigError(f"{path} has no function {name!r}", where=where)
    return cast(Derive, function)


def rederive(frame: pd.DataFrame, schema: TableSchema, derive: Derive) -> pd.DataFrame:
    """Return `frame` with its derived columns recomputed from the others."""
    if not schema.derived:
        return frame
    made = derive(frame)
    if missing := [column for column in schema.derived if column not in made.columns]:
        what = f"{schema.derived_by} returns no column {missing[0]!r}"
        raise DataError(what, allowed=", ".join(schema.derived), where="feature_repo/")
    return frame.assign(**{column: made[column].to_numpy() for column in schema.derived})


def _nothing(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[[]]
