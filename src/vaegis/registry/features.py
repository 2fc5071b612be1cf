"""What a model makes of rows, given back to the feature store: by stage `publish` and by the command. N rows."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tqdm import tqdm  # type: ignore[import-untyped]

from vaegis import paths
from vaegis.config.load import load_section
from vaegis.config.publish import PublishConfig
from vaegis.config.pull import PullConfig
from vaegis.errors import DataError, RefusedError
from vaegis.feature_store.publish import publish, service_name
from vaegis.fitted.model import FittedModel
from vaegis.registry.download import fetch_verified
from vaegis.registry.names import CHAMPION
from vaegis.registry.published import kept_back
from vaegis.registry.revocation import require_standing
from vaegis.serving.latents import parts_of, write_latents
from vaegis.serving.pieces import Pieces

_LOG = logging.getLogger(__name__)


class RowsError(DataError):
    """The rows are not those that the model reads."""


def give_back(
    model: FittedModel, address: str, version: str, pieces: Pieces, tell: Callable[[int], None] = lambda rows: None
) -> dict[str, Any]:
    """Write latents, score, p-value and version of rows to Feast; a killed run is taken up where it was.

    Args:
        model: what encodes.
        address: where it was found.
        version: what it is called: `NAME/NUMBER`.
        pieces: the rows.
        tell: is told how many rows were done since.

    Returns:
        What stands in the store now, as plain JSON.

    Raises:
        RowsError: the rows lack a key, a time or a column, or hold what the model's contract refuses.
        DataError: the store's settings are wrong, or rows repeat a name.
        RefusedError: the model's content was revoked.
        ServiceError: a store does not answer.
    """
    require_standing(model.content_digest, address)
    config, pull = load_section("publish", PublishConfig), load_section("pull", PullConfig)
    repository = Path(pull.repository) if pull.repository else paths.FEATURE_REPO
    state = paths.FEAST_STATE if pull.repository or _is_workspace(Path.cwd()) else None
    parts = parts_of(model, pieces, version, paths.PUBLISHED / service_name(model.schema))
    with parts.until_used():
        try:
            resumed = write_latents(model, pieces, version, parts, tell)
        except DataError as error:
            raise RowsError(str(error)) from None
        files = parts.files(pieces.count)
        done = publish(repository, state, model.schema, files, version, paths.PUBLISHED, online=config.online)
    return {
        "model": address,
        "version": version,
        "content_digest": model.content_digest,
        "rows": pieces.total,
        "rows_of_version": done.rows,
        "resumed_parts": resumed,
        "online": done.online,
        "project": done.project,
        "service": done.name,
        "repository": str(done.repository),
    }


def _is_workspace(folder: Path) -> bool:
    """Whether it is one: it shares names with the project above, so what is in stores of a server is left to that."""
    return folder.parent.name == paths.WORKSPACES.name and (folder.parents[1] / paths.PARAMS).is_file()


def give_back_of_champion(name: str) -> dict[str, Any]:
    """Have the champion of model `name` give back the validated rows.

    A champion that cannot read them, since the contract is another now, or that was revoked is a result, with its
    reason.
    """
    address = f"models:/{name}@{CHAMPION}"
    try:
        found = fetch_verified(address)
        model, pieces = FittedModel.open(found.bundle, address), Pieces.of(paths.CLEAN_ROWS)
        with tqdm(total=pieces.total, unit="row", unit_scale=True, disable=None, leave=False) as bar:
            done = give_back(model, address, f"{name}/{found.version}", pieces, bar.update)
    except (RowsError, RefusedError) as error:
        _LOG.warning("nothing is published: %s", error)
        return kept_back(str(error))
    told = f"{done['rows']:,} rows by {done['version']}"
    _LOG.info("%s in feature service %s, %d entities online", told, done["service"], done["online"])
    return {"published": True, "reason": "", **done}
