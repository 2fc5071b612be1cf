"""CPU time of a training step: `fit_network` (Lightning) against a hand-written PyTorch loop, interleaved in one run.

Both train the same network on the same rows with the same batches, fused AdamW, clipping, schedule, warm-up of beta
and moving average. Start-up, validation and checkpoints are outside both clocks. With `--peers` a Python that has them
also trains PyOD's and pythae's VAE of the same widths and batch by their own loops (`benchmarks/train_peers.py`), and
ours on as many numeric columns.

    OMP_NUM_THREADS=1 python -m benchmarks.train [--repetitions 7] [--peers PYTHON] [--json]
"""

import argparse
import json
import statistics
import subprocess
from pathlib import Path
from typing import Any

import torch

from benchmarks.loops import hand_seconds, lightning_seconds, make_rows
from vaegis.config.train import TrainConfig
from vaegis.data.batches import TableBatch
from vaegis.likelihoods import Layout
from vaegis.model.vae import VAE, make_network
from vaegis.training.plan import make_plan

LAYOUT = Layout(("gaussian",) * 18, ("categorical",) * 2, (4, 12))
OURS = {"default": "gaussian", "means": "gaussian_fixed"}
"""Decoders over what the peers can read: means and spreads of 20 numeric columns, or means alone, as theirs."""
ROWS = 65_536
STEPS = {512: 640, 4_096: 400}
"""Steps timed by batch size: whole passes and whole intervals between validations, so that both sides take as many."""
PEERS = ("pyod", "pythae")


def make_config(batch_rows: int) -> TrainConfig:
    """Return a configuration of as many epochs as hold the steps to time."""
    epochs = STEPS[batch_rows] * batch_rows // ROWS
    config = TrainConfig(epochs=epochs, batch_rows=batch_rows, accelerator="cpu", devices="1")
    if (planned := make_plan(ROWS, config).planned_steps) != STEPS[batch_rows]:
        raise SystemExit(f"{STEPS[batch_rows]} steps by hand, {planned} planned")
    return config


def compare(batch_rows: int, repetitions: int) -> dict[str, Any]:
    """Time both sides in turn and return medians in milliseconds a step, and the ratio's spread."""
    rows, config = make_rows(LAYOUT, ROWS, seed=0), make_config(batch_rows)

    def make() -> VAE:
        return make_network(LAYOUT, config)

    def both() -> tuple[tuple[list[float], float], tuple[list[float], float]]:
        return lightning_seconds(make, rows, config), hand_seconds(make, rows, config)

    both()  # warm
    pairs = [both() for _ in range(repetitions)]
    ratios = sorted(sum(by_hand[0]) / sum(ours[0]) for ours, by_hand in pairs)
    per_step = 1000.0 / STEPS[batch_rows]
    return {
        "batch_rows": batch_rows,
        "lightning_ms": per_step * statistics.median(sum(ours[0]) for ours, _ in pairs),
        "hand_ms": per_step * statistics.median(sum(by_hand[0]) for _, by_hand in pairs),
        "ratio_min": ratios[0],
        "ratio_median": statistics.median(ratios),
        "ratio_max": ratios[-1],
        "lightning_loss": pairs[-1][0][1],
        "hand_loss": pairs[-1][1][1],
    }


def numeric(likelihood: str) -> Layout:
    """Return 20 numeric columns."""
    return Layout((likelihood,) * 20, (), ())


def our_us(rows: TableBatch, batch_rows: int, likelihood: str) -> float:
    """Return our microseconds a row on numeric columns."""
    config = make_config(batch_rows)
    seconds, _ = lightning_seconds(lambda: make_network(numeric(likelihood), config), rows, config)
    return 1e6 * sum(seconds) / (ROWS * config.epochs)


def peer_us(python: str, peer: str, batch_rows: int) -> float:
    """Return a peer's microseconds a row, in a process of its own."""
    script = Path(__file__).with_name("train_peers.py")
    command = [python, str(script), peer, "--rows", str(ROWS), "--batch", str(batch_rows)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(json.loads(ran.stdout.splitlines()[-1])["us_per_row"])


def compare_peers(python: str, batch_rows: int, repetitions: int) -> list[dict[str, Any]]:
    """Time ours and each peer in turn."""
    rows = make_rows(numeric(OURS["default"]), ROWS, seed=0)
    rounds = [
        {name: our_us(rows, batch_rows, likelihood) for name, likelihood in OURS.items()}
        | {peer: peer_us(python, peer, batch_rows) for peer in PEERS}
        for _ in range(repetitions)
    ]
    return [
        {
            "batch_rows": batch_rows,
            "decoder": ours,
            "peer": peer,
            "ours_us_per_row": statistics.median(took[ours] for took in rounds),
            "peer_us_per_row": statistics.median(took[peer] for took in rounds),
            "times_as_fast_min": min(took[peer] / took[ours] for took in rounds),
            "times_as_fast": statistics.median(took[peer] / took[ours] for took in rounds),
        }
        for ours in OURS
        for peer in PEERS
    ]


def show(results: list[dict[str, Any]]) -> None:
    """Print rows under their names."""
    print("  ".join(f"{name:>18}" for name in results[0]))
    for result in results:
        cells = [f"{value:>18.3f}" if isinstance(value, float) else f"{value:>18}" for value in result.values()]
        print("  ".join(cells))


def main() -> None:
    """Print one row for each batch size, and for each peer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--peers", metavar="PYTHON", help="a Python with pyod and pythae: compare with them, too")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    results = [compare(batch_rows, options.repetitions) for batch_rows in STEPS]
    peers = [
        row
        for batch_rows in (STEPS if options.peers else ())
        for row in compare_peers(options.peers, batch_rows, options.repetitions)
    ]
    if options.json:
        print(json.dumps({"loops": results, "peers": peers}))
        return
    show(results)
    if peers:
        show(peers)


if __name__ == "__main__":
    main()
