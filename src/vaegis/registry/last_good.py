"""The last model that passed every check, kept in a folder of the caller's: it answers when the registry's does not."""

import hashlib
import logging
from pathlib import Path
from typing import Any, Final

from vaegis.bundle import read_bundle
from vaegis.durable import read_json, replacing, write_json
from vaegis.errors import ArtifactError, ConfigError, ServiceError, VaegisError
from vaegis.fitted.model import FittedModel
from vaegis.registry.address import tracking_uri
from vaegis.registry.download import Verified, fetch_verified, require_not_revoked
from vaegis.registry.ledger import Ledger

_LOG: Final = logging.getLogger(__name__)
_RECORD: Final = "verified.json"


def load_registered(address: str, keep_last_good: str | Path | None = None) -> FittedModel:
    """Load `models:/NAME@ALIAS` or `models:/NAME/VERSION`, all its bytes checked against the audit log.

    With a folder `keep_last_good`, what loads is kept there, and is loaded again, with a warning, when the registry's
    own is refused or does not answer. A revoked one never is.

    Raises:
        ConfigError: the address has another form.
        ArtifactError: it is missing, or a file, tag, alias or log entry was altered.
        RefusedError: it was revoked.
        ServiceError: MLflow does not answer.
    """
    folder = (
        Path(keep_last_good).expanduser() / hashlib.sha256(address.encode()).hexdigest()[:16]
        if keep_last_good
        else None
    )
    try:
        found = fetch_verified(address)
        model = FittedModel.open(found.bundle, address)
    except ConfigError:
        raise
    except VaegisError as error:
        if folder is None or not (folder / _RECORD).is_file():
            raise
        kept, record = _kept(folder, error)
        _LOG.warning(
            "%s is refused, so the last good one answers: version %s, content %s, verified %s; %s",
            address, record["version"], kept.content_digest[:12], record["time"], error,
        )  # fmt: skip
        return kept
    if folder is not None:
        _keep(folder, address, found)
    return model


def _keep(folder: Path, address: str, found: Verified) -> None:
    """Keep a verified bundle, unless it is the one that is kept."""
    digest = found.bundle.content_digest
    record = folder / _RECORD
    if record.is_file() and read_json(record).get("content_digest") == digest:
        return
    with replacing(folder) as temporary:
        bundle = temporary / "bundle"
        bundle.mkdir(parents=True)
        for name, content in found.files.items():
            (bundle / name).write_bytes(content)
        said: dict[str, Any] = {"address": address, "model": found.model, "version": found.version}
        vouching = found.record or found.entry
        write_json(
            temporary / _RECORD,
            {**said, "content_digest": digest, "entry": vouching.digest, "time": vouching.time},
        )


def _kept(folder: Path, refusal: VaegisError) -> tuple[FittedModel, dict[str, Any]]:
    """Return the kept model, if it is whole and nobody has revoked it meanwhile; else raise the refusal."""
    record = read_json(folder / _RECORD)
    try:
        ledger = Ledger.read(tracking_uri())
    except (ArtifactError, ServiceError):
        # The log itself was tampered with or is out of reach: what it said when this one was kept is all there is.
        ledger = Ledger(())
    try:
        require_not_revoked(ledger, record["model"], record["version"], record["content_digest"])
        bundle = read_bundle(folder / "bundle")
    except VaegisError as error:
        raise type(refusal)(f"{refusal}; and the last good one: {error}") from None
    if bundle.content_digest != record["content_digest"]:
        raise type(refusal)(f"{refusal}; and the last good one in {folder} was altered")
    return FittedModel.open(bundle, str(folder)), record
