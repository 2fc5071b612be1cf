import tracemalloc
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from vaegis.config.split import SplitConfig
from vaegis.errors import DataError
from vaegis.evaluation.rows import digest_rows, load_rows, thin, varies


def test_roles_are_disjoint_and_the_test_is_the_later_year(rows):
    spans = [set(frame["at"]) for frame in (rows.train, rows.calibration, rows.test)]
    assert not spans[0] & spans[1]
    assert not (spans[0] | spans[1]) & spans[2]
    assert rows.test["at"].min() >= pd.Timestamp("2015-01-01", tz="UTC")


def test_calibration_holds_no_labelled_row(rows):
    assert rows.calibration[["stopped", "outage"]].to_numpy().sum() == 0


def test_normal_rows_are_those_without_a_label(rows):
    labelled = (rows.test[["stopped", "outage"]] > 0).any(axis=1).to_numpy()
    assert labelled.any()
    assert (rows.normal == ~labelled).all()


def test_thinned_test_rows_are_whole_days_of_every_entity(rows):
    sizes = rows.test.groupby(["machine", rows.test["at"].dt.floor("D")]).size()
    assert len(rows.test) <= 1500
    assert set(sizes.iloc[1:-1]) == {24}
    assert rows.test.groupby(rows.test["at"].dt.floor("D"))["machine"].nunique().eq(2).all()


def test_thin_keeps_the_ends():
    assert thin(pd.DataFrame({"x": range(101)}), 11)["x"].tolist() == list(range(0, 101, 10))


def test_digest_sees_values_and_order(rows):
    few = rows.test.head(50)
    assert digest_rows(few) == digest_rows(few.copy())
    assert digest_rows(few) != digest_rows(few.iloc[::-1])
    assert digest_rows(few) != digest_rows(few.assign(heat_c=few["heat_c"] + 1e-9))


def test_description_names_the_rows(rows):
    about = rows.describe()
    assert about["rows"] == len(rows.test)
    assert about["rows_digest"] == digest_rows(rows.test)
    assert about["normal_rows"] < about["rows"]


def test_a_split_without_test_rows_is_refused(project, world):
    with pytest.raises(DataError, match="no test rows"):
        load_rows(project / "data/validated/clean.parquet", world.SCHEMA, SplitConfig(test_from="2030-01-01"), 100)


def test_events_are_thinned_by_row(project, world):
    schema = replace(world.SCHEMA, cadence_seconds=None)
    test = load_rows(project / "data/validated/clean.parquet", schema, world.SPLIT, 300).test
    assert len(test) == 300
    assert test.groupby("machine")["at"].apply(lambda at: at.dt.floor("D").nunique()).min() > 30


def test_training_rows_that_do_not_fit_are_whole_days_drawn_the_same_each_time(project, world, rows, monkeypatch):
    monkeypatch.setattr("vaegis.evaluation.rows.TRAIN_ROWS", 1_000)
    few, again = (load_rows(project / "data/validated/clean.parquet", world.SCHEMA, world.SPLIT, 1500) for _ in "ab")
    assert 900 < len(few.train) <= 1_000 < len(rows.train)
    assert few.train.groupby(few.train["at"].dt.floor("D")).size().eq(48).all()
    assert few.train.equals(again.train)
    assert few.test.equals(rows.test)
    order = [*world.SCHEMA.keys, world.SCHEMA.time]
    whole = pd.concat(list(few.train_parts())).sort_values(order, ignore_index=True)
    assert len(whole.compare(rows.train)) == 0
    assert len(few.train.merge(rows.train)) == len(few.train)


def test_of_events_rows_are_drawn(project, world, monkeypatch):
    monkeypatch.setattr("vaegis.evaluation.rows.TRAIN_ROWS", 700)
    schema = replace(world.SCHEMA, cadence_seconds=None)
    train = load_rows(project / "data/validated/clean.parquet", schema, world.SPLIT, 300).train
    assert len(train) == 700
    assert train["at"].is_monotonic_increasing or train.groupby("machine")["at"].is_monotonic_increasing.all()
    assert train["at"].dt.floor("D").nunique() > 30


def test_rows_out_of_order_are_the_same_rows(project, world, rows, tmp_path, monkeypatch):
    mixed = world.make_rows().sample(frac=1.0, random_state=0)
    mixed.to_parquet(tmp_path / "mixed.parquet", index=False)
    for train_rows in (500_000, 1_000):
        monkeypatch.setattr("vaegis.evaluation.rows.TRAIN_ROWS", train_rows)
        sorted_file = load_rows(project / "data/validated/clean.parquet", world.SCHEMA, world.SPLIT, 1500)
        found = load_rows(tmp_path / "mixed.parquet", world.SCHEMA, world.SPLIT, 1500)
        for role in ("train", "calibration", "test", "validation"):
            pd.testing.assert_frame_equal(getattr(found, role), getattr(sorted_file, role))
        assert found.describe() == rows.describe()
        order = [*world.SCHEMA.keys, world.SCHEMA.time]
        parts = [
            pd.concat(list(some.train_parts())).sort_values(order, ignore_index=True) for some in (found, sorted_file)
        ]
        pd.testing.assert_frame_equal(*parts)


def peak_bytes(call) -> int:
    """Return what Python, NumPy and pandas had allocated at most, and what Arrow had from a pool that few use."""
    pool, usual = pa.system_memory_pool(), pa.default_memory_pool()
    pa.set_memory_pool(pool)
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1] + pool.max_memory()
    finally:
        tracemalloc.stop()
        pa.set_memory_pool(usual)


@pytest.mark.parametrize(("cadence", "split"), [(3600.0, "time"), (None, "time"), (None, "entity")])
def test_a_further_row_costs_a_few_bytes(make_machines, machine_schema, tmp_path, monkeypatch, cadence, split):
    monkeypatch.setattr("vaegis.data.stream.BATCH_ROWS", 4_096)
    monkeypatch.setattr("vaegis.evaluation.rows.TRAIN_ROWS", 8_000)
    monkeypatch.setattr("vaegis.evaluation.rows.CALIBRATION_ROWS", 500)
    schema, peaks, sizes = replace(machine_schema, cadence_seconds=cadence), [], (40_000, 160_000)
    for size in sizes:
        machines = [make_machines(1_000).assign(machine=f"m{number:03d}") for number in range(size // 1_000)]
        frame, path = pd.concat(machines, ignore_index=True), tmp_path / f"{size}.parquet"
        frame.to_parquet(path, index=False, row_group_size=20_000)
        test_from = frame["at"].quantile(0.8).isoformat() if split == "time" else ""
        config = SplitConfig(by=split, test_from=test_from)
        peaks.append(peak_bytes(lambda path=path, config=config: load_rows(path, schema, config, 4_000)))
    assert (peaks[1] - peaks[0]) / (sizes[1] - sizes[0]) < 10


def test_rows_that_fit_are_all_there(rows):
    (whole,) = rows.train_parts()
    assert whole is rows.train


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, np.nan, 1.0], False),
        ([np.nan, 1.0, 2.0], True),
        (["a", None, "a"], False),
        (["a", "b", None], True),
        ([True, False], True),
        ([0.0, -0.0], False),
        ([None, None], False),
        ([], False),
    ],
)
def test_a_column_varies_if_two_values_differ(values, expected):
    column = pd.Series(values)
    assert varies(column) == (column.nunique() > 1) == expected
