import json
from pathlib import Path

from vaegis.durable import read_json
from vaegis.monitoring.publish import publish


def test_files_are_those_of_the_last_batch_and_repeat_to_the_byte(watch, machines, tmp_path):
    records = watch.run(machines.make_rows(seed=5, start="2015-01-05", days=14))
    page = publish(watch, records, "m", tmp_path)
    names = ("index.html", "metrics.prom", "latest.json")
    before = [(tmp_path / name).read_bytes() for name in names]
    assert page == tmp_path / "index.html"
    pointer = json.loads(before[2])
    assert read_json(Path(pointer["record"]))["last"] == records[-1]["last"]
    publish(watch, watch.run(machines.make_rows(seed=5, start="2015-01-05", days=14)), "m", tmp_path)
    assert [(tmp_path / name).read_bytes() for name in names] == before
