"""What else is different between two versions: configuration, contract, data and policy, read from their files."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from vaegis.bundle import read_bundle
from vaegis.contract import TableSchema

ABSENT: Final = "-"
_KINDS: Final = ("detector", "generator")
_FACTS: Final = {
    "vaegis.data_fingerprint": ("data", "clean rows"),
    "vaegis.definition": ("schema", "feature definitions"),
    "vaegis.rows_digest": ("data", "rows measured on"),
    "vaegis.validation": ("data", "validation"),
    "vaegis.git_commit": ("code", "git commit"),
    "vaegis.service": ("schema", "feature service"),
    "policy": ("policy", "policy.yaml"),
}
_UNKNOWN: Final = "unknown"
_OTHER_ROWS: Final = "another, by the columns' means, spreads or levels"
_SHOWN: Final = 12
"""Letters of a digest that are shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One thing that two versions do not share."""

    about: str
    """`configuration`, `schema`, `data`, `code` or `policy`."""
    name: str
    candidate: str
    champion: str


def changes(
    bundles: tuple[Path, Path], facts: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {})
) -> tuple[Change, ...]:
    """Return what differs, candidate first; `facts`: tags and parameters by name, where the registry holds them.

    Raises:
        ArtifactError: a bundle is missing or altered.
    """
    parts = [_json_parts(bundle) for bundle in bundles]
    trained = [
        {f"train.{key}": _text(value) for key, value in part["network.json"]["config"].items()} for part in parts
    ]
    made = [{name: "there" for name in _KINDS if f"{name}.json" in part} for part in parts]
    return (
        *_differing("configuration", *trained),
        *_differing("configuration", *made),
        *_schema_changes(*(TableSchema.from_json(part["schema.json"]) for part in parts)),
        *(_fact_changes(*facts) if all(facts) else _data_changes(*parts)),
    )


def _fact_changes(own: Mapping[str, str], other: Mapping[str, str]) -> Iterator[Change]:
    yield from _differing(
        "configuration", *({key: held[key] for key in held if _is_param(key)} for held in (own, other))
    )
    for key, (about, name) in _FACTS.items():
        pair = [_short(held.get(key, _UNKNOWN)) for held in (own, other)]
        if _UNKNOWN not in pair and pair[0] != pair[1]:
            yield Change(about=about, name=name, candidate=pair[0], champion=pair[1])


def _is_param(key: str) -> bool:
    """Whether a fact is a parameter; those of training are read from the bundles themselves."""
    return key not in _FACTS and not key.startswith(("vaegis.", "train."))


def _data_changes(own: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Change]:
    """Bundles alone name no rows; what they were standardised by tells whether these were the same."""
    if own["transform.json"] != other["transform.json"]:
        yield Change(about="data", name="training rows", candidate=_OTHER_ROWS, champion="one set")


def _json_parts(bundle: Path) -> dict[str, Any]:
    return {name: json.loads(part) for name, part in read_bundle(bundle).parts.items() if name.endswith(".json")}


def _differing(about: str, own: Mapping[str, str], other: Mapping[str, str]) -> Iterator[Change]:
    for name in sorted({*own, *other}):
        pair = own.get(name, ABSENT), other.get(name, ABSENT)
        if pair[0] != pair[1]:
            yield Change(about=about, name=name, candidate=pair[0], champion=pair[1])


def _schema_changes(own: TableSchema, other: TableSchema) -> Iterator[Change]:
    mine, theirs = ({column.name: column.to_json() for column in schema.columns} for schema in (own, other))
    for name in dict.fromkeys([*mine, *theirs]):
        if (name in mine) != (name in theirs):
            words = [("there" if name in held else ABSENT) for held in (mine, theirs)]
            yield Change(about="schema", name=f"column {name}", candidate=words[0], champion=words[1])
        else:
            yield from _differing("schema", *(_texts(name, held[name]) for held in (mine, theirs)))


def _texts(name: str, column: Mapping[str, Any]) -> dict[str, str]:
    return {f"column {name}: {key}": _text(value) for key, value in column.items()}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _short(value: str) -> str:
    is_digest = len(value) >= 40 and all(letter in "0123456789abcdef" for letter in value)
    return value[:_SHOWN] if is_digest else value
