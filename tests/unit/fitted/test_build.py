from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from vaegis.config.model import ModelConfig
from vaegis.contract import ColumnSpec, TableSchema
from vaegis.data.stream import stream_frame
from vaegis.errors import DataError, TrainingError
from vaegis.fitted.build import RoleStreams, fit_model
from vaegis.fitted.model import FittedModel
from vaegis.training.sink import NullSink


@pytest.fixture
def build(machine_schema, make_machines, fitted_machines, tmp_path):
    def run(train=300, validation=100, calibration=100, schema=machine_schema, more=None, **changes):
        frame = make_machines(train + validation + calibration).assign(**more or {})
        cut = train + validation
        parts = frame.iloc[:train], frame.iloc[train:cut], frame.iloc[cut:]
        streams = RoleStreams(*(stream_frame(part.drop(columns="machine")) for part in parts))
        config = replace(fitted_machines.config, epochs=2, **changes)
        return frame, fit_model(schema, streams, ModelConfig.plain(config), folder=tmp_path, sink=NullSink())

    return run


def test_transform_sees_training_rows_only(build):
    frame, (model, _) = build()
    heat = frame["heat_c"].iloc[:300]
    batch_mean = model.transform.center_D[[c.name for c in model.transform.numeric].index("heat_c")]
    assert batch_mean == pytest.approx(heat.mean())
    assert batch_mean != pytest.approx(frame["heat_c"].mean(), rel=1e-6)


def test_calibration_is_of_calibration_rows(build):
    frame, (model, curves) = build()
    expected = np.sort(model.score(frame.iloc[400:]).to_numpy())
    np.testing.assert_allclose(model.calibration.scores_M, expected, rtol=1e-6)
    median = model.column_nll(frame.iloc[400:])[model.batch_columns].median()
    np.testing.assert_allclose(model.calibration.column_median_X, median, rtol=1e-4, atol=1e-6)
    assert curves.records


@pytest.mark.parametrize("names", [["mode", "running"], ["heat_c"]])
def test_tables_of_one_kind_of_column_fit(build, machine_schema, names):
    columns = tuple(
        replace(column, role="context") if column.role == "feature" and column.name not in names else column
        for column in machine_schema.columns
    )
    frame, (model, _) = build(schema=TableSchema(service="few", columns=columns))
    assert model.columns == names
    assert np.isfinite(model.score(frame)).all()
    assert set(model.explain(frame.head(3), top=1)["column"]) <= set(names)
    assert list(model.sample(4).columns) == names


def test_missing_roles_are_named(build):
    with pytest.raises(TrainingError, match="0 validation rows"):
        build(validation=0)
    with pytest.raises(TrainingError, match="too few rows: 9 calibration rows are left; allowed: at least 10"):
        build(calibration=9)
    with pytest.raises(DataError, match="no feature has a value in the training rows"):
        build(train=0)


def test_a_column_without_a_value_is_not_learnt_and_named(build, machine_schema, caplog):
    empty = (
        ColumnSpec(name="never", dtype="float64", kind="numeric", role="feature"),
        ColumnSpec(name="nothing", dtype="string", kind="category", role="feature"),
    )
    schema = TableSchema(service="gaps", columns=(*machine_schema.columns, *empty))
    frame, (model, _) = build(schema=schema, more={"never": None, "nothing": None})
    assert "column never has no value in the training rows" in caplog.text
    scores = model.score(frame)
    assert np.isfinite(scores).all()
    pd.testing.assert_series_equal(model.score(frame.assign(never=1e6, nothing="now")), scores)
    assert model.sample(20)[["never", "nothing"]].isna().all(axis=None)


def test_levels_beyond_the_limit_share_one(build, machine_schema):
    column = ColumnSpec(name="part", dtype="string", kind="category", role="feature")
    schema = TableSchema(service="parts", columns=(*machine_schema.columns, column))
    parts = [f"part {number}" for number in range(500)]
    frame, (model, _) = build(schema=schema, max_levels=5, more={"part": parts})
    assert model.network.layout.num_levels[-1] == 6
    assert set(model.sample(200)["part"]) <= {*model.transform.levels[-1]}
    assert np.isfinite(model.score(frame)).all()


def test_identifier_cannot_be_a_feature(build, machine_schema):
    serial = ColumnSpec(name="operator", dtype="string", kind="identifier", role="feature")
    columns = tuple(serial if column.name == "operator" else column for column in machine_schema.columns)
    with pytest.raises(DataError, match="feature 'operator' is of kind identifier"):
        build(schema=TableSchema(service="serial", columns=columns))


def test_a_mixture_is_where_the_rows_are(build, tmp_path):
    """At a low beta the aggregate posterior is far from N(0, I): its rows are likelier under what is fitted to it."""
    (frame, normal), (_, mixture) = (build(train=1_500, beta=0.01, prior=name) for name in ("normal", "mixture"))
    model, other = mixture[0], normal[0]
    assert model.network.state_dict()["to_latent.weight"].equal(other.network.state_dict()["to_latent.weight"])
    assert model.nll(frame.head(200)).mean() < other.nll(frame.head(200)).mean()
    assert not model.sample(20).equals(other.sample(20))
    model.save(tmp_path / "bundle")
    loaded = FittedModel.load(tmp_path / "bundle")
    assert loaded.sample(20, seed=2).equals(model.sample(20, seed=2))
    assert loaded.nll(frame.head(20)).equals(model.nll(frame.head(20)))
