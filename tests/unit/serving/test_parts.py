import subprocess
import sys
import threading
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vaegis.errors import DataError
from vaegis.serving.parts import Parts, is_part

ROWS = pa.table({"a": [1, 2]})
TAKER = """
import sys, time
from pathlib import Path
from vaegis.serving.parts import Parts
parts = Parts(Path(sys.argv[1]) / "out", {"rows": 1})
with parts.until_used():
    print(time.clock_gettime(time.CLOCK_MONOTONIC), parts.done(), flush=True)
"""


def begun(folder, made_of="rows"):
    parts = Parts(folder / "out", {made_of: 1})
    return parts, parts.done()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_pieces_are_found_again_by_who_makes_the_same(tmp_path):
    parts, done = begun(tmp_path)
    parts.write(0, ROWS)
    parts.write(2, ROWS)
    assert (done, begun(tmp_path)[1]) == (0, 1), "up to the first gap"
    assert pq.read_table(parts.files(1)[0]).equals(ROWS)
    assert begun(tmp_path, "others")[1] == 0
    assert begun(tmp_path)[1] == 0, "removed"


def test_they_are_removed_when_used(tmp_path):
    parts, _ = begun(tmp_path)
    with parts.until_used():
        parts.write(0, ROWS)
    assert names(tmp_path) == []


@pytest.mark.parametrize(("error", "left"), [(DataError, []), (OSError, [".out.parts"])])
def test_where_rows_are_at_fault_they_are_removed_and_else_they_stay(tmp_path, error, left):
    parts, _ = begun(tmp_path)
    parts.write(0, ROWS)
    with pytest.raises(error), parts.until_used():
        raise error("stopped")
    assert names(tmp_path) == left
    assert begun(tmp_path)[1] == len(left)


def test_the_names_of_pieces():
    names = [
        "part-000012.parquet",
        "part-1234567.parquet",
        "part-12.parquet",
        "rows.parquet",
        "part-000001.parquet.bak",
    ]
    assert [is_part(name) for name in names] == [True, True, False, False, False]


def test_who_waited_for_a_lock_that_is_gone_takes_the_new_one(tmp_path):
    """As many threads as can get in each other's way count to a thousand."""
    counted = []

    def count():
        for _ in range(50):
            with Parts(tmp_path / "out", {}).until_used():
                counted.append(len(counted))

    threads = [threading.Thread(target=count) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert counted == list(range(1_000))
    assert names(tmp_path) == []


@pytest.mark.slow
def test_two_runs_wait_for_each_other(tmp_path):
    parts, _ = begun(tmp_path)
    with parts.until_used():
        other = subprocess.Popen([sys.executable, "-c", TAKER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(timeout=4)
        parts.write(0, ROWS)
        released = time.clock_gettime(time.CLOCK_MONOTONIC)
    told, _ = other.communicate(timeout=60)
    moment, done = told.split()
    assert float(moment) >= released
    assert done == "0"
