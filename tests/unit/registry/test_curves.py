from pathlib import Path

import pytest

from vaegis.errors import ArtifactError
from vaegis.registry.curves import complete_curves, read_history, send_points


@pytest.fixture
def run(client) -> str:
    return client.create_run(client.create_experiment("machines")).info.run_id


def write(text: str) -> Path:
    path = Path("history.csv")
    path.write_text(text)
    return path


def steps(client, run: str, name: str) -> list[tuple[int, float]]:
    return [(metric.step, metric.value) for metric in client.get_metric_history(run, name)]


def test_history_is_read_without_empty_cells_and_bookkeeping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = write("step,epoch,train/loss,val/elbo\n10,1,2.5,\n20.0,2,nan,-4\n30,3,inf,\n")
    assert read_history(path) == [(10, {"train/loss": 2.5}), (20, {"val/elbo": -4.0}), (30, {})]


def test_what_is_no_history_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArtifactError, match=r"history\.csv does not exist"):
        read_history(Path("history.csv"))
    for text in ("", "epoch,train/loss\n1,2\n"):
        with pytest.raises(ArtifactError, match="has no column `step`"):
            read_history(write(text))


def test_points_sent_twice_stand_once(client, run: str) -> None:
    points = [(1_000 + step, step, {"train/loss": float(step), "train/kl": float("nan")}) for step in range(3)]
    send_points(client, run, points)
    send_points(client, run, points)
    assert steps(client, run, "train/loss") == [(0, 0.0), (1, 1.0), (2, 2.0)]
    assert steps(client, run, "train/kl") == []


def test_only_what_is_missing_is_completed(client, run: str) -> None:
    send_points(client, run, [(1_000, 2, {"train/loss": 2.0})])
    path = write("step,train/loss\n" + "".join(f"{step},{step}\n" for step in range(1, 1_200)))
    assert complete_curves(client, run, path) == 1_198  # more than MLflow takes at once
    assert complete_curves(client, run, path) == 0
    assert sorted(steps(client, run, "train/loss")) == [(step, float(step)) for step in range(1, 1_200)]


def test_a_run_shows_its_curves_and_not_all_that_was_watched(client, run: str) -> None:
    send_points(client, run, [(1_000, 1, {"val/elbo": 1.0, "val/posterior_clamp": 0.0})])
    assert complete_curves(client, run, write("step,val/elbo,val/rate,train/skipped\n1,1.0,2.0,0\n")) == 1
    assert set(client.get_run(run).data.metrics) == {"val/elbo", "val/rate"}
