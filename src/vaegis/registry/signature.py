"""The contract of a table as an MLflow signature."""

from typing import Final

import pandas as pd
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema

from vaegis.contract import TableSchema
from vaegis.registry.answer import ALL, FALSE_ALARM_RATE, REASONS

_TYPES: Final[dict[str, DataType]] = {
    "float64": DataType.double,
    "int64": DataType.double,
    "bool": DataType.double,
    "string": DataType.string,
    "timestamp": DataType.datetime,
}
_ANSWERS: Final[dict[str, DataType]] = {
    "f": DataType.double,
    "b": DataType.boolean,
    "O": DataType.string,
    "M": DataType.datetime,
}


def make_signature(schema: TableSchema, answer: pd.DataFrame, false_alarm_rate: float) -> ModelSignature:
    """Return the signature: the contract's features and conditions in, the columns of `answer` out, and the parameters.

    MLflow's own check of `double` refuses whole numbers ("can not safely convert int64") and prints the data;
    the served model checks by the contract instead (ints become floats, one line for what is wrong). The flag is
    the one MLflow sets for models that validate their own input. `mlflow models serve` then takes JSON under the
    key `inputs`, CSV or Parquet.
    """
    inputs = [ColSpec(_TYPES[column.dtype], column.name, required=True) for column in schema.inputs]
    outputs = [ColSpec(_ANSWERS[values.dtype.kind], str(name)) for name, values in answer.items()]
    params = [
        ParamSpec("task", DataType.string, ALL),
        ParamSpec(FALSE_ALARM_RATE, DataType.double, false_alarm_rate),
        ParamSpec(REASONS, DataType.long, 0),  # without it, the answer is what it was before there were reasons
    ]
    signature = ModelSignature(inputs=Schema(inputs), outputs=Schema(outputs), params=ParamSchema(params))
    signature._is_signature_from_type_hint = True  # noqa: SLF001 - no public way; a test holds what it does
    return signature


def breaks(candidate: ModelSignature, champion: ModelSignature) -> list[str]:
    """Say what a caller of the champion would miss with the candidate; empty: nothing."""
    fed = {column.name: column.type for column in champion.inputs}
    answers = {column.name: column.type for column in candidate.outputs}
    found = []
    for column in candidate.inputs:
        if column.name not in fed and column.required:
            found.append(f"it asks for a new column {column.name}")
        elif column.name in fed and fed[column.name] != column.type:
            found.append(f"it asks for {column.name} as {column.type.name}, not {fed[column.name].name}")
    for column in champion.outputs:
        if column.name not in answers:
            found.append(f"it does not answer {column.name}")
        elif answers[column.name] != column.type:
            found.append(f"it answers {column.name} as {answers[column.name].name}, not {column.type.name}")
    return found
