"""CPU time of answers: `FittedModel` and the MLflow pyfunc against hand-written torch that does the same, in one run.

By hand: columns to float32 arrays, standardised, levels looked up, the same network in slices of the same length, no
checks of any kind, no p-values, no logarithmic tails. For `all` also the posterior means and the expected columns, back
in their units (float64) and levels with numpy, as one frame. `network` is the score without the way to tensors. First,
how far memory rises while `score` reads four times as many rows.

    OMP_NUM_THREADS=1 python -m benchmarks.score [--rows 100000] [--json]
"""

import argparse
import json
import os
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import torch

import vaegis
from vaegis.config.model import ModelConfig
from vaegis.config.train import TrainConfig
from vaegis.contract import ColumnSpec, TableSchema
from vaegis.data.batches import TableBatch, chunks
from vaegis.fitted.model import FittedModel
from vaegis.registry import served
from vaegis.registry.answer import answer
from vaegis.registry.signature import make_signature
from vaegis.scoring.scores import CHUNK_ROWS

NUMERIC = [f"x{number}" for number in range(18)]
LEVELS = {"site": 4, "shift": 12}
BY_HAND, ALL_BY_HAND = "by hand", "all by hand"


def make_schema() -> TableSchema:
    """Return a contract of twenty features."""
    columns = [
        ColumnSpec(name="unit", dtype="string", kind="identifier", role="key"),
        ColumnSpec(name="at", dtype="timestamp", kind="time", role="time"),
        *(ColumnSpec(name=name, dtype="float64", kind="numeric", role="feature") for name in NUMERIC),
        *(ColumnSpec(name=name, dtype="string", kind="category", role="feature") for name in LEVELS),
    ]
    return TableSchema(service="benchmark", columns=tuple(columns))


