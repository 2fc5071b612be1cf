"""What `monitor` and `retrain` work with: a version with its reference, and new rows. Imports torch and mlflow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

from vaegis import paths
from vaegis.cli.model import chosen_address, read_table
from vaegis.config.load import load_section
from vaegis.config.monitor import MonitorConfig
from vaegis.config.pull import PullConfig
from vaegis.durable import read_json
from vaegis.errors import ArtifactError
from vaegis.fitted.model import FittedModel
from vaegis.monitoring.reference import Reference
from vaegis.monitoring.state import State
from vaegis.monitoring.watch import Watch


def open_watch(address: str, folder: Path) -> tuple[str, Watch]:
    """Open the model at `address`, or the champion, with its reference; return the address, too.

    Raises:
        ArtifactError: there is none, or the version carries no reference and the project holds none of it.
    """
    chosen = chosen_address(address)
    model, reference = _registered(chosen) if chosen.startswith("models:/") else _bundle(Path(chosen))
    if reference is None:
        where = "`vaegis repro` of this vaegis registers one with each new version"
        raise ArtifactError(f"{chosen} carries no reference to hold new rows against", where=where)
    config = load_section("monitor", MonitorConfig) if paths.PARAMS.is_file() else MonitorConfig()
    return chosen, Watch(model=model, reference=reference, config=config, folder=folder / model.content_digest[:12])


def new_rows(watch: Watch, file: Path | None, start: str, stop: str) -> pd.DataFrame:
    """Return rows of a file, or of the feature store; without a start, those after the last day that was judged."""
    return read_new_rows(file, start or _after(watch), stop)


def read_new_rows(file: Path | None, start: str, stop: str) -> pd.DataFrame:
    """Return rows of a file, or all of the feature store's from `start` until before `stop`."""
    if file is not None:
        return read_table(file)
    from vaegis.feature_store.pull import pull  # noqa: PLC0415 - feast, seconds

    section = replace(load_section("pull", PullConfig), start=start, end=stop, max_rows=0)
    return pull(paths.FEATURE_REPO, section).rows.to_pandas()


def _after(watch: Watch) -> str:
    """Return the day after the last one that was judged, or that the reference holds."""
    state = State.load(watch.folder, watch.model.content_digest)
    last = max([*state.seen, int(watch.reference.start_B[-1])]) if watch.reference.kind == "day" else 0
    return (datetime.fromtimestamp(0, UTC) + timedelta(days=last + 1)).date().isoformat() if last else ""


def _registered(address: str) -> tuple[FittedModel, Reference | None]:
    from vaegis.registry.download import fetch_verified  # noqa: PLC0415 - mlflow only where an address needs it
    from vaegis.registry.model import REFERENCE  # noqa: PLC0415

    found = fetch_verified(address)
    model = FittedModel.open(found.bundle, address)
    if REFERENCE in found.files:
        return model, Reference.parse(found.files[REFERENCE], f"{address}: {REFERENCE}")
    return model, _own(model)


def _bundle(folder: Path) -> tuple[FittedModel, Reference | None]:
    model = FittedModel.load(folder)
    beside = folder / "reference.safetensors"
    return model, Reference.load(beside) if beside.is_file() else _own(model)


def _own(model: FittedModel) -> Reference | None:
    """Return the project's own reference if it is this model's: versions of an older vaegis carry none."""
    if not paths.MODEL_REFERENCE.is_file():
        return None
    reference = Reference.load(paths.MODEL_REFERENCE)
    return reference if reference.content_digest == model.content_digest else None


def latest(folder: Path) -> dict[str, str]:
    """Return what `monitor` last wrote below `folder`.

    Raises:
        ArtifactError: nothing was monitored yet.
    """
    file = folder / "latest.json"
    if not file.is_file():
        raise ArtifactError(f"{file} does not exist", where="run `vaegis monitor` first")
    return dict(read_json(file))


def model_name(address: str) -> str:
    """Return the registered model's name, or the bundle folder's."""
    if address.startswith("models:/"):
        return address.removeprefix("models:/").partition("@")[0].partition("/")[0]
    return Path(address).name
