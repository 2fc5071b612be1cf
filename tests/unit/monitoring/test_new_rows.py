from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from vaegis.errors import ArtifactError, ConfigError, DataError
from vaegis.monitoring.new_rows import judged, read_new_rows
from vaegis.monitoring.watched import open_watch


@pytest.fixture
def asked(monkeypatch):
    """Return what the store is asked for; it answers with no rows."""
    import vaegis.feature_store.pull as feature_store

    asked = []
    table = SimpleNamespace(rows=SimpleNamespace(to_pandas=pd.DataFrame))
    monkeypatch.setattr(feature_store, "pull", lambda folder, config: asked.append(config) or table)
    Path("params.yaml").write_text("pull: {max_rows: 10}\n")
    return asked


def test_a_file_s_rows_are_read_as_they_are(known):
    known.save(Path("bundle/reference.safetensors"))
    _, watch = open_watch("bundle", Path("monitoring"))
    assert len(read_new_rows(watch.model.schema, Path("rows.parquet"), "", "")) == 200


def test_days_cut_a_file_s_rows_too(known):
    known.save(Path("bundle/reference.safetensors"))
    schema = open_watch("bundle", Path("monitoring"))[1].model.schema
    found = read_new_rows(schema, Path("rows.parquet"), "2014-01-02", "2014-01-04")
    assert sorted(found["at"].dt.day.unique()) == [2, 3]
    with pytest.raises(DataError, match="the batch holds no rows"):
        judged(open_watch("bundle", Path("monitoring"))[1], Path("rows.parquet"), "2030-01-01", "")


@pytest.mark.parametrize(
    ("start", "stop", "said"), [("2015-99-99", "", "--start is '2015-99-99'"), ("", "soon", "--stop is 'soon'")]
)
def test_a_day_that_is_none_is_one_line(known, start, stop, said):
    known.save(Path("bundle/reference.safetensors"))
    with pytest.raises(ConfigError, match=f"{said}; allowed: a day such as 2015-03-01"):
        judged(open_watch("bundle", Path("monitoring"))[1], Path("rows.parquet"), start, stop)


@pytest.mark.parametrize(
    ("file", "start", "stop", "said"),
    [
        ("rows.parquet", "2014-01-04", "2014-01-02", "--stop 2014-01-02 is not after --start 2014-01-04"),
        (None, "2014-03-04", "2014-03-04", "--stop 2014-03-04 is not after --start 2014-03-04"),
        (None, "", "2014-01-02", "--stop 2014-01-02 is not after 2014-02-10, the first that was not judged yet"),
    ],
)
def test_a_span_that_ends_before_it_starts_names_the_options(known, file, start, stop, said):
    known.save(Path("bundle/reference.safetensors"))
    _, watch = open_watch("bundle", Path("monitoring"))
    with pytest.raises(ConfigError, match=f"{said}; allowed: a later day; change: --start and --stop"):
        judged(watch, file and Path(file), start, stop)


def test_a_folder_of_rows_is_called_one(known):
    known.save(Path("bundle/reference.safetensors"))
    with pytest.raises(ArtifactError, match="bundle is a folder; allowed: a Parquet file; change: --rows"):
        judged(open_watch("bundle", Path("monitoring"))[1], Path("bundle"), "", "")


def test_the_store_is_not_asked_for_new_rows_of_a_table_without_times(known):
    moment = "2000-01-01T00:00:00+00:00"
    replace(known, kind="rows", span=(moment, moment)).save(Path("bundle/reference.safetensors"))
    with pytest.raises(ConfigError, match=r"no time, so the store cannot say which are new; .*change: --rows FILE"):
        judged(open_watch("bundle", Path("monitoring"))[1], None, "", "")


def test_groups_of_rows_go_on_after_the_newest_row(known, asked):
    replace(known, kind="rows", span=("2014-01-01T00:00:00+00:00", "2014-01-09T07:00:00+00:00")).save(
        Path("bundle/reference.safetensors")
    )
    with pytest.raises(DataError, match="the batch holds no rows"):
        judged(open_watch("bundle", Path("monitoring"))[1], None, "", "")
    assert asked[0].start == "2014-01-09T07:00:00.000001+00:00"


def test_a_store_without_newer_rows_is_no_data(known, monkeypatch):
    import vaegis.feature_store.pull as feature_store
    from vaegis.feature_store.spine import NoRowsError

    def pull(folder, config):
        raise NoRowsError("view v holds no rows in the range asked for")

    monkeypatch.setattr(feature_store, "pull", pull)
    known.save(Path("bundle/reference.safetensors"))
    Path("params.yaml").write_text("pull: {max_rows: 10}\n")
    [record] = judged(open_watch("bundle", Path("monitoring"))[1], None, "", "")
    assert (record["status"], record["exit_code"]) == ("no data", 10)
    assert record["sentence"] == "no row came from 2014-02-10 on"


def test_batches_of_a_run_that_told_nobody_come_first(known, monkeypatch, make_machines):
    import vaegis.feature_store.pull as feature_store
    from vaegis.feature_store.spine import NoRowsError

    rows = make_machines(24 * 14, seed=3, start="2014-06-01")
    arrived = [rows.head(24 * 7)]

    def pull(folder, config):
        new = [table for table in arrived if str(table["at"].max()) >= config.start]
        if not new:
            raise NoRowsError("view v holds no rows in the range asked for")
        return SimpleNamespace(rows=SimpleNamespace(to_pandas=lambda: new[-1]))

    monkeypatch.setattr(feature_store, "pull", pull)
    known.save(Path("bundle/reference.safetensors"))
    Path("params.yaml").write_text("pull: {max_rows: 10}\n")
    _, watch = open_watch("bundle", Path("monitoring"))
    (first,) = judged(watch, None, "", "")
    (again,) = judged(watch, None, "", "")
    assert again == {**first, "repeated": True}, "and not that no row came"
    arrived.append(rows.tail(24 * 7))
    both = judged(watch, None, "", "")
    assert [(record["digest"] == first["digest"], record["repeated"]) for record in both] == [
        (True, True),
        (False, False),
    ]


def test_the_store_is_asked_from_the_day_after_the_last(known, asked):
    known.save(Path("bundle/reference.safetensors"))
    _, watch = open_watch("bundle", Path("monitoring"))
    for days in (("", "2014-03-01"), ("2014-02-20", "")):
        with pytest.raises(DataError, match="the batch holds no rows"):
            judged(watch, None, *days)
    assert [(item.start, item.end, item.max_rows) for item in asked] == [
        ("2014-02-10", "2014-03-01", 0),
        ("2014-02-20", "", 0),
    ]
