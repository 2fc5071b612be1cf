import shutil

import pytest
from mlflow import MlflowClient

from vaegis.errors import ArtifactError, ConfigError


@pytest.fixture
def registry(here, migrated_database):
    """Register two versions in the project's own database."""
    (here / "mlruns").mkdir()
    shutil.copy(migrated_database, here / "mlruns/mlflow.db")
    (here / "params.yaml").write_text("register: {model: machines}\n")
    uri = f"sqlite:///{here}/mlruns/mlflow.db"
    client = MlflowClient(uri, registry_uri=uri)
    client.create_registered_model("machines")
    for verdict, reasons in (("promoted", ""), ("refused", "active units: 0 is not at least 2")):
        tags = {"vaegis.verdict": verdict, "vaegis.reasons": reasons, "vaegis.content_digest": "ab" * 32}
        client.create_model_version("machines", source=str(here / "bundle"), tags=tags)
    client.set_registered_model_alias("machines", "champion", "1")
    client.set_registered_model_alias("machines", "challenger", "2")


def test_versions_newest_first_with_aliases_and_verdicts(registry, vaegis):
    shown = vaegis("show", "--json")
    assert shown["aliases"] == {"champion": "1", "challenger": "2"}
    assert [(item["version"], item["aliases"], item["verdict"]) for item in shown["versions"]] == [
        ("2", ["challenger"], "refused"),
        ("1", ["champion"], "promoted"),
    ]
    assert "active units: 0 is not at least 2" in vaegis("show", "machines")


def test_version_behind_an_alias(registry, vaegis):
    assert vaegis("show", "machines", "--alias", "champion") == "1\n"
    with pytest.raises(ArtifactError, match="machines has no alias 'previous'; allowed: challenger, champion"):
        vaegis("show", "machines", "--alias", "previous")


def test_unknown_model_is_said(registry, vaegis):
    with pytest.raises(ArtifactError, match=r"others is not registered in sqlite:///.*; change: make repro"):
        vaegis("show", "others")


def test_no_database_is_said_and_none_made(here, vaegis):
    with pytest.raises(ArtifactError, match="machines is not registered"):
        vaegis("show", "machines")
    assert not (here / "mlruns").exists()


def test_impossible_address_is_said(here, vaegis, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "mlruns")
    with pytest.raises(ConfigError, match="MLFLOW_TRACKING_URI is 'mlruns'"):
        vaegis("show", "machines")
