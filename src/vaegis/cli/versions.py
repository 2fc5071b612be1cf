"""Open what a person names for a comparison: a bundle folder or a registry address."""

from collections.abc import Mapping
from pathlib import Path

from vaegis import paths
from vaegis.errors import ArtifactError
from vaegis.evaluation.comparison.ask import Contender


def open_version(address: str, folder: Path) -> tuple[Contender, Mapping[str, str]]:
    """Return a version to be asked, and what is known of where it comes from; downloads go to `folder`.

    Raises:
        ArtifactError: there is nothing at the address.
    """
    if address.startswith("models:/"):
        from vaegis.registry.stored_version import fetch_version  # noqa: PLC0415 - mlflow only where an address needs it

        folder.mkdir()
        stored = fetch_version(address, folder)
        return Contender(label=stored.label, bundle=stored.bundle, code=stored.code), stored.facts
    bundle = Path(address)
    if not (bundle / "bundle.json").is_file():
        raise ArtifactError(f"{address} holds no bundle", allowed="a bundle folder, models:/...", where="A or B")
    return Contender(label=address, bundle=bundle), _project_facts(bundle)


def _project_facts(bundle: Path) -> dict[str, str]:
    """Return what a project's own files say of its candidate, under the names that the registry uses."""
    if not (paths.CANDIDATE.is_dir() and bundle.resolve() == paths.CANDIDATE.resolve() and paths.METRICS.is_file()):
        return {}
    from vaegis.registry.evidence import logged_params  # noqa: PLC0415 - imports mlflow
    from vaegis.registry.facts import SOURCES, gather  # noqa: PLC0415
    from vaegis.registry.registration import run_tags  # noqa: PLC0415

    return {**run_tags(gather("train")), **logged_params(SOURCES["train"])}
