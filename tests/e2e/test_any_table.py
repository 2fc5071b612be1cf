"""Tables that a bench must bear: fitted, scored, sampled, measured and drawn, whatever columns they have."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from vaegis.config.evaluate import EvaluateConfig
from vaegis.config.model import ModelConfig
from vaegis.config.split import SplitConfig
from vaegis.config.train import TrainConfig
from vaegis.contract import ColumnSpec, TableSchema
from vaegis.evaluation.bench import build_bench
from vaegis.evaluation.case import Case
from vaegis.evaluation.draw import draw_figures
from vaegis.evaluation.evidence import gather
from vaegis.evaluation.rows import load_rows
from vaegis.fitted.build import fit_model
from vaegis.fitted.stage import role_streams
from vaegis.training.sink import NullSink

ROWS = 600
BY_ENTITY = SplitConfig(by="entity", test_share=0.3)
TRAIN = TrainConfig(latent_dim=2, hidden=[12], epochs=3, batch_rows=64, accelerator="cpu", max_levels=12)
EVALUATE = EvaluateConfig(max_rows=150, nll_rows=20, nll_samples=4, sample_rows=60)
Columns = dict[str, object]


@dataclass(frozen=True)
class Odd:
    """Columns by name, and their kinds where they are not plain amounts."""

    make: Callable[[np.random.Generator], Columns]
    kinds: dict[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    entities: int = ROWS
    split: SplitConfig = BY_ENTITY
    timed: bool = False
    numeric: bool = True
    faults: bool = True

    def frame(self) -> pd.DataFrame:
        """Make the rows; every one its own entity, without a time, unless told otherwise."""
        key = [f"row {number % self.entities:06d}" for number in range(ROWS)]
        start = pd.Timestamp("2024-01-01", tz="UTC")
        times = start + pd.to_timedelta(np.arange(ROWS) * 1.3 if self.timed else np.zeros(ROWS), unit="h")
        frame = pd.DataFrame({"row": key, "at": times.astype("datetime64[us, UTC]")})
        return frame.assign(**self.make(np.random.default_rng(0)))

    def schema(self) -> TableSchema:
        """Describe them."""
        columns = [
            ColumnSpec(name="row", dtype="string", kind="identifier", role="key"),
            ColumnSpec(name="at", dtype="timestamp", kind="time", role="time"),
        ]
        for name, values in self.make(np.random.default_rng(0)).items():
            kind = "binary" if name in self.labels else self.kinds.get(name, "numeric")
            series = pd.Series(values)
            dtype = "bool" if series.dtype == bool else "int64" if series.dtype.kind == "i" else "float64"
            dtype = "string" if kind == "category" and series.dtype == object else dtype
            dtype = "timestamp" if kind == "time" else dtype
            role = "label" if name in self.labels else "condition" if name in self.conditions else "feature"
            columns.append(ColumnSpec(name=name, dtype=dtype, kind=kind, role=role))
        return TableSchema(service="odd", columns=tuple(columns))


def words(random: np.random.Generator, count: int, name: str = "level") -> np.ndarray:
    """Draw levels, low numbers more often."""
    return np.array([f"{name} {n}" for n in (count * random.random(ROWS) ** 2).astype(int)], dtype=object)


def only_levels(random):
    shop = words(random, 4)
    return {
        "shop": shop,
        "clerk": np.where(random.random(ROWS) < 0.9, shop, "nobody"),
        "paid": random.random(ROWS) < 0.5,
    }


def one_amount(random):
    return {"amount": random.normal(size=ROWS)}


def one_level(random):
    return {"color": words(random, 3)}


def mostly_missing(random):
    amounts = random.normal(size=(ROWS, 2))
    amounts[random.random((ROWS, 2)) < 0.9] = np.nan
    color = np.where(random.random(ROWS) < 0.9, None, words(random, 3))
    return {"a": amounts[:, 0], "b": amounts[:, 1], "color": color, "never": np.full(ROWS, np.nan)}


def thousands_of_names(random):
    amount = random.lognormal(0, 2, ROWS)
    return {
        "name": words(random, 500, "a rather long name of a thing, number"),
        "amount": amount,
        "zip": random.integers(0, 400, ROWS),
    }


def constant_and_wild(random):
    wild, late = random.normal(size=ROWS), np.zeros(ROWS)
    wild[[3, 500]], late[ROWS // 2 :] = 1e12, random.normal(size=ROWS - ROWS // 2)
    return {
        "wild": wild,
        "constant": np.full(ROWS, 7.0),
        "count": random.poisson(2.0, ROWS),
        "late": late,
        "same": np.full(ROWS, "x", object),
    }


def with_labels(random):
    x, rare = random.normal(size=ROWS), np.eye(1, ROWS)[0]
    return {
        "x": x,
        "y": x + random.normal(size=ROWS),
        "bad": (x > 2).astype(float),
        "rare": rare,
        "known": np.where(x > 0, np.nan, 0.0),
    }


def wide(random):
    cause = random.normal(size=(ROWS, 1))
    return {f"v{n}": column for n, column in enumerate((cause + random.normal(size=(ROWS, 60))).T)}


def of_every_kind(random):
    flow = np.where(random.random(ROWS) < 0.4, 0.0, random.gamma(3.0, size=ROWS))
    flow[random.random(ROWS) < 0.1] = np.nan
    made = pd.Timestamp("2020-02-01", tz="UTC") + pd.to_timedelta(random.integers(0, 900, ROWS), unit="D")
    return {
        "flow": flow,
        "heading": 360.0 * random.random(ROWS),
        "made": made.astype("datetime64[us, UTC]"),
        "visits": random.poisson(3.0, ROWS),
        "stars": random.integers(1, 6, ROWS),
    }


def given_some(random):
    site = words(random, 3)
    level = np.where(site == "level 0", 5.0, 0.0) + random.normal(size=ROWS)
    return {"site": site, "load": random.normal(size=ROWS), "level": level, "good": random.random(ROWS) < 0.8}


OF_EVERY_KIND = {"heading": "angle", "made": "time", "visits": "count", "stars": "ordinal"}
BY_TIME = SplitConfig(test_from="2024-01-20", block_days=1, gap_hours=2, hold_out=[["2024-01-10", "2024-01-11"]])
TABLES = {
    "only levels": Odd(only_levels, {"shop": "category", "clerk": "category", "paid": "binary"}, numeric=False),
    "one amount": Odd(one_amount),
    "one level": Odd(one_level, {"color": "category"}, numeric=False),
    "mostly missing": Odd(mostly_missing, {"color": "category"}),
    "thousands of names": Odd(thousands_of_names, {"name": "category", "zip": "category"}),
    "constant and wild": Odd(
        constant_and_wild, {"count": "count", "same": "category"}, entities=1, split=BY_TIME, timed=True
    ),
    "labels": Odd(with_labels, labels=("bad", "rare", "known"), timed=True, split=BY_TIME),
    "few entities": Odd(with_labels, labels=("bad",), entities=40, timed=True),
    "nothing but a constant": Odd(lambda random: {"c": np.full(ROWS, 3.0)}, faults=False, numeric=False),
    "wide": Odd(wide),
    "of every kind": Odd(of_every_kind, OF_EVERY_KIND),
    "conditions": Odd(given_some, {"site": "category", "good": "binary"}, conditions=("site", "load")),
}


@pytest.fixture(scope="module", params=TABLES, ids=str)
def judged(request, tmp_path_factory):
    """A model of an odd table, its bench and its evidence."""
    odd, folder = TABLES[request.param], tmp_path_factory.mktemp("odd")
    odd.frame().to_parquet(folder / "clean.parquet", index=False)
    schema = odd.schema()
    streams = role_streams(schema, folder / "clean.parquet", odd.split)
    model, history = fit_model(schema, streams, ModelConfig.plain(TRAIN), folder=folder / "state", sink=NullSink())
    rows = load_rows(folder / "clean.parquet", schema, odd.split, EVALUATE.max_rows)
    bench = build_bench(rows, (), (), lambda frame: frame[[]], EVALUATE)
    (folder / "history.csv").write_text(history.to_csv())
    return odd, model, bench, gather(Case(model=model, bench=bench, rivals=bench.baselines)), folder


def test_every_figure_is_a_number_or_does_not_apply(judged):
    odd, _, bench, evidence, _ = judged
    metrics = evidence.metrics
    finite = {f"{topic}/{name}" for topic, figures in metrics.items() for name, x in figures.items() if x is not None}
    always = {
        "latent/active_units",
        "latent/rate",
        "latent/decoder_use",
        "latent/prior_hole_share",
        "latent/aggregate_kl",
    }
    always |= {"reconstruction/nll", "detection/false_alarm_rate", "synthetic/rule_pass_rate", "synthetic/mean_shape"}
    assert always <= finite | {"latent/prior_hole_share"}
    assert ("reconstruction/mean_r2" in finite) == ("calibration/residual_std" in finite) == odd.numeric
    assert ("detection/injected_auroc" in finite) == odd.faults
    assert "single rows" in evidence.measured["detection/event_recall"].estimate.reason
    assert set(metrics["labels"]) == {"mean_auroc", "mean_ap"} or odd.labels
    assert bench.rows.test["row"].nunique() == min(len(bench.rows.test), odd.entities) or odd.entities < ROWS


def test_faults_change_one_raw_column_of_a_normal_row(judged):
    odd, _, bench, _, _ = judged
    events, frame = bench.injected.events, bench.injected.frame
    assert len(events) == len(frame)
    assert bool(len(events)) == odd.faults
    varying = {name for name in bench.rows.schema.names if bench.rows.train[name].nunique() > 1} - {
        "row",
        "at",
        *odd.labels,
    }
    assert set(events["sensor"]) <= varying
    for kind, group in events.groupby("kind"):
        assert set(group["sensor"]) <= varying
        assert set(group["size"].dropna()) == (set(EVALUATE.fault_sizes) if kind == "bias" else set())


def test_scores_samples_and_explanations_hold(judged):
    _, model, bench, evidence, _ = judged
    test = bench.rows.test
    assert np.isfinite(model.score(test)).all()
    assert model.pvalue(test).between(0, 1).all()
    assert list(model.sample(20).columns) == model.columns
    assert list(model.reconstruct(test).columns) == model.columns
    assert len(model.explain(test.head(3))) == 3 * min(3, len(model.features))
    again = type(model).load(save(model, judged[-1]))
    pd.testing.assert_series_equal(again.score(test), model.score(test))
    assert len(evidence.tables["columns"]) == len(model.features)


def save(model, folder):
    model.save(folder / "bundle")
    return folder / "bundle"


@pytest.mark.slow
def test_figures_are_drawn(judged):
    *_, evidence, folder = judged
    draw_figures(folder, evidence, pd.read_csv(folder / "history.csv"))
    assert {"columns.png", "latent_map.png", "score_histogram.png", "worst_rows.png"} <= {
        p.name for p in folder.iterdir()
    }
