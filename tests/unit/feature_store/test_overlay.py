"""What a project adds to a Feast repository that is not its own."""

import pytest

from vaegis import paths
from vaegis.config.pull import PullConfig
from vaegis.durable import write_json
from vaegis.errors import DataError
from vaegis.feature_store.overlay import Overlay
from vaegis.feature_store.pull import pull


@pytest.fixture
def look(small, tmp_path, monkeypatch):
    """Stand in another project, and return what pulls the small repository with an overlay."""
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.chdir(own)

    def look(**overlay):
        write_json(paths.OVERLAY, overlay)
        return pull(paths.FEATURE_REPO, PullConfig(repository=str(small.folder), service="machines_v1"))

    return look


def test_no_file_adds_nothing(tmp_path):
    assert Overlay.load(tmp_path / "none.json") == Overlay()


def test_it_is_read_as_it_was_written(tmp_path):
    overlay = Overlay(views={"a": {"spine": "true"}}, columns={"b": {"kind": "count"}}, left_out={"c": "why"})
    write_json(tmp_path / "contract.json", overlay.to_json())
    assert Overlay.load(tmp_path / "contract.json") == overlay


@pytest.mark.parametrize(("record", "says"), [({"column": {}}, "holds column"), ([1], "holds no names")])
def test_something_else_is_refused(tmp_path, record, says):
    write_json(tmp_path / "contract.json", record)
    with pytest.raises(DataError, match=f"{says}; allowed: views, columns, left_out"):
        Overlay.load(tmp_path / "contract.json")


def test_its_tags_come_first_and_an_empty_one_takes_a_tag_away(look):
    plain = look().schema
    assert (plain.column("kw").unit, plain.column("kw").minimum, plain.column("hour").maximum) == ("kW", 0.0, 24.0)
    schema = look(columns={"kw": {"unit": "MW", "min": ""}, "hour": {"max": "23"}, "mode": {"role": "context"}}).schema
    assert (schema.column("kw").unit, schema.column("kw").minimum) == ("MW", None)
    assert schema.column("kw").max_missing == 0.5
    assert schema.column("hour").maximum == 23.0
    assert schema.column("mode").role == "context"


def test_a_view_can_be_told_how_often_its_rows_come(look):
    assert look().schema.cadence_seconds == 3600.0
    assert look(views={"load": {"cadence_seconds": "1800"}}).schema.cadence_seconds == 1800.0


def test_what_is_left_out_is_neither_asked_for_nor_described(look):
    pulled = look(left_out={"derived": "why", "climate": "why", "load:mode": "why"})
    assert pulled.rows.column_names == ["machine_id", "event_timestamp", "kw", "year"]
    assert pulled.schema.names == pulled.rows.column_names
    assert "temp_c" in look().schema.names


def test_leaving_everything_out_is_refused(look):
    with pytest.raises(DataError, match="machines_v1: everything is left out"):
        look(left_out=dict.fromkeys(("load", "climate", "assets", "derived"), "why"))


def test_the_repository_is_only_read(look, small):
    files = sorted(path for path in small.root.rglob("*") if "own" not in path.parts)
    before = {path: path.read_bytes() for path in files if path.is_file()}
    look(columns={"kw": {"unit": "MW"}})
    after = sorted(path for path in small.root.rglob("*") if "own" not in path.parts)
    assert after == files
    assert {path: path.read_bytes() for path in after if path.is_file()} == before
    assert (paths.FEAST_STATE / "registry.db").is_file()
