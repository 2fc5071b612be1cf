from pathlib import Path

import pytest

from vaegis.errors import DataError, ServiceError
from vaegis.feature_store.answering import answering


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.setenv("STORE_PASSWORD", "topsecret")
    monkeypatch.delenv("UNSET_ONE", raising=False)
    text = "path: ${PWD}/data\nonline_store: {password: '${STORE_PASSWORD}', host: $UNSET_ONE}\n"
    (tmp_path / "feature_store.yaml").write_text(text)
    return tmp_path


def test_a_driver_s_error_is_one_line_without_what_variables_hold(repository):
    with pytest.raises(ServiceError) as caught, answering("online store", repository):
        raise RuntimeError("no login for me:topsecret.\n  and more\n  lines")
    told = "the online store does not take what is published (RuntimeError: no login for me:${STORE_PASSWORD})"
    file = repository / "feature_store.yaml"
    assert str(caught.value) == f"{told}; change: {file}, or start the store; then repeat"
    assert isinstance(caught.value.__cause__, RuntimeError)


def test_the_folder_is_no_secret(repository, monkeypatch):
    monkeypatch.setenv("PWD", str(repository))
    with pytest.raises(ServiceError, match=f"OSError: no room in {repository}"), answering("registry", repository):
        raise OSError(f"no room in {repository}")


def test_errors_of_ours_and_none_pass(repository):
    with answering("registry", Path("nowhere")):
        pass
    with pytest.raises(DataError, match="two rows"), answering("registry", repository):
        raise DataError("two rows of one name")
