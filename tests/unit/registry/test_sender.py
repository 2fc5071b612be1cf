import logging
import socket
import threading
import time

import pytest

from vaegis.errors import ServiceError
from vaegis.registry.curves import complete_curves
from vaegis.registry.runs import RunName, find_or_create
from vaegis.registry.sender import BackgroundSender, Point, open_sink
from vaegis.registry.tracking import connect


class Server:
    """Receives points, or fails."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self.up = True
        self.calls = 0
        self.status = "RUNNING"

    def send(self, points: list[Point]) -> None:
        self.calls += 1
        if not self.up:
            raise ConnectionError("nobody there")
        self.points += points

    def end(self, status: str) -> None:
        self.status = status


def test_every_point_arrives_once_and_in_order() -> None:
    server = Server()
    sender = BackgroundSender(lambda: server)
    for step in range(3000):
        sender.log(step, {"train/loss": float(step)})
    sender.close()
    assert [point[1] for point in server.points] == list(range(3000))
    assert server.status == "FINISHED"


def test_a_dead_server_never_blocks_and_is_mentioned_once(caplog: pytest.LogCaptureFixture) -> None:
    server = Server()
    server.up = False
    sender = BackgroundSender(lambda: server)
    start = time.monotonic()
    for step in range(1000):
        sender.log(step, {"train/loss": 1.0})
    assert time.monotonic() - start < 0.5
    time.sleep(0.1)
    with caplog.at_level(logging.WARNING):
        sender.close(timeout=2)
    assert time.monotonic() - start < 3
    assert "1000 intervals" in caplog.text


def test_points_are_replayed_when_the_server_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vaegis.registry.sender._PAUSES", (0.01,))
    server = Server()
    server.up = False
    sender = BackgroundSender(lambda: server)
    sender.log(1, {"train/loss": 1.0})
    while server.calls < 3:
        time.sleep(0.01)
    server.up = True
    sender.log(2, {"train/loss": 2.0})
    sender.close()
    assert [point[1] for point in server.points] == [1, 2]


def test_a_slow_connection_does_not_delay_the_caller() -> None:
    gate = threading.Event()
    server = Server()

    def connecting() -> Server:
        gate.wait(10)
        return server

    start = time.monotonic()
    sender = BackgroundSender(connecting)
    sender.log(1, {"train/loss": 1.0})
    assert time.monotonic() - start < 0.5
    gate.set()
    sender.close()
    assert len(server.points) == 1


def test_closing_without_points_ends_at_once() -> None:
    start = time.monotonic()
    BackgroundSender(Server).close()
    assert time.monotonic() - start < 1


@pytest.mark.parametrize(
    ("error", "status"), [(ValueError, "FAILED"), (SystemExit, "FAILED"), (KeyboardInterrupt, "KILLED")]
)
def test_the_run_ends_as_training_does(
    monkeypatch: pytest.MonkeyPatch, error: type[BaseException], status: str
) -> None:
    server = Server()
    monkeypatch.setattr("vaegis.registry.sender._connect", lambda *_: server)
    monkeypatch.setattr("vaegis.registry.sender.preflight", lambda _: None)

    def train() -> None:
        with open_sink("train", "key") as sink:
            sink.log(1, {"train/loss": 1.0})
            raise error

    with pytest.raises(error):
        train()
    assert ([point[1] for point in server.points], server.status) == ([1], status)


def test_other_ranks_are_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_RANK", "1")
    with open_sink("train", "key") as sink:
        sink.log(1, {"train/loss": 1.0})
    assert not [thread for thread in threading.enumerate() if thread.name == "mlflow-sender"]


def test_points_reach_the_run_of_the_lineage_key_and_history_completes_them(project) -> None:
    with open_sink("train", "a" * 64) as sink:
        sink.log(10, {"train/loss": 10.0, "train/kl": float("nan")})
        sink.log(20, {"train/loss": 5.0})
    client = connect()
    run = find_or_create(client, RunName.of("train", "a" * 64))
    assert client.get_run(run).info.status == "FINISHED"
    sent = client.get_metric_history(run, "train/loss")
    assert [(metric.step, metric.value) for metric in sent] == [(10, 10.0), (20, 5.0)]
    assert client.get_metric_history(run, "train/kl") == []
    history = project.root / "models/candidate_history.csv"
    assert complete_curves(client, run, history) == 1 + 3 + 3
    assert complete_curves(client, run, history) == 0
    assert [metric.step for metric in client.get_metric_history(run, "train/loss")] == [10, 20, 30]


def test_a_server_that_is_away_stops_training_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    with (
        pytest.raises(ServiceError, match=r"MLflow at http://127\.0\.0\.1:9 does not answer"),
        open_sink("train", "key"),
    ):
        pytest.fail("training began")


def test_a_server_that_goes_away_lets_training_go_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"postgresql://127.0.0.1:{server.getsockname()[1]}/mlflow")
        start = time.monotonic()
        with open_sink("train", "key") as sink:
            server.close()
            sink.log(1, {"train/loss": 1.0})
    assert time.monotonic() - start < 8
    assert "training goes on without MLflow for now" in caplog.text
