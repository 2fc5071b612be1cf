"""`vaegis ui`: MLflow's pages, or where they are."""

import os
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from vaegis.errors import ArtifactError


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_nothing_tracked_is_one_line(here, vaegis):
    with pytest.raises(
        ArtifactError, match="nothing is tracked yet in mlruns/; change: run the pipeline: vaegis repro"
    ):
        vaegis("ui")


def test_a_server_has_pages_of_its_own(here, vaegis, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://ann:secret@example.org:5000")
    assert vaegis("ui").strip() == "your tracking server: http://example.org:5000"
    assert vaegis("ui", "--json")["address"] == "http://example.org:5000"


@pytest.mark.slow
def test_the_pages_answer(here, migrated_database):
    port = free_port()
    environment = {**os.environ, "MLFLOW_TRACKING_URI": f"sqlite:///{migrated_database}"}
    command = [sys.executable, "-c", "from vaegis.cli import main; main()", "ui", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout.readline() == f"http://127.0.0.1:{port} (end with ctrl-c)\n"
        assert answer(port, process) == b"OK"
    finally:
        process.terminate()
        process.communicate(timeout=60)


def answer(port, process):
    for _ in range(240):
        assert process.poll() is None
        try:
            with urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as told:
                return told.read()
        except (URLError, ConnectionError):
            time.sleep(0.5)
    return b""
