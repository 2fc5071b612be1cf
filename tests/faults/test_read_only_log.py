"""An audit log that one may only read: a server's own account beside it, or a copy in a folder mounted so."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from vaegis.governance.audit import COMMIT, INTENT, AuditLog

READER = """
import os, sys
from pathlib import Path
from vaegis.errors import ServiceError
from vaegis.governance.audit import COMMIT, AuditLog
AuditLog(Path(sys.argv[1])).append(COMMIT, {"n": 98})  # all that it imports, while it may read every folder
if os.geteuid() == 0:  # root writes anywhere
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
log = AuditLog(Path(sys.argv[2]))
print(len(log.entries()), log.head.count)
try:
    log.append(COMMIT, {"n": 99})
except ServiceError as error:
    print(error)
"""


@pytest.fixture
def log(tmp_path):
    made = AuditLog(tmp_path / "audit/log.jsonl")
    for number in range(1, 5):
        made.append(INTENT if number % 2 else COMMIT, {"n": number})
    return made


@pytest.mark.parametrize("left", [".log.jsonl.lock", None], ids=["the log itself", "a copy"])
def test_who_may_only_read_reads_and_adds_nothing(log, left):
    with tempfile.TemporaryDirectory() as place:  # pytest's own folders let nobody else in
        folder = shutil.copytree(log.path.parent, Path(place) / "audit")
        if left is None:
            (folder / ".log.jsonl.lock").unlink()
        folder.chmod(0o555)
        Path(place).chmod(0o755)
        before = sorted(folder.iterdir())
        command = [sys.executable, "-c", READER, str(log.path), str(folder / log.path.name)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert sorted(folder.iterdir()) == before
        folder.chmod(0o755)
    assert done.stdout.startswith("4 4\nthe audit log "), done.stderr
    assert "cannot be locked (Permission denied)" in done.stdout
