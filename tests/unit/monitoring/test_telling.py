import json
from pathlib import Path

import pytest

from vaegis.monitoring.state import State
from vaegis.monitoring.telling import tell_of


@pytest.fixture(scope="module")
def rows(machines):
    return machines.make_rows(seed=5, start="2015-01-05", days=14)


def state(watch):
    return State.load(watch.folder, watch.model.content_digest)


def test_what_was_told_is_remembered(watch, rows, tmp_path):
    page, untold = tell_of(watch, watch.run(rows), "m", tmp_path, tracked=False)
    assert page.is_file()
    assert untold == "not in MLflow: --no-mlflow"
    assert watch.untold() == []
    kept = state(watch)
    tell_of(watch, [watch.silence("2015-01-19", "")], "m", tmp_path, tracked=False)
    assert state(watch) == kept


def test_a_kill_on_the_way_leaves_it_untold(watch, rows, tmp_path, monkeypatch):
    records = watch.run(rows)
    monkeypatch.setattr("vaegis.monitoring.publish.write_json", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        tell_of(watch, records, "m", tmp_path, tracked=False)
    assert [record["digest"] for record in watch.untold()] == [record["digest"] for record in records]


def test_a_batch_that_another_process_judged_meanwhile_is_left_to_it(watch, rows, tmp_path):
    records = watch.run(rows)
    tell_of(watch, records[:1], "m", tmp_path, tracked=False)
    assert [record["digest"] for record in watch.untold()] == [records[1]["digest"]]


def test_a_tracker_that_does_not_answer_is_named_and_stops_nothing(watch, rows, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    _, untold = tell_of(watch, watch.run(rows), "m", tmp_path)
    assert "not in MLflow: MLflow at http://127.0.0.1:9 does not answer" in untold
    assert json.loads(Path(tmp_path / "latest.json").read_text())["status"] == "fine"
    assert watch.untold() == []