def make_frame(num_rows: int, seed: int) -> pd.DataFrame:
    """Return correlated rows, 1 % of the numbers missing."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(num_rows, 4)) @ random.normal(size=(4, len(NUMERIC)))
    values[random.random(values.shape) < 0.01] = np.nan
    frame = pd.DataFrame(values, columns=NUMERIC)
    for name, count in LEVELS.items():
        frame[name] = np.asarray([f"level {code}" for code in range(count)], dtype=object)[
            random.integers(0, count, num_rows)
        ]
    return frame


def by_hand(model: FittedModel, frame: pd.DataFrame) -> TableBatch:
    """Return tensors made without checks."""
    transform = model.transform
    x_ND = frame[NUMERIC].to_numpy(np.float32)
    observed_ND = ~np.isnan(x_ND)
    z_ND = (x_ND - transform.center_D.astype(np.float32)) / transform.scale_D.astype(np.float32)
    codes = [
        pd.Categorical(frame[name], list(levels)).codes for name, levels in zip(LEVELS, transform.levels, strict=True)
    ]
    codes_NC = np.stack(codes, axis=1).astype(np.int64) + 1
    observed_NX = np.concatenate([observed_ND, codes_NC > 0], axis=1).astype(np.float32)
    return TableBatch(torch.from_numpy(np.nan_to_num(z_ND)), torch.from_numpy(codes_NC), torch.from_numpy(observed_NX))


@torch.no_grad()
def network_scores(model: FittedModel, batch: TableBatch) -> np.ndarray:
    """Return the negative ELBO at the posterior mean."""
    parts = []
    for part in chunks(batch, CHUNK_ROWS):
        posterior = model.network.encode(part)
        log_prob_N = model.network.decode(posterior.mean_NK).log_prob_NX(part).sum(-1)
        parts.append(posterior.kl_NK().sum(-1) - log_prob_N)
    return np.asarray(torch.cat(parts).numpy())


@torch.no_grad()
def everything(model: FittedModel, frame: pd.DataFrame) -> pd.DataFrame:
    """Return scores, posterior means and the reconstruction in units."""
    scores, means, rebuilt = [], [], []
    for part in chunks(by_hand(model, frame), CHUNK_ROWS):
        posterior = model.network.encode(part)
        likelihood = model.network.decode(posterior.mean_NK)
        scores.append(posterior.kl_NK().sum(-1) - likelihood.log_prob_NX(part).sum(-1))
        means.append(posterior.mean_NK)
        rebuilt.append(likelihood.expected())
    x_ND = torch.cat([part.values_ND for part in rebuilt]).numpy().astype(np.float64)
    x_ND = x_ND * model.transform.scale_D + model.transform.center_D
    codes_NC = torch.cat([part.codes_NC for part in rebuilt]).numpy()
    latents_NK = torch.cat(means).numpy()
    columns = {"score": torch.cat(scores).numpy()}
    columns |= {f"z_{k}": latents_NK[:, k] for k in range(latents_NK.shape[1])}
    columns |= {name: x_ND[:, d] for d, name in enumerate(NUMERIC)}
    for c, (name, levels) in enumerate(zip(LEVELS, model.transform.levels, strict=True)):
        columns[name] = np.asarray([None, *levels], dtype=object)[codes_NC[:, c]]
    return pd.DataFrame(columns, index=frame.index)


def load_pyfunc(model: FittedModel, frame: pd.DataFrame, folder: Path) -> mlflow.pyfunc.PyFuncModel:
    """Save and load the model as the registry logs it."""
    model.save(folder / "bundle")
    signature = make_signature(model.schema, answer(model, frame.head(5), {"task": "all"}), 0.01)
    mlflow.pyfunc.save_model(
        folder / "pyfunc",
        python_model=served.__file__,
        artifacts={"bundle": str(folder / "bundle")},
        signature=signature,
        pip_requirements=[],
    )
    return mlflow.pyfunc.load_model(str(folder / "pyfunc"))


def cpu_seconds(call: Callable[[], object]) -> float:
    """Return the CPU time of one call."""
    start = time.process_time()
    call()
    return time.process_time() - start


def compare(num_rows: int, repetitions: int) -> dict[str, dict[str, float]]:
    """Time every way in turn; ratios are by hand over the way, so that 1 is as quick as by hand."""
    config = TrainConfig(epochs=2, accelerator="cpu", devices="1")
    model, frame = (
        vaegis.fit(make_frame(20_000, 0), ModelConfig.plain(config), schema=make_schema()),
        make_frame(num_rows, 1),
    )
    ready = by_hand(model, frame)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MLflow's advice on saving, which this does not keep
        pyfunc = load_pyfunc(model, frame, Path(folder))
        ways: dict[str, Callable[[], object]] = {
            BY_HAND: lambda: network_scores(model, by_hand(model, frame)),
            "network": lambda: network_scores(model, ready),
            "score": lambda: model.score(frame),
            "pyfunc score": lambda: pyfunc.predict(frame, params={"task": "score"}),
            ALL_BY_HAND: lambda: everything(model, frame),
            "read": lambda: model.read(frame),
            "pyfunc all": lambda: pyfunc.predict(frame),
        }
        for way in ways.values():
            way()
        rounds = [{name: cpu_seconds(way) for name, way in ways.items()} for _ in range(repetitions)]
    return {name: summary(name, rounds) for name in ways}


def grown_mib(num_rows: int) -> float:
    """Return how far memory rises above where it stood, the frame included, while `score` reads it (Linux)."""
    config = ModelConfig.plain(TrainConfig(epochs=1, accelerator="cpu", devices="1"))
    model = vaegis.fit(make_frame(2_000, 0), config, schema=make_schema())
    model.score(make_frame(200_000, 1))
    frame = make_frame(num_rows, 2)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak so far
    before = status_mib("VmRSS")
    model.score(frame)
    return status_mib("VmHWM") - before


def status_mib(name: str) -> float:
    """Return an entry of the process's memory status."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def summary(way: str, rounds: list[dict[str, float]]) -> dict[str, float]:
    """Return the median time of a way, and its ratios to the hand-written one that does as much."""
    reference = ALL_BY_HAND if way in (ALL_BY_HAND, "read", "pyfunc all") else BY_HAND
    ratios = [times[reference] / times[way] for times in rounds]
    return {
        "ms": 1000 * statistics.median(times[way] for times in rounds),
        "ratio_min": min(ratios),
        "ratio_median": statistics.median(ratios),
        "ratio_max": max(ratios),
    }


def main() -> None:
    """Print one row for each way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    torch.set_num_threads(1)
    grown = grown_mib(4 * options.rows)
    results = compare(options.rows, options.repetitions)
    if options.json:
        print(json.dumps({**results, "rise_mib": grown}))
        return
    print(f"score of {4 * options.rows:,} rows: memory rises by {grown:.0f} MiB")
    for name, numbers in results.items():
        print(f"{name:>14}  " + "  ".join(f"{label} {value:9.3f}" for label, value in numbers.items()))


if __name__ == "__main__":
    main()
