import dataclasses
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from vaegis.errors import ArtifactError, ServiceError
from vaegis.governance import audit
from vaegis.governance.audit import COMMIT, INTENT, AuditLog, Head
from vaegis.governance.entry import Entry

KILLED = """
import os, sys
from pathlib import Path
from vaegis.governance import audit
log = audit.AuditLog(Path(sys.argv[1]))
step, stop = int(sys.argv[2]), [0]
def dying(call):
    def wrapped(*given, **named):
        stop[0] += 1
        if stop[0] == step:
            os._exit(9)
        return call(*given, **named)
    return wrapped
os.fsync = dying(os.fsync)
log.append(audit.COMMIT, {"n": 99})
"""


@pytest.fixture
def log(tmp_path):
    made = AuditLog(tmp_path / "audit/log.jsonl")
    for number in range(1, 5):
        made.append(INTENT if number % 2 else COMMIT, {"n": number})
    return made


def lines(log):
    return log.path.read_bytes().splitlines(keepends=True)


def test_an_empty_log_is_empty(tmp_path):
    log = AuditLog(tmp_path / "log.jsonl")
    assert log.entries() == ()
    assert list(tmp_path.iterdir()) == []
    assert log.head.count == 0


def test_entries_come_back_in_order(log, monkeypatch):
    monkeypatch.setenv("VAEGIS_ACTOR", "ann")
    log.append(COMMIT, {"n": 5, "nested": {"a": (1, 2)}})
    entries = AuditLog(log.path).entries()
    assert [entry.body["n"] for entry in entries] == [1, 2, 3, 4, 5]
    assert entries[4].body["nested"] == {"a": [1, 2]}
    assert entries[4].actor == "ann"
    assert log.head.digest == entries[-1].digest


def test_an_unknown_event_is_refused(log):
    with pytest.raises(ArtifactError, match="audit event 'commit'; allowed: REGISTERED, INTENT"):
        log.append("commit", {})


@pytest.mark.parametrize("number", [1, 3, 4])
def test_every_flipped_bit_is_seen(log, number):
    good = lines(log)
    for position in range(0, len(good[number - 1]), 7):
        line = bytearray(good[number - 1])
        line[position] ^= 1
        log.path.write_bytes(b"".join([*good[: number - 1], bytes(line), *good[number:]]))
        with pytest.raises(ArtifactError, match=rf"audit log, entry {number}:"):
            log.entries()
        before = log.path.read_bytes()
        with pytest.raises(ArtifactError):
            log.append(COMMIT, {})
        assert log.path.read_bytes() == before


@pytest.mark.parametrize(
    ("spoil", "entry"),
    [
        (lambda some: some[:-1], 4),
        (lambda some: some[:1], 2),
        (lambda some: [], 1),
        (lambda some: some[1:], 1),
        (lambda some: [some[0], some[2], some[3]], 2),
        (lambda some: [some[1], some[0], *some[2:]], 1),
        (lambda some: [*some, some[-1]], 5),
        (lambda some: [*some, b'{"seq":5'], 5),
    ],
)
def test_lines_cut_moved_or_added_are_named(log, spoil, entry):
    log.path.write_bytes(b"".join(spoil(lines(log))))
    with pytest.raises(ArtifactError, match=rf"audit log, entry {entry}:"):
        log.entries()


def test_a_history_written_anew_is_seen_by_its_anchor(log):
    """Whoever recomputes the whole chain still has the anchor against him."""
    forged, before = [], None
    for entry in log.entries():
        record = {**dataclasses.asdict(entry), "actor": "mallory", "previous": before.digest if before else "0" * 64}
        before = Entry(**record).sealed(None)
        forged.append(before.line)
    log.path.write_bytes(b"".join(forged))
    with pytest.raises(ArtifactError, match="audit log, entry"):
        log.entries()


def test_a_lost_log_or_anchor_is_no_empty_log(log):
    content = log.path.read_bytes()
    log.path.unlink()
    with pytest.raises(ArtifactError, match="entry 1: it is missing"):
        log.entries()
    log.path.write_bytes(content)
    log.anchor.write_text('{"a": 1}')
    with pytest.raises(ArtifactError, match="is no anchor"):
        log.entries()
    log.anchor.unlink()
    with pytest.raises(ArtifactError, match="has no anchor"):
        log.append(COMMIT, {})


