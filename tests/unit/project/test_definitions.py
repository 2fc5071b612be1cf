"""The feature definitions read like a person's, and Feast and ruff accept them."""

import subprocess
import sys
from pathlib import Path

import pytest

from vaegis.config.pull import PullConfig
from vaegis.contract import ColumnSpec
from vaegis.feature_store.pull import pull
from vaegis.feature_store.retrieve import TYPES as STORE_TYPES
from vaegis.project import definitions
from vaegis.project.derivation import derive_py
from vaegis.project.write import project_files

RUFF = Path(sys.executable).parent / "ruff"


def write(folder, survey):
    import pyarrow as pa
    import pyarrow.parquet as pq

    for name, text in project_files(survey).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    store = folder / "data/store"
    store.mkdir(parents=True)
    table = pa.Table.from_pandas(survey.frame, preserve_index=False)
    pq.write_table(table, store / f"{survey.name}.parquet")


@pytest.mark.parametrize("length", ["88", "120"])
def test_ruff_finds_nothing_to_change(tmp_path, jobs, length):
    text = definitions.features_py(jobs.blueprint)
    (tmp_path / "feature_repo").mkdir()
    (tmp_path / "feature_repo/features.py").write_text(text)
    (tmp_path / "feature_repo/derive.py").write_text(derive_py(jobs.blueprint.parts, "started"))
    for command in (["check"], ["format", "--check"]):
        told = subprocess.run(
            [RUFF, *command, "--isolated", "--no-cache", "--line-length", length, "."],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stdout


@pytest.mark.parametrize("name", ["jobs", "parts"])
def test_feast_delivers_the_contract_that_was_drawn_up(tmp_path, monkeypatch, request, name):
    survey = request.getfixturevalue(name)
    write(tmp_path, survey)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/feast").mkdir()
    pulled = pull(tmp_path / "feature_repo", PullConfig(service=survey.blueprint.service))
    ours, theirs = survey.blueprint.schema, pulled.schema
    assert pulled.rows.num_rows == len(survey.frame)
    assert (theirs.keys, theirs.time, theirs.cadence_seconds) == (ours.keys, ours.time, ours.cadence_seconds)
    for column in ours.columns:
        found = theirs.column(column.name)
        for field in ("dtype", "kind", "role", "unit", "minimum", "maximum", "max_missing"):
            assert getattr(found, field) == getattr(column, field), (column.name, field)
    assert theirs.derived == ours.derived


def test_tags_leave_out_what_is_not_known():
    column = ColumnSpec(name="a", dtype="float64", kind="numeric", role="feature", minimum=0.25, max_missing=0.0)
    assert definitions.tags_of(column) == {"kind": "numeric", "role": "feature", "min": "0.25", "max_missing": "0"}
    label = ColumnSpec(name="a", dtype="int64", kind="binary", role="label", level=("b", "c"))
    assert definitions.tags_of(label)["level"] == "b,c"


def test_a_key_named_as_python_names_something_else_is_no_trouble(jobs):
    from dataclasses import replace

    for name in ("class", "field", "jobs"):
        columns = tuple(
            replace(column, name=name) if column.name == "order_id" else column for column in jobs.blueprint.raw.columns
        )
        text = definitions.features_py(replace(jobs.blueprint, raw=replace(jobs.blueprint.raw, columns=columns)))
        assert f"\n{name}_entity = Entity(" in text
        assert f'join_keys=["{name}"]' in text
        compile(text, "features.py", "exec")


def test_the_store_is_named_after_the_project(jobs):
    assert "\nproject: jobs\n" in definitions.feature_store_yaml(jobs.blueprint)
    assert "sqlite:///${PWD}/data/feast/registry.db" in definitions.feature_store_yaml(jobs.blueprint)


def test_every_type_of_the_contract_has_one_of_feast():
    assert set(definitions.TYPES) == set(STORE_TYPES)
