"""A source is opened as what it is."""

import pytest

from vaegis.errors import ArtifactError
from vaegis.project.open import open_source, repository_root
from vaegis.project.table import OpenedTable


def test_nothing_there_is_one_line(tmp_path):
    with pytest.raises(
        ArtifactError, match=r"gone\.csv does not exist; allowed: a CSV or Parquet file, .*; change: SOURCE"
    ):
        open_source(tmp_path / "gone.csv", "x")


def test_a_file_is_a_table(jobs_csv):
    assert isinstance(open_source(jobs_csv, "jobs"), OpenedTable)


def test_a_repository_is_known_by_its_settings(tmp_path):
    assert repository_root(tmp_path) is None
    (tmp_path / "feature_repo").mkdir()
    (tmp_path / "feature_repo/feature_store.yaml").write_text("project: x\n")
    assert repository_root(tmp_path) == tmp_path / "feature_repo"
    assert repository_root(tmp_path / "feature_repo") == tmp_path / "feature_repo"
