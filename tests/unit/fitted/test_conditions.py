from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from vaegis.contract import ColumnSpec
from vaegis.data.transform import TableTransform
from vaegis.errors import ConfigError, DataError
from vaegis.fitted.conditions import KEPT, conform_given, encode_given, keep_conditions
from vaegis.fitted.model import FittedModel

COLUMNS = (
    ColumnSpec(name="heat", dtype="float64", kind="numeric", role="feature"),
    ColumnSpec(name="speed", dtype="float64", kind="numeric", role="condition"),
    ColumnSpec(name="site", dtype="string", kind="category", role="condition"),
)
ROWS = pd.DataFrame({"heat": np.arange(3_000.0), "speed": np.arange(3_000.0), "site": ["a", "b", None] * 1_000})
TRANSFORM = TableTransform.fit(COLUMNS, [ROWS], max_levels=10)


def test_at_most_a_thousand_rows_are_kept_and_only_their_conditions():
    batch = TRANSFORM.encode(ROWS)
    kept = keep_conditions(batch, (1, 2))
    assert kept.num_rows == KEPT
    assert kept.values_ND[[0, -1], 1].equal(batch.values_ND[[0, -1], 1])
    assert not kept.values_ND[:, 0].any()
    assert kept.observed_NX.sum(0).tolist() == [0.0, KEPT, kept.codes_NC.ne(0).sum().item()]
    assert keep_conditions(batch.rows(0, 5), (1, 2)).num_rows == 5


def test_one_row_is_for_all_and_dtypes_are_the_contract_s():
    kept = TRANSFORM.encode(ROWS)
    rows = conform_given(TRANSFORM, kept, {"speed": 3, "site": "a"}, 4)
    assert rows.to_dict("list") == {"speed": [3.0] * 4, "site": ["a"] * 4}
    assert conform_given(TRANSFORM, kept, None, 4) is None
    with pytest.raises(ConfigError, match="this model has no condition columns"):
        conform_given(TRANSFORM, None, {"speed": 3}, 4)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (ROWS[["speed", "site"]].head(2), "2 rows are given for 4; allowed: 1 or 4"),
        ({"speed": 3}, "column 'site' is missing"),
        ({"speed": 3, "site": "c"}, "column 'site': 'c' is given, but training never saw it"),
        (
            {"speed": 1e9, "site": "a"},
            r"column 'speed': .* but training never saw it; allowed: 0 to 2999; change: the arg",
        ),
        ({"speed": [3, 3, -1, 3], "site": "a"}, r"column 'speed': -1 is given, but training never saw it"),
        ({"speed": 3, "site": "a", "heat": 1.0}, "column 'heat' is given, but is no condition.*; allowed: speed, site"),
    ],
)
def test_what_is_no_row_of_conditions_is_refused(given, message):
    with pytest.raises(DataError, match=message):
        conform_given(TRANSFORM, TRANSFORM.encode(ROWS), given, 4)


def test_numbers_and_times_are_given_within_what_training_saw():
    columns = (COLUMNS[0], ColumnSpec(name="at", dtype="timestamp", kind="time", role="condition"))
    days = pd.date_range("2026-01-01", periods=10, tz="UTC")
    rows = pd.DataFrame({"heat": np.arange(10.0), "at": days})
    transform = TableTransform.from_json(TableTransform.fit(columns, [rows[:4], rows[4:]], max_levels=10).to_json())
    kept = transform.encode(rows)
    assert conform_given(transform, kept, rows[["at"]], 10)["at"].tolist() == days.tolist()
    assert conform_given(transform, kept, {"at": None}, 2)["at"].isna().all()  # what is missing says nothing
    allowed = "allowed: 2026-01-01T00:00:00\\+00:00 to 2026-01-10T00:00:00\\+00:00"
    with pytest.raises(DataError, match=f"training never saw it; {allowed}; change: the argument `given`"):
        conform_given(transform, kept, {"at": "2027-01-01"}, 2)


def test_what_was_drawn_may_be_given_though_single_precision_rounds():
    rows = pd.DataFrame({"heat": np.arange(300.0), "speed": 1e6 + np.arange(300.0) / 7, "site": "a"})
    transform = TableTransform.fit(COLUMNS, [rows], max_levels=10)
    batch = transform.encode(rows)
    drawn = transform.decode(batch.values_ND.numpy(), batch.codes_NC.numpy())
    assert (drawn["speed"] != rows["speed"]).any()
    assert len(conform_given(transform, batch, drawn[["speed", "site"]], 300)) == 300


def test_a_model_from_before_ranges_were_kept_takes_any_number():
    record = {name: item for name, item in TRANSFORM.to_json().items() if name != "ranges"}
    old = TableTransform.from_json(record)
    assert conform_given(old, old.encode(ROWS), {"speed": 1e9, "site": "a"}, 2)["speed"].tolist() == [1e9, 1e9]


