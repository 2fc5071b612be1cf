import hashlib
import json
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from vaegis.durable import canonical_json
from vaegis.errors import ArtifactError
from vaegis.monitoring.state import FILE, Judged, State, alone

EMPTY = State(content_digest="a" * 64)


def judged(digest="d", capital=1.5):
    known = {"first": "2015-01-01T00:00:00", "last": "2015-01-02T00:00:00", "rows": 9, "days": 2, "new_days": 2}
    return Judged(digest=digest, status="fine", capital=capital, shifts={"a": 0.1, "b": None}, **known)


GROWN = EMPTY.add(judged(), {16801: {"inputs": 0.5, "latents": float("nan")}, 16802: {"inputs": 0.25, "latents": 0.5}})


def test_it_comes_back(tmp_path):
    GROWN.save(tmp_path)
    held = State.load(tmp_path, "a" * 64)
    assert held == GROWN
    assert held.values == {"inputs": (0.5, 0.25), "latents": (None, 0.5)}
    assert held.find("d") == judged()
    assert held.find("e") is None


def stream(*marks):
    """Return a state of batches, each a word and the evidence after it; a digest is its place."""
    state = EMPTY
    for place, (status, capital) in enumerate(marks):
        state = state.add(replace(judged(str(place), capital), status=status, new_days=1), {place: {"inputs": 0.5}})
    return state


@pytest.mark.parametrize(
    ("marks", "raised"),
    [
        ([("fine", 1.0), ("warning", 50.0)], []),
        ([("alarm", 300.0), ("alarm", 900.0), ("fine", 400.0), ("alarm", 700.0)], ["0"]),
        ([("alarm", 300.0), ("no data", 300.0), ("fine", 20.0)], ["0"]),
        ([("alarm", 300.0), ("fine", 20.0), ("alarm", 200.0), ("no data", 200.0)], ["0", "2"]),
    ],
)
def test_an_alarm_is_one_until_the_evidence_has_been_below(marks, raised):
    assert [batch.digest for batch in stream(*marks).alarms(100.0)] == raised


def test_an_alarm_stands_until_it_is_answered(tmp_path):
    state = stream(("alarm", 300.0), ("no data", 300.0), ("fine", 20.0))
    assert state.standing(100.0).digest == "0"
    replace(state, answered="0").save(tmp_path)
    held = State.load(tmp_path, "a" * 64)
    assert held.standing(100.0) is None
    assert held.add(judged("later", 500.0), {}).standing(100.0) is None
    assert held.add(replace(judged("later", 500.0), status="alarm"), {}).standing(100.0).digest == "later"


def test_what_came_before_a_batch_can_be_told():
    state = stream(("fine", 1.0), ("fine", 2.0), ("fine", 3.0))
    assert state.before("1") == stream(("fine", 1.0))
    assert state.before("new") == state


def test_batches_after_the_one_told_last_are_untold(tmp_path):
    state = stream(("fine", 1.0), ("fine", 2.0), ("fine", 3.0))
    assert state.untold() == state.batches
    replace(state, told="1").save(tmp_path)
    assert State.load(tmp_path, "a" * 64).untold() == state.batches[2:]


def test_what_was_kept_before_that_was_remembered_counts_as_told(tmp_path):
    stream(("fine", 1.0), ("fine", 2.0)).save(tmp_path)
    body = json.loads((tmp_path / FILE).read_text())
    del body["told"], body["sha256"]
    (tmp_path / FILE).write_text(json.dumps({**body, "sha256": hashlib.sha256(canonical_json(body)).hexdigest()}))
    assert State.load(tmp_path, "a" * 64).untold() == ()


def test_a_bet_that_is_new_has_no_values_of_the_days_before():
    grown = stream(("fine", 1.0)).add(judged("x"), {7: {"inputs": 0.1, "missing": 0.2}})
    assert grown.values == {"inputs": (0.5, 0.1), "missing": (None, 0.2)}


def test_where_there_is_none_it_is_new(tmp_path):
    assert State.load(tmp_path, "a" * 64) == EMPTY


@pytest.mark.parametrize("damage", [lambda text: text[:200], lambda text: text.replace("0.25", "0.75"), lambda _: ""])
def test_a_torn_or_edited_file_is_one_line(tmp_path, damage):
    GROWN.save(tmp_path)
    file = tmp_path / FILE
    file.write_text(damage(file.read_text()))
    with pytest.raises(ArtifactError, match="was cut short or edited; change: put a backup of it back, or delete it"):
        State.load(tmp_path, "a" * 64)


def test_another_model_s_is_refused(tmp_path):
    GROWN.save(tmp_path)
    with pytest.raises(ArtifactError, match="belongs to the model aaaaaaaaaaaa, not to bbbbbbbbbbbb"):
        State.load(tmp_path, "b" * 64)


def test_the_same_state_is_the_same_bytes(tmp_path):
    GROWN.save(tmp_path / "one")
    State.load(tmp_path / "one", "a" * 64).save(tmp_path / "two")
    assert (tmp_path / "one" / FILE).read_bytes() == (tmp_path / "two" / FILE).read_bytes()


WRITER = """
import sys
from pathlib import Path
from vaegis.monitoring.state import Judged, State
known = {"first": "", "last": "", "rows": 9, "days": 1, "new_days": 1, "status": "fine", "capital": 1.0, "shifts": {}}
state = State(content_digest="a" * 64)
for day in range(100_000):
    state = state.add(Judged(digest=str(day), **known), {day: {"inputs": day / 7}})
    state.save(Path(sys.argv[1]))
"""
TAKER = """
import sys, time
from pathlib import Path
from vaegis.monitoring.state import alone
with alone(Path(sys.argv[1])):
    print(time.clock_gettime(time.CLOCK_MONOTONIC), flush=True)
"""


@pytest.mark.slow
def test_a_kill_while_writing_leaves_a_whole_state(tmp_path):
    for wait in (0.02, 0.05, 0.11, 0.2):
        (tmp_path / FILE).unlink(missing_ok=True)
        with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)]) as writer:
            while not (tmp_path / FILE).is_file():
                time.sleep(0.005)
            time.sleep(wait)
            writer.kill()
        state = State.load(tmp_path, "a" * 64)
        assert [batch.digest for batch in state.batches] == [str(day) for day in state.seen] != []


@pytest.mark.slow
def test_two_monitors_wait_for_each_other(tmp_path):
    with alone(tmp_path):
        other = subprocess.Popen([sys.executable, "-c", TAKER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(timeout=4)
        released = time.clock_gettime(time.CLOCK_MONOTONIC)
    told, _ = other.communicate(timeout=60)
    assert float(told) >= released


def test_numbers_that_are_none_become_null(tmp_path):
    GROWN.save(tmp_path)
    assert json.loads((tmp_path / FILE).read_text())["values"]["latents"] == [None, 0.5]
