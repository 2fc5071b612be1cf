"""Two processes train as one does: same ELBO, same stop, one writer."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIG = {"latent_dim": 2, "hidden": [16, 8], "batch_rows": 67, "interval_steps": 5, "accelerator": "cpu"}
ONE, TWO = {"devices": "1"}, {"devices": "2", "strategy": "ddp"}
pytestmark = pytest.mark.slow


def train(folder: Path, **changes) -> list[dict]:
    """Run a training and return what each rank told."""
    folder.mkdir()
    ran = subprocess.run(
        [sys.executable, "-m", "tests.e2e.distributed_fit", str(folder), json.dumps({**CONFIG, **changes})],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return [json.loads(path.read_text()) for path in sorted(folder.glob("rank*.json"))]


def best(told: dict) -> float:
    return max(record["val/elbo"] for record in told["history"])


@pytest.fixture(scope="module")
def two_ranks(tmp_path_factory) -> tuple[Path, list[dict]]:
    folder = tmp_path_factory.mktemp("two") / "run"
    return folder, train(folder, epochs=15, **TWO)


def test_two_processes_reach_the_elbo_of_one(two_ranks, tmp_path):
    """1,003 rows in batches of 67: the last one holds 65, cut unevenly in two."""
    (alone,) = train(tmp_path / "one", epochs=15, **ONE)
    first, second = two_ranks[1]
    assert first["world"] == second["world"] == 2
    assert alone["step"] == first["step"] == second["step"]
    assert best(first) == pytest.approx(best(alone), rel=0.005)
    for ours, theirs in zip(first["history"], alone["history"], strict=True):
        assert ours == pytest.approx(theirs, rel=0.005, abs=0.005)
    assert abs(best(alone)) > 1.0  # so that half a percent says something


def test_ranks_end_with_the_same_weights_and_history(two_ranks):
    first, second = two_ranks[1]
    assert first == second


def test_only_the_first_rank_writes_and_returns(two_ranks):
    folder, _ = two_ranks
    assert (folder / "returned0.txt").read_text() == "fit"
    assert (folder / "returned1.txt").read_text() == "nothing"
    assert (folder / "sink0.txt").exists()
    assert not (folder / "sink1.txt").exists()
    assert [path.name for path in (folder / "state").iterdir()] == ["last.ckpt"]


def test_ranks_stop_early_at_the_same_step(tmp_path):
    settings = {"epochs": 200, "patience": 2, "warmup": 0.0, "learning_rate": 0.05}
    (alone,) = train(tmp_path / "one", **settings, **ONE)
    first, second = train(tmp_path / "two", **settings, **TWO)
    assert first["step"] == second["step"] == alone["step"]
    assert first["step"] < 200 * 15


def test_more_ranks_than_rows_in_the_last_batch(tmp_path):
    """1,003 rows in batches of 501 leave one row for two ranks."""
    first, second = train(tmp_path / "two", epochs=3, **{**TWO, "batch_rows": 501})
    assert first == second
    assert best(first) > first["history"][0]["val/elbo"] - 1e-9


def test_free_bits_are_those_of_the_global_batch(tmp_path):
    """The mean over all ranks decides which dimensions are free, else gradients would differ from one process's."""
    settings = {"epochs": 6, "free_bits": 0.3, "beta": 2.0}
    (alone,) = train(tmp_path / "one", **settings, **ONE)
    first, second = train(tmp_path / "two", **settings, **TWO)
    assert first == second
    for ours, theirs in zip(first["history"], alone["history"], strict=True):
        assert ours == pytest.approx(theirs, rel=0.005, abs=0.005)
