"""What a version knows of the rows it comes from: sums over days, no row. B blocks, F features."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import pandas as pd
from safetensors import SafetensorError
from safetensors.numpy import load, save

from vaegis.config.reference import ReferenceConfig
from vaegis.config.split import SplitConfig
from vaegis.contract import TableSchema, conform
from vaegis.data.split import assign_roles
from vaegis.data.stream import read_columns
from vaegis.durable import canonical_json, write_bytes
from vaegis.errors import ArtifactError, DataError
from vaegis.fitted.model import FittedModel
from vaegis.monitoring.blocks import DAY, MAX_BLOCKS, ROWS, deal, group_rows, keep, kind_of, whole
from vaegis.monitoring.embedding import Embedding
from vaegis.monitoring.features import Features, in_order, read_rows
from vaegis.monitoring.panels import Panel

FORMAT: Final = 1
HELD_OUT: Final = ("validation", "calibration")
"""Roles of rows the network was not fitted to: what the model says of them is what it says of new ones."""
_MAKE: Final = "`python -m pipelines.reference` makes it, `vaegis repro` registers it with the version"
_EMBEDDING: Final = ("mean_K", "std_K", "frequency_KE", "used_J", "centre_Q", "whiten_QQ")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Reference:
    """Sums of features by block, in order of time."""

    content_digest: str
    """Of the model that scored and encoded the rows."""
    kind: str
    """What a block is: `day` or `rows`."""
    features: Features
    start_B: np.ndarray
    rows_B: np.ndarray
    held_B: np.ndarray
    """True where scores and latents were summed: blocks of held-out rows only."""
    sums_BF: np.ndarray
    span: tuple[str, str] = ("", "")
    """First and last event time of the rows."""

    @property
    def moment(self) -> str:
        """The one time of all rows, as `vaegis init` gives it to a table that has none; empty: they have their own."""
        first, last = self.span
        return first if first == last else ""

    @property
    def unit(self) -> str:
        """What a block is called."""
        return "day" if self.kind == DAY else "group of rows"

    @property
    def usual_rows(self) -> float:
        """Rows of a usual block."""
        return float(np.median(self.rows_B))

    @property
    def spans_a_year(self) -> bool:
        """Whether every season is in it, so that a season can be told from a change."""
        return self.kind == DAY and len(np.unique(self.start_B % 365 // 30)) >= 12

    def to_bytes(self) -> bytes:
        """Return it as safetensors: the same reference gives the same bytes."""
        about = {
            "format": FORMAT,
            "content_digest": self.content_digest,
            "kind": self.kind,
            "panels": [panel.to_json() for panel in self.features.panels],
            "score_edges": list(self.features.score_edges),
            "span": list(self.span),
        }
        tensors = {f"embedding.{name}": getattr(self.features.embedding, name) for name in _EMBEDDING}
        tensors |= {"start_B": self.start_B, "rows_B": self.rows_B, "held_B": self.held_B}
        tensors |= {"sums_BF": self.sums_BF.astype(np.float32)}
        whole_tensors = {name: np.ascontiguousarray(value) for name, value in sorted(tensors.items())}
        return bytes(save(whole_tensors, metadata={"vaegis": canonical_json(about).decode()}))

    def save(self, path: Path) -> None:
        """Write it atomically."""
        write_bytes(path, self.to_bytes())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote; errors as of `parse`."""
        if not path.is_file():
            raise ArtifactError(f"{path} does not exist", where=_MAKE)
        return cls.parse(path.read_bytes(), str(path))

    @classmethod
    def parse(cls, content: bytes, origin: str) -> Self:
        """Rebuild from `to_bytes`; errors call it `origin`.

        Raises:
            ArtifactError: it is cut short, or of another format.
        """
        try:
            tensors, about = load(content), _metadata(content)
            embedding = Embedding(**{name: tensors[f"embedding.{name}"] for name in _EMBEDDING})
            panels = tuple(Panel.from_json(record) for record in about["panels"])
            features = Features(panels=panels, score_edges=tuple(about["score_edges"]), embedding=embedding)
            held = {name: tensors[name] for name in ("start_B", "rows_B", "held_B", "sums_BF")}
        except (SafetensorError, ValueError, KeyError, TypeError):
            raise ArtifactError(f"{origin} is no whole reference", where=_MAKE) from None
        if about["format"] != FORMAT:
            what = f"{origin} has format {about['format']}"
            raise ArtifactError(what, allowed=f"format {FORMAT}", where="install a newer vaegis")
        first, last = about.get("span", ("", ""))
        names = {"content_digest": about["content_digest"], "kind": about["kind"], "span": (first, last)}
        return cls(**names, features=features, **held)


def _metadata(content: bytes) -> dict[str, Any]:
    """Read safetensors' own header: eight bytes of length, then JSON."""
    length = int.from_bytes(content[:8], "little")
    return dict(json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["vaegis"]))


def make_reference(model: FittedModel, frame: pd.DataFrame, held_N: np.ndarray, config: ReferenceConfig) -> Reference:
    """Sum up rows that a model was trained and tried on.

    Args:
        model: what scores and encodes them.
        frame: keys, time and the model's columns, in any order.
        held_N: True for rows that the network was not fitted to.
        config: how finely.
    """
    schema, names = model.schema, [column.name for column in model.schema.inputs]
    rows = in_order(frame.assign(held=held_N), schema, [*names, "held"])
    rows[names] = conform(rows, schema.inputs)
    kind = kind_of(rows, schema)
    if kind == ROWS:  # a group of rows is held out or it is not
        rows = rows.sort_values("held", kind="stable", ignore_index=True)
    blocks = deal(rows, schema, kind, group_rows(len(rows)))
    blocks = keep(blocks, np.arange(blocks.number) >= blocks.number - MAX_BLOCKS)
    blocks = whole(blocks, float(np.median(blocks.rows_B)) if blocks.number else 0.0)
    held = rows[rows["held"]]
    if held.empty:
        raise DataError("no row was held out", allowed=" or ".join(HELD_OUT), where="params.yaml: split")
    scores_N, z_NK = read_rows(model, held[names])
    features = Features.fit(model, rows, z_NK, config)
    of_H = blocks.of_N[rows["held"].to_numpy()]
    held_rows_B = np.bincount(of_H[of_H >= 0], minlength=blocks.number)
    held_B = held_rows_B >= 0.5 * np.median(held_rows_B[held_rows_B > 0])
    of_H = np.where((of_H >= 0) & held_B[of_H], of_H, -1)
    sums_BF = features.column_sums(rows, blocks.of_N, blocks.number)
    sums_BF += features.model_sums(scores_N, z_NK, of_H, blocks.number)
    return Reference(
        content_digest=model.content_digest,
        kind=kind,
        features=features,
        start_B=blocks.start_B,
        rows_B=blocks.rows_B,
        held_B=held_B,
        sums_BF=sums_BF.astype(np.float32),
        span=(rows[schema.time].min().isoformat(), rows[schema.time].max().isoformat()),
    )


def read_reference_rows(path: Path, schema: TableSchema, split: SplitConfig) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the rows of training, validation and calibration, and which of them the network was not fitted to."""
    names = [schema.time, *schema.keys, *(column.name for column in schema.inputs)]
    frame = read_columns(path, names)
    roles = assign_roles(frame, schema, split)
    known = roles.isin(("train", *HELD_OUT))
    return frame[known], roles[known].isin(HELD_OUT).to_numpy()
