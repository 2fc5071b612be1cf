import numpy as np
import pandas as pd
import pytest

from vaegis.config.generator import GeneratorConfig
from vaegis.config.train import TrainConfig
from vaegis.contract import ColumnSpec
from vaegis.data.stream import stream_frame
from vaegis.errors import TrainingError
from vaegis.fitted.generator import fit_generator
from vaegis.training.sink import NullSink

DEVICES = TrainConfig(accelerator="cpu", devices="1")
COLUMNS = [
    ColumnSpec(name="load", dtype="float64", kind="numeric", role="feature"),
    ColumnSpec(name="mode", dtype="string", kind="category", role="feature"),
]


class Stopping(NullSink):
    """Fails at the first curve point after the first: a kill between two checkpoints."""

    points = 0

    def log(self, step, metrics) -> None:
        self.points += 1
        if self.points == 2:
            raise KeyError("stop here")


def make_rows(num_rows: int) -> pd.DataFrame:
    load = np.arange(num_rows, dtype=float)
    return pd.DataFrame({"load": load, "mode": np.where(load % 2 == 0, "even", "odd")})


@pytest.fixture
def fit(tmp_path):
    def run(train: pd.DataFrame, validation: pd.DataFrame, encode=None, folder: str = "run", sink=None, **changes):
        config = GeneratorConfig(**{"width": 8, "min_steps": 20, "epochs": 2, **changes})
        streams = stream_frame(train), stream_frame(validation)
        return fit_generator(
            COLUMNS, streams, config, encode, devices=DEVICES, folder=tmp_path / folder, sink=sink or NullSink()
        )

    return run


def test_generator_is_trained_and_the_curve_comes_with_it(fit):
    generator, history = fit(make_rows(2_000), make_rows(2_000), min_steps=150)
    assert generator.network.num_latents == 0
    assert not generator.network.training
    elbos = [record["val/elbo"] for record in history.records]
    assert elbos[-1] > elbos[0]
    assert generator.log_prob(make_rows(2_000)).mean() == pytest.approx(max(elbos), abs=1e-3)


def test_same_seed_same_generator(fit):
    first, again = (fit(make_rows(600), make_rows(90), folder=name)[0] for name in "ab")
    other = fit(make_rows(600), make_rows(90), folder="c", seed=1)[0]
    assert first.sample(300).equals(again.sample(300))
    assert not first.log_prob(make_rows(9)).equals(other.log_prob(make_rows(9)))


def test_latents_come_from_the_encoder(fit):
    def encode(frame):
        load = frame[["load"]].to_numpy() / 1_000
        return np.repeat(load, 3, axis=1), np.ones((len(frame), 3))

    generator, _ = fit(make_rows(600), make_rows(90), encode)
    assert generator.network.num_latents == 3
    assert len(generator.sample_at(np.zeros((5, 3)))) == 5


def test_more_rows_than_are_read_are_taken_evenly(fit):
    """Rows in the order of time: the first ones alone would be another table."""
    generator, _ = fit(make_rows(70_000), make_rows(90), max_steps=20)
    rows = generator.codec.codes[0].values
    assert rows.max() > 69_980
    assert rows.min() < 20
    assert float(np.median(rows)) == pytest.approx(35_000, rel=0.2)


def test_a_stopped_training_resumes_bit_equal(fit):
    def encode(frame):
        return frame[["load"]].to_numpy() / 1_000, np.ones((len(frame), 1))

    rows = make_rows(2_000), make_rows(200), encode
    whole, _ = fit(*rows, "whole", min_steps=150)
    with pytest.raises(KeyError, match="stop here"):
        fit(*rows, "resumed", Stopping(), min_steps=150)
    resumed, _ = fit(*rows, "resumed", min_steps=150)
    for name, array in whole.pack()[0].items():
        assert np.array_equal(array, resumed.pack()[0][name]), name


def test_validation_rows_are_needed(fit):
    with pytest.raises(TrainingError, match="no validation rows"):
        fit(make_rows(100), make_rows(0))


def test_small_and_odd_tables_are_harmless(tmp_path):
    """Forty rows; a column without values, a constant one, one of unique numbers, one of unique names."""
    names = ("nothing", "always", "number", "name")
    kinds = ("numeric", "numeric", "numeric", "category")
    columns = [
        ColumnSpec(name=name, dtype="string" if kind == "category" else "float64", kind=kind, role="feature")
        for name, kind in zip(names, kinds, strict=True)
    ]
    number = np.random.default_rng(0).normal(size=40)
    frame = pd.DataFrame({"nothing": np.nan, "always": 3.0, "number": number, "name": [f"n{k}" for k in range(40)]})
    streams = stream_frame(frame.iloc[:30]), stream_frame(frame.iloc[30:])
    config = GeneratorConfig(min_steps=50)
    fitted = fit_generator(columns, streams, config, devices=DEVICES, folder=tmp_path, sink=NullSink())
    rows = fitted[0].sample(2_000)
    assert rows["nothing"].isna().all()
    assert rows["always"].eq(3.0).all()
    assert rows["number"].isin(number[:30]).all()
    assert set(rows["name"]) <= set(frame["name"].head(30))
    assert fitted[0].log_prob(frame).notna().all()