def test_the_anchor_may_lie_elsewhere(tmp_path):
    log = AuditLog(tmp_path / "a/log.jsonl", anchor=tmp_path / "b/head.json")
    log.append(COMMIT, {})
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == [".log.jsonl.lock", "log.jsonl"]
    assert json.loads((tmp_path / "b/head.json").read_text())["count"] == 1


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_torn_line_that_was_announced_is_mended(log, share):
    """Not whole: it never happened. Whole: it did."""
    head = log.head
    line = (
        Entry(seq=5, time=log.entries()[-1].time, event=COMMIT, actor="a", body={"n": 5}, previous=head.digest)
        .sealed(None)
        .line
    )
    record = {"count": head.count, "digest": head.digest, "size": head.size, "pending": line.decode()}
    log.anchor.write_text(json.dumps(record))
    with log.path.open("ab") as handle:
        handle.write(line[: int(len(line) * share)])
    expected = 5 if share == 1.0 else 4
    assert len(log.entries()) == expected
    log.append(COMMIT, {"n": 6})
    assert [entry.seq for entry in AuditLog(log.path).entries()] == list(range(1, expected + 2))


def test_a_torn_line_that_was_counted_is_not_mended(log):
    os.truncate(log.path, log.path.stat().st_size - 3)
    with pytest.raises(ArtifactError, match="entry 4: it is not an entry"):
        log.append(COMMIT, {})


def test_a_clock_set_back_is_refused(log, monkeypatch):
    class Earlier(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) - back

    back = timedelta(minutes=1)
    monkeypatch.setattr(audit, "datetime", Earlier)
    assert log.append(COMMIT, {}).moment == log.entries()[3].moment
    back = timedelta(hours=2)
    with pytest.raises(ServiceError, match="the clock was set back"):
        log.append(COMMIT, {})
    assert log.head.count == 5


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ServiceError, match="cannot be locked"):
        AuditLog(tmp_path / "file/log.jsonl").append(COMMIT, {})


def test_fifty_at_once_stay_in_line(tmp_path):
    path = tmp_path / "log.jsonl"
    with ThreadPoolExecutor(50) as pool:
        made = list(pool.map(lambda number: AuditLog(path).append(INTENT, {"n": number}), range(50)))
    entries = AuditLog(path).entries()
    assert [entry.seq for entry in entries] == list(range(1, 51))
    assert sorted(entry.body["n"] for entry in entries) == list(range(50))
    assert {entry.digest for entry in made} == {entry.digest for entry in entries}


def test_the_account_without_a_name_is_an_actor(monkeypatch):
    monkeypatch.delenv("VAEGIS_ACTOR", raising=False)
    monkeypatch.setattr(audit.getpass, "getuser", lambda: (_ for _ in ()).throw(KeyError("uid")))
    assert audit.actor() == f"uid {os.getuid()}"


def test_heads_are_written_whole(log):
    assert log.head == Head(count=4, digest=log.entries()[-1].digest, size=log.path.stat().st_size)
    assert log.entries()[-1].moment <= datetime.now(UTC)


@pytest.mark.slow
def test_processes_stay_in_line(tmp_path):
    code = "import sys; from pathlib import Path; from vaegis.governance.audit import INTENT, AuditLog\n"
    code += "for n in range(10): AuditLog(Path(sys.argv[1])).append(INTENT, {'n': n, 'who': sys.argv[2]})"
    path = tmp_path / "log.jsonl"
    started = [subprocess.Popen([sys.executable, "-c", code, str(path), str(number)]) for number in range(5)]
    assert [process.wait(timeout=120) for process in started] == [0] * 5
    entries = AuditLog(path).entries()
    assert [entry.seq for entry in entries] == list(range(1, 51))
    for who in map(str, range(5)):
        assert [entry.body["n"] for entry in entries if entry.body["who"] == who] == list(range(10))


@pytest.mark.slow
def test_a_kill_at_any_step_is_mended(log):
    """Every fsync of an append is a place to die at."""
    for step in range(1, 8):
        before = log.head.count
        told = subprocess.run([sys.executable, "-c", KILLED, str(log.path), str(step)], check=False, timeout=60)
        if told.returncode == 0:
            break
        assert told.returncode == 9
        assert log.head.count in (before, before + 1)
        log.append(INTENT, {"n": 100 + step})
    assert step > 3
    assert [entry.seq for entry in AuditLog(log.path).entries()] == list(range(1, log.head.count + 1))