def test_where_a_level_stands_for_the_rest_any_name_is_given():
    few = TableTransform.fit(COLUMNS, [ROWS.assign(site=ROWS.index.map(lambda n: f"s{n % 30}"))], max_levels=10)
    assert conform_given(few, few.encode(ROWS), {"speed": 3, "site": "new"}, 2)["site"].tolist() == ["new", "new"]


def test_what_is_given_is_observed_and_nothing_else():
    batch = TRANSFORM.encode(ROWS)
    given = encode_given(TRANSFORM, ROWS[["speed", "site"]].head(4))
    assert given.observed_NX.tolist() == [[0, 1, 1], [0, 1, 1], [0, 1, 0], [0, 1, 1]]
    assert given.values_ND[:, 1].equal(batch.values_ND[:4, 1])
    assert torch.equal(given.codes_NC, batch.codes_NC[:4])


@pytest.fixture
def frame(make_machines) -> pd.DataFrame:
    return make_machines(300, seed=5)


@pytest.fixture(scope="module")
def given(machine_schema, make_machines) -> FittedModel:
    """A model of machines given their mode and load."""
    import vaegis
    from vaegis.config.model import ModelConfig
    from vaegis.config.train import TrainConfig

    named = {"mode", "load_kw"}
    columns = tuple(replace(c, role="condition") if c.name in named else c for c in machine_schema.columns)
    config = TrainConfig(latent_dim=2, hidden=[32, 16], epochs=25, batch_rows=128, accelerator="cpu")
    return vaegis.fit(make_machines(2_000), ModelConfig.plain(config), schema=replace(machine_schema, columns=columns))


def test_rows_are_generated_for_the_conditions_that_are_given(given, frame):
    asked = frame[["load_kw", "mode"]].set_axis(frame.index[::-1])
    made = given.sample(len(frame), given=asked, seed=1)
    pd.testing.assert_frame_equal(made[["load_kw", "mode"]], asked)
    assert made.equals(given.sample(len(frame), given=asked, seed=1))
    low, high = (given.sample(400, given={"load_kw": load, "mode": "slow"})["heat_c"] for load in (-150.0, 150.0))
    with pytest.raises(
        DataError, match=r"column 'load_kw': 1000000\.0 is given, but training never saw it; allowed: -"
    ):
        given.sample(3, given={"load_kw": 1e6, "mode": "slow"})
    assert high.mean() - low.mean() > 10  # the heat follows the load, by 5 degrees a 100 kW
    with pytest.raises(DataError, match="2 rows are given for 3"):
        given.sample(3, given=asked.head(2))


def test_without_conditions_those_of_training_rows_are_drawn(given, make_machines):
    made, real = given.sample(4_000, seed=3), make_machines(4_000, seed=8)
    assert list(made) == given.columns
    assert made["load_kw"].std() == pytest.approx(real["load_kw"].std(), rel=0.15)
    assert (made["mode"] == "fast").mean() == pytest.approx((real["mode"] == "fast").mean(), abs=0.06)
    assert made["load_kw"].nunique() <= 1_000


def test_conditions_are_read_but_neither_scored_nor_explained(given, frame):
    assert given.features == ["heat_c", "parts", "running", "tilt_deg"]
    assert list(given.column_nll(frame)) == given.features
    assert set(given.explain(frame.head(20), top=4)["column"]) == set(given.features)
    odd = frame.assign(load_kw=-frame["load_kw"])
    assert given.score(odd).mean() > given.score(frame).mean() + 0.5
    gaps = frame.assign(
        load_kw=frame["load_kw"].where(frame.index > 5), mode=frame["mode"].where(frame.index > 8, None)
    )
    rebuilt = given.reconstruct(gaps)
    assert rebuilt["mode"].equals(gaps["mode"])
    np.testing.assert_allclose(rebuilt["load_kw"], gaps["load_kw"], rtol=1e-4, atol=1e-3)
    assert given.score(gaps).notna().all()
    total = given.column_nll(frame).sum(axis=1)
    rate = given.score(frame) - total
    assert (rate > -1e-4).all()


def test_a_conditional_model_comes_back(given, frame, tmp_path):
    digest = given.save(tmp_path / "bundle")
    loaded = FittedModel.load(tmp_path / "bundle")
    assert loaded.content_digest == digest
    assert loaded.sample(50, seed=2).equals(given.sample(50, seed=2))
    assert loaded.score(frame).equals(given.score(frame))


def test_a_model_without_conditions_takes_none(fitted_machines):
    with pytest.raises(ConfigError, match="this model has no condition columns"):
        fitted_machines.sample(3, given={"mode": "fast"})
