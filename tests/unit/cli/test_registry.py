import pytest
from mlflow.exceptions import MlflowException

from vaegis.errors import ArtifactError


def test_the_database_refuses_until_it_is_unprotected(champions, vaegis):
    assert vaegis("registry", "protect", "--json")["protected"] is True
    with pytest.raises(MlflowException, match="vaegis: this alias is moved by a promotion only"):
        champions.client.set_registered_model_alias("machines", "champion", "1")
    assert "takes writes from anybody again" in vaegis("registry", "unprotect")
    champions.client.set_registered_model_alias("machines", "champion", "1")


def test_no_database_is_one_line_and_none_is_made(tmp_path, monkeypatch, vaegis):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArtifactError, match="there is no database"):
        vaegis("registry", "protect", "--database", f"sqlite:///{tmp_path}/none.db")
    assert not (tmp_path / "none.db").exists()
