import math

import numpy as np
import pandas as pd
import pytest

from vaegis.contract import ColumnSpec
from vaegis.data.transform import TableTransform
from vaegis.errors import ConfigError
from vaegis.fitted.layout import DAY, make_layout
from vaegis.likelihoods import CONDITION, ColumnFacts

ROWS = 600


def feature(name: str, kind: str, dtype: str = "float64", **more) -> ColumnSpec:
    return ColumnSpec(name=name, dtype=dtype, kind=kind, **{"role": "feature", **more})


COLUMNS = (
    feature("amount", "numeric"),
    feature("when", "time", "timestamp"),
    feature("visits", "count", "int64", likelihood="negative_binomial"),
    feature("flow", "numeric"),
    feature("site", "category", "string", role="condition"),
    feature("grade", "ordinal", "int64"),
)


@pytest.fixture(scope="module")
def transform() -> TableTransform:
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "amount": random.normal(size=ROWS),
            "when": pd.date_range("2024-03-01", periods=ROWS, freq="h", tz="UTC"),
            "visits": random.poisson(3.0, ROWS),
            "flow": np.where(random.random(ROWS) < 0.4, 0.0, random.gamma(3.0, size=ROWS)),
            "site": random.choice(["a", "b"], ROWS),
            "grade": random.integers(1, 4, ROWS),
        }
    )
    return TableTransform.fit(COLUMNS, [frame], max_levels=10)


def test_layout_follows_the_kinds(fitted_machines):
    layout = make_layout(fitted_machines.transform)
    assert layout.numeric == ("gaussian", "gaussian", "gaussian", "circular")
    assert layout.discrete == ("categorical",) * 2
    assert layout.num_levels == (2, 2)
    assert layout.facts(0) == ColumnFacts()
    assert layout.facts(3) == ColumnFacts(cycles=((1.0, 0.0),), wraps=True)


def test_layout_follows_contract_data_and_roles(transform):
    layout = make_layout(transform)
    assert layout.numeric == ("gaussian", "gaussian", "negative_binomial", "spike")
    assert layout.discrete == (CONDITION, "ordinal")
    assert layout.facts(0) == ColumnFacts()
    assert (layout.facts(2).center, layout.facts(2).scale) == (transform.center_D[2], transform.scale_D[2])
    flow = transform.encode(
        pd.DataFrame({name: [None] for name in ("amount", "when", "visits", "site", "grade")} | {"flow": [0.0]})
    )
    assert layout.facts(3).points == (flow.values_ND[0, 3].item(),)


def test_a_time_s_cycles_tell_the_hour(transform):
    frequency, phase = make_layout(transform).facts(1).cycles[0]
    midnight = (pd.Timestamp("2024-03-05", tz="UTC").timestamp() - transform.center_D[1]) / transform.scale_D[1]
    turns = (frequency * midnight + phase) / (2 * math.pi)
    assert turns == pytest.approx(round(turns), abs=1e-6)
    assert frequency * DAY / transform.scale_D[1] == pytest.approx(2 * math.pi)


def test_the_configuration_says_the_last_word(transform):
    layout = make_layout(transform, {"amount": "student_t", "visits": "poisson", "grade": "categorical"})
    assert layout.numeric == ("student_t", "gaussian", "poisson", "spike")
    assert layout.discrete == (CONDITION, "categorical")
    with pytest.raises(ConfigError, match="column 'sum', which is no feature; allowed: amount, when, visits"):
        make_layout(transform, {"sum": "gaussian"})
    with pytest.raises(ConfigError, match=r"'amount' is 'poisson', .*not only whole numbers from 0"):
        make_layout(transform, {"amount": "poisson"})


def test_plain_tables_carry_nothing_more(transform):
    plain = TableTransform.fit(COLUMNS[:1], [pd.DataFrame({"amount": [1.0, 2.0]})], max_levels=10)
    assert "numbers" not in make_layout(plain).to_json()
