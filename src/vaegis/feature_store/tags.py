"""Tags of columns: they stand on the field, or, where Feast refuses them there, on its on-demand view."""

from collections.abc import Iterable
from typing import Any


def view_tags(fields: Iterable[Any], derived_by: str) -> dict[str, str]:
    """Return the tags of an on-demand view that bear those of its columns, each as `<column>.<tag>`.

    `derived_by` is the `file.py:function` that computes the columns.
    """
    tags = {"derived_by": derived_by}
    for field in fields:
        told = field.tags | {"description": field.description}
        tags |= {f"{field.name}.{tag}": value for tag, value in told.items()}
    return tags


def column_tags(field: Any, on_demand: Any = None) -> dict[str, str]:
    """Return the tags of a column, which stand on `on_demand` if that is its view."""
    if on_demand is None:
        return dict(field.tags)
    prefix = f"{field.name}."
    return {tag.removeprefix(prefix): value for tag, value in on_demand.tags.items() if tag.startswith(prefix)}
