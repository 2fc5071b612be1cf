"""What commands work with: a model at an address, and rows that are written to Parquet files."""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import vaegis
from vaegis.bundle import parse_bundle
from vaegis.data.origin import signed
from vaegis.durable import replacing
from vaegis.errors import ArtifactError
from vaegis.registry.address import chosen_address
from vaegis.serving.scored import Judge

if TYPE_CHECKING:
    from vaegis.fitted.model import FittedModel


def open_model(address: str) -> "tuple[str, FittedModel]":
    """Load the model at `address`, or the champion of params.yaml's model; return the address too."""
    chosen = chosen_address(address)
    return chosen, vaegis.load(chosen)


def open_judge(address: str) -> tuple[str, str, Judge]:
    """Load what scores rows: the fitted model, or its ONNX form where there is no torch.

    Returns:
        The address, the name and version it stood for when it was asked, the model.
    """
    if importlib.util.find_spec("torch") is not None:
        return open_version(address)
    from vaegis.serving.scorer import Scorer  # noqa: PLC0415 - onnxruntime

    found = _fetch(address)
    return found.address, found.name, Scorer.of(found.files, found.address)


def open_version(address: str) -> "tuple[str, str, FittedModel]":
    """Load the fitted model; return its address, and the name and version that it stood for."""
    origin, model = open_traced(address)
    return origin["model"], origin["version"], model


def open_traced(address: str) -> "tuple[dict[str, str], FittedModel]":
    """Load the fitted model; return what vouches for it, as `Fetched.origin` does."""
    from vaegis.fitted.model import FittedModel  # noqa: PLC0415 - torch

    found = _fetch(address)
    return found.origin, FittedModel.open(parse_bundle(found.files, found.address), found.address)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """Verified files of a model, and where they come from."""

    address: str
    name: str
    """Name and version that the address stood for."""
    files: Mapping[str, bytes]
    registered: Mapping[str, str] = field(default_factory=dict)
    """What the audit log says of the data: `lineage_key`, `data_fingerprint`; empty for a folder."""

    @property
    def origin(self) -> dict[str, str]:
        """Return it for a reader."""
        of_folder = "unknown: a bundle folder, no registered version"
        return {
            "model": self.address,
            "version": self.name,
            "lineage key": self.registered.get("lineage_key") or of_folder,
            "data fingerprint": self.registered.get("data_fingerprint") or of_folder,
        }


def _fetch(address: str) -> Fetched:
    chosen = chosen_address(address)
    if chosen.startswith("models:/"):
        from vaegis.registry.download import fetch_verified  # noqa: PLC0415 - mlflow only where an address needs it

        found = fetch_verified(chosen)
        name = f"{found.model}/{found.version}"
        return Fetched(address=chosen, name=name, files=found.files, registered=found.entry.body)
    folder = Path(chosen)
    if not folder.is_dir():
        raise ArtifactError(
            f"{chosen} does not exist", allowed="a bundle folder, or models:/NAME@ALIAS", where="--model"
        )
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    return Fetched(address=chosen, name=chosen, files=files)


def write_frame(path: Path, frame: pd.DataFrame, origin: Mapping[str, Any]) -> None:
    """Write a Parquet file atomically, with what is said of it."""
    with replacing(path) as temporary:
        pq.write_table(signed(pa.Table.from_pandas(frame, preserve_index=False), origin), temporary, compression="zstd")
