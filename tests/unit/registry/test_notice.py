"""Who is told of a promotion; a receiver that fails, hangs or is not there changes nothing."""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from vaegis.governance.entry import Entry
from vaegis.registry import notice
from vaegis.registry.notice import deliver, notify

ENTRY = Entry(seq=1, time="2026-01-01T00:00:00+00:00", event="COMMIT", actor="a", body={"model": "m"}, previous="0")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def wait_for(file: Path, seconds: float = 20) -> str:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if file.is_file() and (text := file.read_text()).endswith("\n"):
            return text
        time.sleep(0.05)
    pytest.fail(f"{file} did not appear")


def test_nobody_is_nobody(tmp_path: Path) -> None:
    notify("", ENTRY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_command_reads_the_entry_and_nobody_waits_for_it(tmp_path: Path) -> None:
    code = "import sys, time; text = sys.stdin.read(); time.sleep(1); open('told.json', 'w').write(text + chr(10))"
    start = time.monotonic()
    notify(f'{sys.executable} -c "{code}"', ENTRY)
    assert time.monotonic() - start < 0.9
    assert json.loads(wait_for(tmp_path / "told.json"))["body"] == {"model": "m"}
    assert wait_for(tmp_path / ".scratch/notify.log") == "delivered: the command ended with 0\n"


def test_a_webhook_gets_a_post() -> None:
    seen: list[bytes] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_args) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    assert deliver(f"http://127.0.0.1:{server.server_port}/hook", b'{"a": 1}') == "delivered: HTTP 202"
    thread.join()
    server.server_close()
    assert seen == [b'{"a": 1}']


@pytest.mark.parametrize(
    ("target", "outcome"),
    [
        ("http://127.0.0.1:9/hook?token=secret", "not delivered: URLError"),
        ("no-such-command", "not delivered: FileNotFoundError"),
        ("unbalanced 'quote", "not delivered: ValueError"),
        ("false", "delivered: the command ended with 1"),
        ("sleep 60", "not delivered: TimeoutExpired"),
    ],
)
def test_whatever_goes_wrong_is_a_line_without_the_address(target: str, outcome: str, monkeypatch) -> None:
    monkeypatch.setattr(notice, "SECONDS", 0.3)
    assert deliver(target, b"{}") == outcome


def test_a_full_disk_keeps_nobody_from_promoting(monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(notice.subprocess, "Popen", full)
    notify("true", ENTRY)
    assert "nobody was told of audit log entry 1" in caplog.text
