"""Downloads: verified, cached, never replaced by something else."""

import hashlib
import io
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from vaegis.data.artifact import cache_folder, fetch
from vaegis.errors import ArtifactError


def test_a_download_is_verified_and_kept(index):
    found = fetch(index.artifact)
    assert found == index.cached
    assert found.read_bytes() == index.wheel.read_bytes()
    index.wheel.unlink()
    assert fetch(index.artifact) == found  # no index needed any more


def test_a_damaged_file_in_the_cache_is_fetched_anew(index):
    index.cached.parent.mkdir(parents=True)
    index.cached.write_bytes(b"half")
    assert fetch(index.artifact).read_bytes() == index.wheel.read_bytes()


def test_other_bytes_are_refused_and_not_kept(index):
    expected = replace(index.artifact, sha256="0" * 64)
    with pytest.raises(ArtifactError, match=f"has sha256 {index.artifact.sha256}; allowed: 0000"):
        fetch(expected)
    assert not index.cached.exists()
    assert list(index.cached.parent.iterdir()) == []


def test_a_package_that_is_not_there_is_one_line(index):
    index.wheel.unlink()
    with pytest.raises(
        ArtifactError, match=r"windy==1.0 could not be downloaded .*No matching distribution.*; change:"
    ):
        fetch(index.artifact)


def test_an_index_out_of_reach_is_one_line(index, monkeypatch):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(ArtifactError, match=f"could not be downloaded .*put {index.artifact.filename} into"):
        fetch(index.artifact)


def test_another_file_name_is_named(index):
    with pytest.raises(ArtifactError, match=r"gave windy-1\.0-py3-none-any\.whl; allowed: breezy\.whl"):
        fetch(replace(index.artifact, filename="breezy.whl"))


def test_the_cache_follows_the_environment(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache_folder() == Path("/somewhere/vaegis/artifacts")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "vaegis" / "artifacts"


@pytest.fixture
def sdist(index, tmp_path):
    """A source distribution whose setup.py leaves a trace."""
    path, ran = index.folder / "windy-1.0.tar.gz", tmp_path / "ran"
    setup = f"from setuptools import setup\nopen({str(ran)!r}, 'w').close()\nsetup(name='windy', version='1.0')\n"
    files = {
        "setup.py": setup,
        "PKG-INFO": "Metadata-Version: 2.1\nName: windy\nVersion: 1.0\n",
    }
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"windy-1.0/{name}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return replace(index.artifact, filename=path.name, sha256=digest), ran


def test_a_source_distribution_is_fetched_as_it_is_beside_a_wheel(index, sdist):
    artifact, _ = sdist
    assert fetch(artifact).read_bytes() == (index.folder / artifact.filename).read_bytes()


def test_code_of_other_bytes_never_runs(sdist):
    artifact, ran = sdist
    with pytest.raises(ArtifactError, match=f"has sha256 {artifact.sha256}; allowed: 0000"):
        fetch(replace(artifact, sha256="0" * 64))
    assert not ran.exists()
