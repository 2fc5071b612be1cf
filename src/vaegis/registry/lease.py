"""The swap through a plain MLflow server, which knows no transaction: a lease on the model, then a look back."""

import time
from typing import Final

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from vaegis.errors import ArtifactError, RefusedError, ServiceError
from vaegis.registry.names import CONTENT_DIGEST, PROTECTED, TRANSACTION
from vaegis.registry.snapshot import aliases
from vaegis.registry.swap import Aliases, Swap, require_expected
from vaegis.registry.tracking import connect

LEASE: Final = "vaegis.lease"
LEASE_SECONDS: Final = 30.0
"""After which somebody else may take over a lease that was not given back."""
SETTLE_SECONDS: Final = 0.25
"""How long a lease is watched before it counts: two that were written in one moment see the later one."""


def swap_by_lease(uri: str, change: Swap) -> None:
    """Move the aliases while holding the lease, and look that they stand.

    Raises:
        RefusedError: somebody else holds the lease or moved the aliases.
        ArtifactError: the version is another one by now.
        ServiceError: the server does not answer, or somebody moved an alias in the same moment.
    """
    client = connect(uri)
    try:
        _take(client, change)
        try:
            _require_version(client, change)
            require_expected(change, _held(client, change.model))
            _move(client, change)
        finally:
            client.delete_registered_model_tag(change.model, LEASE)
    except MlflowException as error:
        raise ServiceError(f"the registry refused the move: {str(error).splitlines()[0]}") from None


def undo_if_partial(uri: str, change: Swap) -> bool:
    """Return whether the aliases of a move cut short stand where it wanted them; if not, put back those it did move."""
    client = connect(uri)
    held = _held(client, change.model)
    if held == change.after:
        return True
    for alias, version in change.expected.items():
        if alias in change.moves and held[alias] == change.after[alias]:
            _set(client, change.model, alias, version)
    return False


def _take(client: MlflowClient, change: Swap) -> None:
    held, _, until = client.get_registered_model(change.model).tags.get(LEASE, "").partition(" ")
    taken = RefusedError(f"{change.model} is being promoted by somebody else", where="repeat in half a minute")
    if held and held != change.mark and float(until or 0) > time.time():
        raise taken
    own = f"{change.mark} {time.time() + LEASE_SECONDS:.3f}"
    try:
        client.set_registered_model_tag(change.model, LEASE, own)
    except MlflowException:
        # Where there was no lease yet and two are written in one moment, the store may refuse the second.
        if LEASE in client.get_registered_model(change.model).tags:
            raise taken from None
        raise
    time.sleep(SETTLE_SECONDS)
    if client.get_registered_model(change.model).tags.get(LEASE) != own:
        raise taken


def _require_version(client: MlflowClient, change: Swap) -> None:
    found = client.get_model_version(change.model, change.version).tags.get(CONTENT_DIGEST)
    if found != change.content_digest:
        what = f"{change.model} version {change.version} has another content digest by now ({str(found)[:12]})"
        raise ArtifactError(what, where="`vaegis reconcile` shows what was changed")


def _held(client: MlflowClient, model: str) -> Aliases:
    held = aliases(client, model)
    return {alias: held.get(alias) for alias in PROTECTED}


def _move(client: MlflowClient, change: Swap) -> None:
    client.set_registered_model_tag(change.model, TRANSACTION, change.mark)
    for alias, version in reversed(change.moves.items()):  # the champion last: nobody is left without one
        _set(client, change.model, alias, version)
    if _held(client, change.model) != change.after:
        what = f"somebody moved an alias of {change.model} in the same moment"
        raise ServiceError(what, where=f"`vaegis reconcile {change.model}` shows where they stand")


def _set(client: MlflowClient, model: str, alias: str, version: str | None) -> None:
    if version is None:
        client.delete_registered_model_alias(model, alias)
    else:
        client.set_registered_model_alias(model, alias, version)
