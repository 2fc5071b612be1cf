"""Generated tables: the autoregressive generator and peers on real ones, every figure from one run.

Beside them stand the real rows themselves (`real`: what utility can come to), rows drawn from them with replacement
(`bootstrap`: the floor of shapes and trends) and as many other real rows (`holdout`: what copies may come to). With
`--latents` also rows generated from latents of a variational autoencoder: those of generated rows, which are what its
prior is here (`two_steps`); with `--given` rows of given labels. The peers' own code, by its defaults but for
`--peer-epochs`; they are extras of this benchmark: pip install ctgan copulas. CPU times are those of the process.

    OMP_NUM_THREADS=1 python -m benchmarks.synthesis [--tables census,flights] [--peers tvae,ctgan,copula] [--json]
"""

import argparse
import json
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import torch

import vaegis
from benchmarks.synthesis_figures import figures
from benchmarks.synthesis_tables import AMOUNTS, TABLES, Table
from vaegis.config.generator import GeneratorConfig
from vaegis.config.model import ModelConfig
from vaegis.config.train import TrainConfig
from vaegis.contract import ColumnSpec, TableSchema
from vaegis.data.stream import stream_frame
from vaegis.fitted.generator import Encoder, fit_generator
from vaegis.generation.generator import Generator
from vaegis.training.sink import NullSink

Way = Callable[[Table, argparse.Namespace], Iterator[tuple[str, pd.DataFrame, dict[str, float]]]]
"""Yields a name, generated rows, and numbers of its own."""
DEVICES = TrainConfig(accelerator="cpu", devices="1")


