from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from vaegis.config.monitor import MonitorConfig
from vaegis.config.reference import ReferenceConfig
from vaegis.errors import ArtifactError
from vaegis.monitoring.reference import make_reference
from vaegis.monitoring.state import FILE, State
from vaegis.monitoring.watch import Watch, record_file


@pytest.fixture(scope="module")
def rows(machines):
    return machines.make_rows(seed=5, start="2015-01-05", days=14)


def stored(watch):
    return {path.name: path.read_bytes() for path in watch.folder.rglob("*") if path.is_file()}


def test_the_same_batch_twice_changes_nothing(watch, rows):
    first = watch.run(rows)
    before = stored(watch)
    again = watch.run(rows.sample(frac=1.0, random_state=1))
    assert stored(watch) == before
    assert [item["repeated"] for item in first + again] == [False, False, True, True]
    plain = [{key: value for key, value in item.items() if key != "repeated"} for item in first + again]
    assert plain[:2] == plain[2:]


def test_days_seen_before_add_nothing_to_the_evidence(watch, rows, model):
    watch.run(rows)
    later = rows[rows["at"] >= pd.Timestamp("2015-01-10", tz="UTC")]
    record = watch.run(later)[0]
    assert (record["blocks"], record["new_blocks"]) == (7, 0)
    state = State.load(watch.folder, model.content_digest)
    assert len(state.seen) == 14
    assert len(state.batches) == 4


def test_batches_one_by_one_come_to_the_same_evidence(watch, rows, tmp_path):
    together = watch.run(rows)
    apart = replace(watch, folder=tmp_path / "apart")
    weeks = [
        rows[rows["at"] < rows["at"].min() + pd.Timedelta(days=7)],
        rows[rows["at"] >= rows["at"].min() + pd.Timedelta(days=7)],
    ]
    single = [apart.run(week)[0] for week in weeks]
    assert [item["evidence"] for item in single] == [item["evidence"] for item in together]


def test_a_changed_world_is_a_warning_and_says_where(watch, rows):
    """Unchanged days of the same weeks are none."""
    calm = replace(watch, folder=watch.folder.with_name("calm")).run(rows)
    assert {record["exit_code"] for record in calm} == {0}
    records = watch.run(rows.assign(heat_c=rows["heat_c"] + 8.0))
    assert [record["status"] for record in records] == ["warning", "warning"]
    changed = {item["check"] for item in records[-1]["findings"] if item["verdict"] == "changed"}
    far_out = {item["check"] for item in records[-1]["findings"] if item["is_far"]}
    assert "score/rank" in changed | far_out


def test_a_column_that_died_is_an_alarm_and_says_so(watch, rows):
    records = watch.run(rows.assign(heat_c=float("nan")))
    assert records[-1]["status"] == "alarm"
    assert "missing (+" in records[-1]["sentence"]


def test_a_kill_before_the_state_is_written_is_taken_up_again(watch, rows, monkeypatch):
    week = rows.head(7 * 48)
    monkeypatch.setattr(State, "save", lambda self, folder: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        watch.run(week)
    assert not (watch.folder / FILE).exists()
    monkeypatch.undo()
    record = watch.run(week)[0]
    assert not record["repeated"]
    assert record_file(watch.folder, record["digest"]).is_file()


def test_records_of_batches_that_nobody_was_told_of_can_be_had(watch, rows):
    records = watch.run(rows)
    assert watch.untold() == [{**record, "repeated": True} for record in records]
    record_file(watch.folder, records[0]["digest"]).unlink()
    assert [record["digest"] for record in watch.untold()] == [records[1]["digest"]]


def test_a_morning_alone_is_no_data(watch, rows):
    record = watch.run(rows.head(5))[0]
    assert (record["status"], record["exit_code"], record["blocks"]) == ("no data", 10, 0)
    assert "no whole day among 5 rows; a usual one has 48" in record["sentence"]


def test_a_reference_of_another_model_is_refused(model, reference, watch):
    with pytest.raises(ArtifactError, match="the reference belongs to the model aaaaaaaaaaaa, not to bbbbbbbbbbbb"):
        Watch(
            model=replace(model, content_digest="b" * 64), reference=reference, config=watch.config, folder=watch.folder
        )


def test_bad_rows_leave_no_trace(watch, rows):
    with pytest.raises(Exception, match="column 'heat_c' is missing"):
        watch.run(rows.drop(columns="heat_c"))
    assert not (watch.folder / FILE).exists()


def test_rows_without_times_are_the_same_in_any_order_and_need_no_columns_that_were_added(model, machines, tmp_path):
    """Rows sorted by what they hold made evidence of 200,000 of groups that only their order set apart."""
    moment = pd.Timestamp("2000-01-01", tz="UTC")
    old = machines.make_rows(days=60).assign(at=moment)
    old["machine"] = [f"e{number:06d}" for number in range(len(old))]
    made = make_reference(model, old, np.arange(len(old)) // 50 % 2 == 0, ReferenceConfig(bins=8))
    assert made.moment == moment.isoformat()
    new = machines.make_rows(days=14, seed=5).drop(columns=["at", "machine"]).sort_values("heat_c")
    watch = Watch(model=model, reference=made, config=MonitorConfig(), folder=tmp_path)
    [record] = watch.run(new)
    assert (record["exit_code"], record["blocks"]) == (0, 13)
    assert record["evidence"]["total"] < 20
