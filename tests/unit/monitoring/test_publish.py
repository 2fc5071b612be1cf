import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from vaegis.monitoring.publish import publish, publish_answer, tell
from vaegis.monitoring.state import State
from vaegis.monitoring.watch import record_file


def test_files_are_those_of_the_last_batch_and_repeat_to_the_byte(watch, machines, tmp_path):
    records = watch.run(machines.make_rows(seed=5, start="2015-01-05", days=14))
    page = publish(watch, records, "m", tmp_path)
    names = ("index.html", "metrics.prom", "latest.json")
    before = [(tmp_path / name).read_bytes() for name in names]
    assert page == tmp_path / "index.html"
    pointer = json.loads(before[2])
    assert (pointer["folder"], pointer["status"], pointer["alarm"]) == (str(watch.folder), records[-1]["status"], "")
    publish(watch, watch.run(machines.make_rows(seed=5, start="2015-01-05", days=14)), "m", tmp_path)
    assert [(tmp_path / name).read_bytes() for name in names] == before


@pytest.fixture
def judged(watch, machines, tmp_path):
    """Return a watch and the records of two weeks, the first of them an alarm."""
    records = watch.run(machines.make_rows(seed=5, start="2015-01-05", days=14))
    state = State.load(watch.folder, watch.model.content_digest)
    first = replace(state.batches[0], status="alarm", capital=900.0)
    replace(state, batches=(first, *state.batches[1:])).save(watch.folder)
    return watch, records


def test_an_alarm_stands_beside_the_word_of_the_newest_batch(judged, tmp_path):
    watch, records = judged
    publish(watch, records, "m", tmp_path)
    text, pointer = (tmp_path / "metrics.prom").read_text(), json.loads((tmp_path / "latest.json").read_text())
    assert 'vaegis_monitor_alarm{model="m",digest="aaaaaaaaaaaa"} 1' in text
    assert 'status="alarm"} 0' in text
    assert Path(pointer["alarm"]) == record_file(watch.folder, records[0]["digest"])


def test_an_answered_alarm_is_told_as_the_next_publication_tells_it(judged, tmp_path):
    watch, records = judged
    level, told = 1.0 / watch.config.alarm_level, [tmp_path / name for name in ("metrics.prom", "latest.json")]
    publish(watch, records, "m", tmp_path)
    before = [file.read_bytes() for file in told]
    state = State.load(watch.folder, watch.model.content_digest)
    publish_answer(state, level, tmp_path)
    publish_answer(replace(state, answered=records[0]["digest"], content_digest="b" * 64), level, tmp_path)
    assert [file.read_bytes() for file in told] == before
    replace(state, answered=records[0]["digest"]).save(watch.folder)
    publish_answer(State.load(watch.folder, watch.model.content_digest), level, tmp_path)
    after = [file.read_bytes() for file in told]
    publish(watch, records, "m", tmp_path)
    assert [file.read_bytes() for file in told] == after
    assert after != before
    assert json.loads(after[1])["alarm"] == ""


def test_an_answer_needs_nothing_to_be_told_in(judged, tmp_path):
    watch, records = judged
    publish(watch, records, "m", tmp_path)
    for name in ("metrics.prom", "latest.json"):
        (tmp_path / name).unlink()
    state = State.load(watch.folder, watch.model.content_digest)
    publish_answer(replace(state, answered=records[0]["digest"]), 1.0 / watch.config.alarm_level, tmp_path)
    assert not any((tmp_path / name).exists() for name in ("metrics.prom", "latest.json"))


@pytest.mark.parametrize("harm", [lambda file: file.unlink(), lambda file: file.write_bytes(file.read_bytes()[:99])])
def test_a_lost_record_is_left_out_of_the_page_and_made_again_by_its_rows(watch, machines, tmp_path, caplog, harm):
    rows = machines.make_rows(seed=5, start="2015-01-05", days=14)
    records = watch.run(rows)
    file = record_file(watch.folder, records[0]["digest"])
    before = file.read_bytes()
    harm(file)
    with caplog.at_level(logging.WARNING):
        publish(watch, records, "m", tmp_path)
    said = f"{file} is missing or torn and left out of the page; `vaegis monitor` on its rows, 2015-01-05 to 2015-01-11"
    assert caplog.messages == [f"{said}, mends it"]
    state = State.load(watch.folder, watch.model.content_digest)
    assert watch.run(rows)[0]["repeated"]
    assert file.read_bytes() == before
    assert State.load(watch.folder, watch.model.content_digest) == state


def test_a_feed_that_stopped_is_no_data_and_changes_nothing_else(watch, machines, tmp_path):
    publish(watch, watch.run(machines.make_rows(seed=5, start="2015-01-05", days=7)), "m", tmp_path)
    newest = [
        line for line in (tmp_path / "metrics.prom").read_text().splitlines() if line.startswith("vaegis_monitor_last")
    ]
    state = State.load(watch.folder, watch.model.content_digest)
    silence = watch.silence("2015-01-12", "")
    publish(watch, [silence], "m", tmp_path)
    text = (tmp_path / "metrics.prom").read_text()
    assert (silence["status"], silence["exit_code"]) == ("no data", 10)
    assert 'status="no data"} 1' in text
    assert newest[0] in text
    assert "no row came from 2015-01-12 on" in (tmp_path / "index.html").read_text()
    assert State.load(watch.folder, watch.model.content_digest) == state


def test_a_feed_that_never_came_is_no_data_too(watch, tmp_path):
    publish(watch, [watch.silence("", "")], "m", tmp_path)
    assert "no row came from the start on" in (tmp_path / "index.html").read_text()


def test_the_worst_batch_is_told_the_last_of_those_as_bad():
    words = [("fine", 0), ("warning", 10), ("no data", 10), ("fine", 0)]
    records = [{"status": word, "exit_code": code, "sentence": f"said {at}"} for at, (word, code) in enumerate(words)]
    assert tell(records, "m") == "m: no data; said 2"


def test_how_it_stands_is_one_line_of_the_log(watch, tmp_path, caplog):
    with caplog.at_level(logging.INFO, "vaegis.monitoring"):
        publish(watch, [watch.silence("", "")], "m", tmp_path)
    assert caplog.messages == [f"m: no data; no row came from the start on; page: {tmp_path / 'index.html'}"]
