"""A version enters the audit log: its content digest, and the digest of the manifest of all its files."""

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion

from vaegis.bundle import parse_bundle
from vaegis.errors import ArtifactError, VaegisError
from vaegis.governance.audit import REGISTERED
from vaegis.governance.entry import Entry
from vaegis.registry.address import without_credentials
from vaegis.registry.artifact_manifest import check_files, make_manifest, save_manifest
from vaegis.registry.journal import audit_log
from vaegis.registry.ledger import Ledger
from vaegis.registry.names import ARTIFACT_MANIFEST, CONTENT_DIGEST, DATA_FINGERPRINT, LINEAGE_KEY
from vaegis.registry.stored import BUNDLE, location, meta_of, stored_files
from vaegis.registry.versions import set_version_tags


def enrol(uri: str, client: MlflowClient, version: ModelVersion) -> Entry:
    """Record a version in the audit log, unless it stands there; repeating it changes nothing.

    What the log says of a version is never written anew: files altered since stay refused.

    Raises:
        ArtifactError: the files do not hold the content that the version is registered by.
    """
    name, number, digest = version.name, str(version.version), version.tags.get(CONTENT_DIGEST, "")
    where = location(client, name, number)
    entry = Ledger.read(uri).registration(name, number)
    # A lost database numbers its versions anew, and logs its models in new places.
    if entry is None or entry.body["location"] != without_credentials(where):
        entry = audit_log(uri).append(
            REGISTERED,
            {
                "model": name,
                "version": number,
                "content_digest": digest,
                "artifact_manifest": save_manifest(uri, _manifest(version, where, digest)),
                "location": without_credentials(where),
                "data_fingerprint": version.tags.get(DATA_FINGERPRINT, ""),
                "lineage_key": version.tags.get(LINEAGE_KEY, ""),
            },
        )
    if entry.body["content_digest"] == digest:
        set_version_tags(client, version, {ARTIFACT_MANIFEST: entry.body["artifact_manifest"]})
    return entry


def _manifest(version: ModelVersion, where: str, digest: str) -> dict[str, str]:
    name, number = version.name, str(version.version)
    try:
        with stored_files(where) as folder:
            meta = meta_of(name, number)
            manifest = make_manifest(folder, meta)
            files = check_files(folder, manifest, meta, keep=BUNDLE)
        found = parse_bundle(files, BUNDLE).content_digest
    except VaegisError as error:
        raise ArtifactError(f"{name} version {number} cannot be registered: {error}") from None
    if found != digest:
        what = f"{name} version {number} holds content {found[:12]}, but is called {digest[:12]}"
        raise ArtifactError(what, where="delete the version and run `dvc repro register`")
    return manifest