def fit(table: Table, seed: int, encode: Encoder | None = None) -> Generator:
    """Fit as a user would: a tenth of the rows validates."""
    cut = int(0.9 * len(table.train))
    streams = stream_frame(table.train.iloc[:cut]), stream_frame(table.train.iloc[cut:])
    config = GeneratorConfig(seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        fitted = fit_generator(
            table.columns, streams, config, encode, devices=DEVICES, folder=Path(folder), sink=NullSink()
        )
    assert fitted is not None  # noqa: S101 - one process
    return fitted[0]


def floors(table: Table, options: argparse.Namespace) -> Iterator[tuple[str, pd.DataFrame, dict[str, float]]]:
    """Yield real rows in three ways."""
    yield "real", table.train, {}
    yield "bootstrap", table.train.sample(frac=1.0, replace=True, random_state=options.seed, ignore_index=True), {}
    yield "holdout", table.holdout, {}


def ours(table: Table, options: argparse.Namespace) -> Iterator[tuple[str, pd.DataFrame, dict[str, float]]]:
    """Yield rows of the autoregressive generator."""
    start = time.process_time()
    generator = fit(table, options.seed)
    fitted = time.process_time()
    rows = generator.sample(len(table.train), seed=options.seed)
    done = time.process_time()
    for _ in generator.stream(options.rows, options.seed + 1):  # a chunk at a time, none kept
        pass
    speed = options.rows / (time.process_time() - done)
    yield "vaegis", rows, {"fit_s": fitted - start, "sample_s": done - fitted, "rows_per_s": speed}
    if options.given:
        yield from by_label(generator, table, options.seed)


def by_label(generator: Generator, table: Table, seed: int) -> Iterator[tuple[str, pd.DataFrame, dict[str, float]]]:
    """Yield rows of given labels, one a row: those of the training rows, and half of them positive."""
    label = list(table.train)[-1]
    own_N = table.train[label].to_numpy()
    others = table.train.loc[own_N != table.positive, label].iloc[0]
    half_N = np.where(np.arange(len(own_N)) % 2, table.positive, others)
    for name, wanted_N in (("given", own_N), ("half", half_N)):
        start = time.process_time()
        rows = generator.sample(len(wanted_N), {label: wanted_N}, seed)
        wrong = float((rows[label].to_numpy() != wanted_N).sum())
        yield name, rows, {"sample_s": time.process_time() - start, "wrong_labels": wrong}


def from_latents(table: Table, options: argparse.Namespace) -> Iterator[tuple[str, pd.DataFrame, dict[str, float]]]:
    """Yield rows of one generator with latents: drawn without any, and from the latents of those."""
    keys = (
        ColumnSpec(name="row_key", dtype="string", kind="identifier", role="key"),
        ColumnSpec(name="row_time", dtype="timestamp", kind="time", role="time"),
    )
    schema = TableSchema(service="benchmark", columns=(*keys, *table.columns))
    config = TrainConfig(
        seed=options.seed, latent_dim=16, hidden=[256, 128], beta=options.beta, epochs=30, accelerator="cpu"
    )
    model = vaegis.fit(table.train, ModelConfig.plain(config), schema=schema)
    generator = fit(table, options.seed, model.posterior)
    random = np.random.default_rng(options.seed)

    def latents(frame: pd.DataFrame) -> np.ndarray:
        mean_NK, std_NK = model.posterior(frame)
        return mean_NK + std_NK * random.normal(size=mean_NK.shape)

    gain = generator.log_prob(table.holdout, latents(table.holdout)) - generator.log_prob(table.holdout)
    rows = generator.sample(len(table.train), seed=options.seed)
    rate = float(model.elbo(table.holdout)["rate"].mean())
    yield "latents", rows, {"rate_nats": rate, "gain_nats": float(gain.mean())}
    yield "two_steps", generator.sample_at(latents(rows), seed=options.seed + 1), {}


def ctgan(table: Table, options: argparse.Namespace) -> Iterator[tuple[str, pd.DataFrame, dict[str, float]]]:
    """Yield rows of CTGAN and TVAE."""
    from ctgan import CTGAN, TVAE  # noqa: PLC0415 - an extra of this benchmark

    train = _filled(table.train)
    for name, kind in (("tvae", TVAE), ("ctgan", CTGAN)):
        if name in options.peers:
            torch.manual_seed(options.seed)
            start = time.process_time()
            model = kind(epochs=options.peer_epochs, enable_gpu=False)
            model.fit(train, [column for column in train if column not in AMOUNTS])
            fitted = time.process_time()
            rows = model.sample(len(train))
            yield name, _emptied(rows, table.train), _times(start, fitted)


def copula(table: Table, options: argparse.Namespace) -> Iterator[tuple[str, pd.DataFrame, dict[str, float]]]:
    """Yield rows of a Gaussian copula; a name is a random number inside its share of the rows, as SDV has it."""
    from copulas.multivariate import GaussianMultivariate  # noqa: PLC0415 - an extra of this benchmark
    from copulas.univariate import BetaUnivariate  # noqa: PLC0415

    if "copula" not in options.peers:
        return
    train, random = _filled(table.train), np.random.default_rng(options.seed)
    np.random.seed(options.seed)  # noqa: NPY002 - what the peer draws from
    start = time.process_time()
    edges = {name: train[name].value_counts(normalize=True).cumsum() for name in train if name not in AMOUNTS}
    numbers = train.copy()
    for name, edge in edges.items():
        high = train[name].map(edge).to_numpy(float)
        numbers[name] = high - train[name].map(edge.diff().fillna(edge)).to_numpy(float) * random.random(len(train))
    model = GaussianMultivariate(distribution=BetaUnivariate)
    model.fit(numbers)
    fitted = time.process_time()
    rows = model.sample(len(train))
    for name, edge in edges.items():
        rows[name] = edge.index[np.minimum(np.searchsorted(edge, rows[name]), len(edge) - 1)]
    yield "copula", _emptied(rows, table.train), _times(start, fitted)


def _times(start: float, fitted: float) -> dict[str, float]:
    return {"fit_s": fitted - start, "sample_s": time.process_time() - fitted}


def _filled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return what peers can read: a missing name is a name."""
    return frame.fillna({name: "?" for name in frame if frame[name].dtype == object})


def _emptied(rows: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """Return the table's columns, names missing again, whole numbers whole."""
    whole = {name: rows[name].round() for name in like if like[name].dtype == np.int64}
    return rows[list(like)].assign(**whole).replace({"?": None})


def compare(name: str, options: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Return the figures of every way on one table."""
    table = TABLES[name]()
    ways: list[Way] = [
        floors,
        ours,
        *([from_latents] if options.latents else []),
        *([ctgan, copula] * bool(options.peers)),
    ]
    results = {}
    for way in ways:
        for label, rows, numbers in way(table, options):
            results[label] = figures(table, rows, options.seed) | numbers
            if not options.json:
                line = "  ".join(f"{key} {value:.4g}" for key, value in results[label].items())
                print(f"{name:>12} {label:>10}  {line}", flush=True)
    return results


def main() -> None:
    """Print one line for each table and way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--tables", default="census,census_full,flights")
    parser.add_argument("--peers", default="", help="of tvae, ctgan, copula")
    parser.add_argument("--peer-epochs", type=int, default=300)
    parser.add_argument("--given", action="store_true", help="also rows of given labels")
    parser.add_argument("--latents", action="store_true")
    parser.add_argument("--beta", type=float, default=0.2, help="of the autoencoder whose latents are used")
    parser.add_argument("--rows", type=int, default=1_000_000, help="drawn for the speed of sampling")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.peers = options.peers.split(",") if options.peers else []
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # the peers' and SDMetrics' own
    results = {name: compare(name, options) for name in options.tables.split(",")}
    if options.json:
        print(json.dumps(results))


if __name__ == "__main__":
    main()
