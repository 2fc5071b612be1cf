"""Which version is watched: a model with the reference that new rows are held against. Imports torch."""

from pathlib import Path

from vaegis import paths
from vaegis.config.load import load_section
from vaegis.config.monitor import MonitorConfig
from vaegis.durable import read_json
from vaegis.errors import ArtifactError
from vaegis.fitted.model import FittedModel
from vaegis.monitoring.reference import Reference
from vaegis.monitoring.watch import Watch
from vaegis.registry.address import chosen_address


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
    place = folder / model.content_digest[:12]
    return chosen, Watch(model=model, reference=reference, config=monitor_config(), folder=place)


def monitor_config() -> MonitorConfig:
    """Return params.yaml's section, or what it is by default where there is no such file."""
    return load_section("monitor", MonitorConfig) if paths.PARAMS.is_file() else MonitorConfig()


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
        ArtifactError: nothing was monitored yet, or the file is torn.
    """
    file = folder / "latest.json"
    if not file.is_file():
        raise ArtifactError(f"{file} does not exist", where="run `vaegis monitor` first")
    try:
        held = dict(read_json(file))
        return {name: str(held[name]) for name in ("model", "folder", "content_digest", "moment")}
    except (ArtifactError, KeyError, TypeError, ValueError):
        raise ArtifactError(
            f"{file} was cut short or edited", where="run `vaegis monitor`: it writes it anew"
        ) from None


def model_name(address: str) -> str:
    """Return the registered model's name, or the bundle folder's."""
    if address.startswith("models:/"):
        return address.removeprefix("models:/").partition("@")[0].partition("/")[0]
    return Path(address).name
