from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from vaegis.cli.watched import judged, latest, model_name, open_watch, read_new_rows
from vaegis.errors import ArtifactError, ConfigError, DataError


@pytest.fixture
def reference(here, make_machines):
    from vaegis.config.reference import ReferenceConfig
    from vaegis.fitted.model import FittedModel
    from vaegis.monitoring.reference import make_reference

    rows = make_machines(24 * 40, seed=2)
    return make_reference(FittedModel.load("bundle"), rows, rows.index % 2 == 0, ReferenceConfig(bins=8, frequencies=8))


@pytest.fixture
def asked(monkeypatch):
    """Return what the store is asked for; it answers with no rows."""
    from types import SimpleNamespace

    import vaegis.feature_store.pull as feature_store

    asked = []
    table = SimpleNamespace(rows=SimpleNamespace(to_pandas=pd.DataFrame))
    monkeypatch.setattr(feature_store, "pull", lambda folder, config: asked.append(config) or table)
    Path("params.yaml").write_text("pull: {max_rows: 10}\n")
    return asked


def test_the_project_s_own_reference_serves_a_bundle_without_one(reference):
    reference.save(Path("models/candidate_reference.safetensors"))
    address, watch = open_watch("bundle", Path("monitoring"))
    assert address == "bundle"
    assert watch.folder == Path("monitoring") / watch.model.content_digest[:12]


def test_another_model_s_reference_is_none(reference, model_maker, make_machines, machine_schema):
    from vaegis.config.train import TrainConfig

    reference.save(Path("models/candidate_reference.safetensors"))
    model_maker(machine_schema, make_machines(300), TrainConfig(seed=9, latent_dim=2, hidden=[8])).save("other")
    with pytest.raises(ArtifactError, match="other carries no reference to hold new rows against"):
        open_watch("other", Path("monitoring"))


def test_a_file_s_rows_are_read_as_they_are(reference):
    reference.save(Path("bundle/reference.safetensors"))
    _, watch = open_watch("bundle", Path("monitoring"))
    assert len(read_new_rows(watch.model.schema, Path("rows.parquet"), "", "")) == 200


def test_days_cut_a_file_s_rows_too(reference):
    reference.save(Path("bundle/reference.safetensors"))
    schema = open_watch("bundle", Path("monitoring"))[1].model.schema
    found = read_new_rows(schema, Path("rows.parquet"), "2014-01-02", "2014-01-04")
    assert sorted(found["at"].dt.day.unique()) == [2, 3]
    with pytest.raises(DataError, match="the batch holds no rows"):
        judged(open_watch("bundle", Path("monitoring"))[1], Path("rows.parquet"), "2030-01-01", "")


@pytest.mark.parametrize(
    ("start", "stop", "said"), [("2015-99-99", "", "--start is '2015-99-99'"), ("", "soon", "--stop is 'soon'")]
)
def test_a_day_that_is_none_is_one_line(reference, start, stop, said):
    reference.save(Path("bundle/reference.safetensors"))
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
def test_a_span_that_ends_before_it_starts_names_the_options(reference, file, start, stop, said):
    reference.save(Path("bundle/reference.safetensors"))
    _, watch = open_watch("bundle", Path("monitoring"))
    with pytest.raises(ConfigError, match=f"{said}; allowed: a later day; change: --start and --stop"):
        judged(watch, file and Path(file), start, stop)


def test_a_folder_of_rows_is_called_one(reference):
    reference.save(Path("bundle/reference.safetensors"))
    with pytest.raises(ArtifactError, match="bundle is a folder; allowed: a Parquet file; change: --rows"):
        judged(open_watch("bundle", Path("monitoring"))[1], Path("bundle"), "", "")


def test_the_store_is_not_asked_for_new_rows_of_a_table_without_times(reference):
    moment = "2000-01-01T00:00:00+00:00"
    replace(reference, kind="rows", span=(moment, moment)).save(Path("bundle/reference.safetensors"))
    with pytest.raises(ConfigError, match=r"no time, so the store cannot say which are new; .*change: --rows FILE"):
        judged(open_watch("bundle", Path("monitoring"))[1], None, "", "")


def test_groups_of_rows_go_on_after_the_newest_row(reference, asked):
    replace(reference, kind="rows", span=("2014-01-01T00:00:00+00:00", "2014-01-09T07:00:00+00:00")).save(
        Path("bundle/reference.safetensors")
    )
    with pytest.raises(DataError, match="the batch holds no rows"):
        judged(open_watch("bundle", Path("monitoring"))[1], None, "", "")
    assert asked[0].start == "2014-01-09T07:00:00.000001+00:00"


def test_a_store_without_newer_rows_is_no_data(reference, monkeypatch):
    import vaegis.feature_store.pull as feature_store
    from vaegis.feature_store.spine import NoRowsError

    def pull(folder, config):
        raise NoRowsError("view v holds no rows in the range asked for")

    monkeypatch.setattr(feature_store, "pull", pull)
    reference.save(Path("bundle/reference.safetensors"))
    Path("params.yaml").write_text("pull: {max_rows: 10}\n")
    [record] = judged(open_watch("bundle", Path("monitoring"))[1], None, "", "")
    assert (record["status"], record["exit_code"]) == ("no data", 10)
    assert record["sentence"] == "no row came from 2014-02-10 on"


def test_the_store_is_asked_from_the_day_after_the_last(reference, asked):
    reference.save(Path("bundle/reference.safetensors"))
    _, watch = open_watch("bundle", Path("monitoring"))
    for days in (("", "2014-03-01"), ("2014-02-20", "")):
        with pytest.raises(DataError, match="the batch holds no rows"):
            judged(watch, None, *days)
    assert [(item.start, item.end, item.max_rows) for item in asked] == [
        ("2014-02-10", "2014-03-01", 0),
        ("2014-02-20", "", 0),
    ]


@pytest.mark.parametrize(
    ("address", "name"), [("models:/a-b@champion", "a-b"), ("models:/m/3", "m"), ("models/candidate", "candidate")]
)
def test_name_of_an_address(address, name):
    assert model_name(address) == name


def test_nothing_monitored_yet_says_what_to_run(here):
    with pytest.raises(ArtifactError, match="run `vaegis monitor` first"):
        latest(Path("monitoring"))
