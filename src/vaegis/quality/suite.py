"""Derive the rules that every table must pass from its contract."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from vaegis import paths
from vaegis.contract import VIEW, ColumnSpec, Rule, TableSchema
from vaegis.errors import ConfigError

PANDAS_TYPES: Final = {
    "float64": ["float64"],
    "int64": ["int64", "Int64Dtype"],
    "string": ["str"],
    "bool": ["bool"],
    "timestamp": ["datetime64[us]", "datetime64[ns]"],
}
"""Contract dtype to what a column may be in memory; time zones are taken off (as UTC) before a table is judged."""


def contract_rules(schema: TableSchema) -> tuple[Rule, ...]:
    """Return the rules on table `rows` that follow from keys, dtypes, bounds and missingness."""
    rules = [
        _whole("expect_table_row_count_to_be_between", "the table must hold rows", min_value=1),
        _whole(
            "expect_compound_columns_to_be_unique",
            "every row must have a name (keys and time) of its own",
            column_list=[*schema.keys, schema.time],
        ),
    ]
    for column in schema.columns:
        rules.extend(_column_rules(column))
    return tuple(rules)


def view_rules(schema: TableSchema, view: str, names: Sequence[str]) -> tuple[Rule, ...]:
    """Return the rules on what the source of a joined view holds: keys and time, then the contract's columns of it.

    They warn: what such a row does to the table shows in the rows that met it.
    """
    columns = [column for column in schema.columns if column.view == view]
    row = [name for name in names if name not in {column.name for column in columns}]
    rules = [_range_rule(column) for column in columns if (column.minimum, column.maximum) != (None, None)]
    twice = "a join keeps one of two rows of the same keys and time, and says nothing"
    unique = "expect_compound_columns_to_be_unique" if len(row) > 1 else "expect_column_values_to_be_unique"
    kwargs: dict[str, Any] = {"column_list": row} if len(row) > 1 else {"column": row[0]}
    rules.append(Rule(type=unique, kwargs=kwargs, why=twice))
    return tuple(replace(rule, table=f"{VIEW}{view}", severity="warning") for rule in rules)


def refuse_misplaced(rules: Iterable[Rule]) -> None:
    """Refuse a rule of row level that cannot name rows of the pulled table, with `ConfigError`."""
    for rule in rules:
        beside = rule.table.startswith(VIEW) and rule.severity == "critical"
        if rule.level == "row" and (rule.table == "coverage" or beside or not columns_of(rule)):
            what = f"rule {label(rule)} on table {rule.table} has level 'row'"
            allowed = "table: only rows with columns are set aside" + "; or severity warning" * beside
            raise ConfigError(what, allowed=allowed, where=str(paths.RULES))


def columns_of(rule: Rule) -> list[str]:
    """Name the columns a rule looks at; none for rules on the table as a whole."""
    kwargs = rule.kwargs
    single = [kwargs[key] for key in ("column", "column_A", "column_B") if key in kwargs]
    return single + list(kwargs.get("column_list", []))


def label(rule: Rule) -> str:
    """Name a rule in one word, e.g. `expect_column_values_to_not_be_null(x)`."""
    return f"{rule.type}({', '.join(columns_of(rule))})"


def _column_rules(column: ColumnSpec) -> Iterator[Rule]:
    name = column.name
    yield _whole("expect_column_to_exist", f"column {name} must be there", column=name)
    types = PANDAS_TYPES[column.dtype]
    if column.dtype == "int64" and column.max_missing > 0:
        types = [*types, "float64"]  # what pandas makes of integers with gaps
    yield _whole(
        "expect_column_values_to_be_in_type_list", f"{name} must be {column.dtype}", column=name, type_list=types
    )
    if column.minimum is not None or column.maximum is not None:
        yield _range_rule(column)
    allowed = 0.0 if column.role in ("key", "time") else column.max_missing
    if allowed < 1.0:
        yield _whole(
            "expect_column_values_to_not_be_null",
            f"at most {allowed:.2%} of {name} may be missing",
            column=name,
            mostly=1.0 - allowed,
        )
    if column.is_input:
        distinct = "expect_column_unique_value_count_to_be_between"
        yield _whole(distinct, f"{name} must hold a value", column=name, min_value=1)
        yield _whole(distinct, f"{name} must vary to be learnt", severity="warning", column=name, min_value=2)


def _range_rule(column: ColumnSpec) -> Rule:
    """Angles outside their bounds name the same direction in other words: counted, but the row stays."""
    is_angle = column.kind == "angle"
    return Rule(
        type="expect_column_values_to_be_between",
        kwargs={"column": column.name, "min_value": column.minimum, "max_value": column.maximum},
        severity="warning" if is_angle else "critical",
        why=f"{column.name} must be {_bounds(column)}" + (", an angle that can be wrapped" if is_angle else ""),
    )


def _bounds(column: ColumnSpec) -> str:
    unit = f" {column.unit}" if column.unit else ""
    if column.minimum is None:
        return f"at most {column.maximum:g}{unit}"
    if column.maximum is None:
        return f"at least {column.minimum:g}{unit}"
    return f"between {column.minimum:g} and {column.maximum:g}{unit}"


def _whole(kind: str, why: str, *, severity: str = "critical", **kwargs: Any) -> Rule:
    return Rule(type=kind, kwargs=kwargs, level="table", severity=severity, why=why)
