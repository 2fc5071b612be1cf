"""The text of `features.py` and `feature_store.yaml`: one view with the tags that everything else derives from."""

import keyword
from collections.abc import Sequence
from typing import Final

from vaegis.contract import ColumnSpec
from vaegis.project.blueprint import Blueprint
from vaegis.project.layout import call, listing, mapping, name_of, quoted

TYPES: Final = {
    "float64": "Float64",
    "int64": "Int64",
    "string": "String",
    "bool": "Bool",
    "timestamp": "UnixTimestamp",
}
_KEY_TYPES: Final = {"int64": "INT64", "string": "STRING", "float64": "DOUBLE", "bool": "BOOL"}
_TAKEN: Final = {"derive", "field", "on_demand_feature_view", "row_time", "timedelta", "view_tags"}
STORE_YAML: Final = """\
# Run `feast -c feature_repo ...` in the project's root folder, after the first `dvc repro`: Feast expands
# ${{VARIABLES}}, and PWD is one that every shell sets. The pipeline puts the root there itself.
project: {name}
provider: local
registry:
  registry_type: sql # bears two writers at once
  path: sqlite:///${{PWD}}/data/feast/registry.db
online_store:
  type: sqlite
  path: ../data/feast/online_store.db
offline_store:
  type: vaegis.feature_store.asof.AsofOfflineStore # or any of Feast's own
entity_key_serialization_version: 3
"""


def feature_store_yaml(blueprint: Blueprint) -> str:
    """Return the text of feature_store.yaml."""
    return STORE_YAML.format(name=blueprint.name)


def features_py(blueprint: Blueprint) -> str:
    """Return the text of features.py."""
    schema, name = blueprint.raw, blueprint.name
    keys = {key: _variable(key, name) for key in schema.keys}
    blocks = [
        _head(blueprint),
        "\n\n".join(_entity(schema.column(key), variable) for key, variable in keys.items()),
        _view(blueprint, list(keys.values())),
        *(_derived(blueprint) if blueprint.parts else []),
        _service(blueprint),
    ]
    return "\n\n".join(block.rstrip("\n") for block in blocks) + "\n"


def tags_of(column: ColumnSpec) -> dict[str, str]:
    """Return the tags that say what a column is."""
    known = {"kind": column.kind, "role": column.role, "unit": column.unit}
    tags = {tag: value for tag, value in known.items() if value}
    bounds = {"min": column.minimum, "max": column.maximum}
    tags |= {tag: _number(value) for tag, value in bounds.items() if value is not None}
    if column.max_missing < 1.0:
        tags["max_missing"] = _number(column.max_missing)
    if column.level:
        tags["level"] = ",".join(column.level)
    return tags


def _head(blueprint: Blueprint) -> str:
    used = {column.dtype for column in blueprint.schema.columns if column.role not in ("key", "time")}
    needs_time = any(part.needs_time for part in blueprint.parts)
    types = sorted({TYPES[dtype] for dtype in used} | ({"UnixTimestamp"} if needs_time else set()))
    names = ["Entity", "FeatureService", "FeatureView", "Field", "FileSource"]
    names += ["RequestSource"] * needs_time + ["ValueType"]
    lines = [
        f'"""The table `{blueprint.name}`. The tags of a column are the contract that everything else derives from.',
        "",
        "kind (numeric, count, angle, category, binary, text, identifier, time), role (feature, context, label), unit,",
        "min and max (rows outside are set aside), max_missing (share of rows; more fails the table).",
        '"""',
        "",
        "from datetime import timedelta",
        "from pathlib import Path",
        "",
    ]
    lines += ["from derive import derive"] * bool(blueprint.parts)
    lines += [_import("feast", names)]
    lines += ["from feast.on_demand_feature_view import on_demand_feature_view"] * bool(blueprint.parts)
    lines += [_import("feast.types", types)]
    lines += ["from vaegis.feature_store.tags import view_tags"] * bool(blueprint.parts)
    lines += ["", 'STORE = Path(__file__).resolve().parent.parent / "data" / "store"']
    return "\n".join(lines)


def _import(module: str, names: Sequence[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    return line if len(line) <= 88 else call(f"from {module} import ", names)


def _entity(column: ColumnSpec, variable: str) -> str:
    value_type = f"value_type=ValueType.{_KEY_TYPES[column.dtype]}"
    arguments = [f"name={quoted(variable)}", f"join_keys=[{quoted(column.name)}]", value_type]
    arguments += [f"description={quoted(column.description)}"] * bool(column.description)
    return call(f"{variable} = Entity", arguments)


def _view(blueprint: Blueprint, entities: Sequence[str]) -> str:
    schema = blueprint.raw
    source = call(
        "source=FileSource",
        [
            f"name={quoted(blueprint.name)}",
            f'path=str(STORE / "{blueprint.name}.parquet")',
            f"timestamp_field={quoted(schema.time)}",
        ],
        1,
    )
    tags = {"spine": "true"}
    if schema.cadence_seconds:
        tags["cadence_seconds"] = _number(schema.cadence_seconds)
    fields = [_field(column, 2) for column in schema.columns if column.role not in ("key", "time")]
    arguments = [
        f"name={quoted(blueprint.name)}",
        f"entities=[{', '.join(entities)}]",
        "ttl=timedelta(0)",
        source,
        mapping("tags=", tags, 1),
        listing("schema=", fields, 1),
    ]
    return call(f"{blueprint.name} = FeatureView", arguments)


def _field(column: ColumnSpec, indent: int) -> str:
    arguments = [f"name={quoted(column.name)}", f"dtype={TYPES[column.dtype]}"]
    arguments += [f"description={quoted(column.description)}"] * bool(column.description)
    arguments.append(mapping("tags=", tags_of(column), indent + 1))
    return call("Field", arguments, indent)


def _derived(blueprint: Blueprint) -> list[str]:
    name, blocks, sources = blueprint.name, [], [blueprint.name]
    if any(part.needs_time for part in blueprint.parts):
        time = f"Field(name={quoted(blueprint.raw.time)}, dtype=UnixTimestamp)"
        blocks.append(call("row_time = RequestSource", ['name="row_time"', f"schema=[{time}]"]))
        sources.append("row_time")
    blocks.append(listing("DERIVED = ", [_field(column, 1) for column in blueprint.derived]))
    arguments = [
        f'name="{name}_derived"',
        f"sources=[{', '.join(sources)}]",
        "schema=[Field(name=field.name, dtype=field.dtype) for field in DERIVED]",
        'mode="pandas"',
        'tags=view_tags(DERIVED, derived_by="derive.py:derive")',
    ]
    blocks.append(call(f"{name}_derived = on_demand_feature_view", arguments, tail="(derive)"))
    return blocks


def _service(blueprint: Blueprint) -> str:
    views = [blueprint.name, *([f"{blueprint.name}_derived"] if blueprint.parts else [])]
    return call(
        f"{blueprint.service} = FeatureService",
        [f"name={quoted(blueprint.service)}", f"features=[{', '.join(views)}]"],
    )


def _variable(key: str, view: str) -> str:
    """Name an entity after its key, unless Python or this file has another use for the name."""
    name = name_of(key)
    taken = {*_TAKEN, view, f"{view}_derived", f"{view}_v1"}
    return f"{name}_entity" if keyword.iskeyword(name) or name in taken else name


def _number(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() else repr(float(value))
