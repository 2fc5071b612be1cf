"""A version as a comparison needs it, from a real registry."""

import pytest

from vaegis.bundle import read_bundle
from vaegis.errors import ArtifactError, ConfigError
from vaegis.registry.stored_version import fetch_version


def test_bundle_code_and_facts_come_along(registered, tmp_path):
    _, registration = registered
    stored = fetch_version(f"models:/machines/{registration.version}", tmp_path)
    assert stored.label == f"machines version {registration.version}"
    assert read_bundle(stored.bundle).content_digest == registration.content_digest
    assert (stored.code / "vaegis/bundle/format.py").is_file()
    assert stored.facts["vaegis.content_digest"] == registration.content_digest
    assert stored.facts["train.epochs"].isdigit()
    assert "policy" not in stored.facts  # nobody has judged it yet


def test_what_is_not_there_is_one_line(registered, tmp_path):
    with pytest.raises(ArtifactError, match="models:/machines/77"):
        fetch_version("models:/machines/77", tmp_path)
    with pytest.raises(ConfigError, match="models:/machines is no address"):
        fetch_version("models:/machines", tmp_path)
