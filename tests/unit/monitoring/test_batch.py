import numpy as np
import pandas as pd
import pytest

from vaegis.errors import DataError
from vaegis.monitoring.batch import batches, contract_rows, within_bounds


@pytest.fixture(scope="module")
def rows(machines):
    frame = machines.make_rows(seed=5, start="2015-01-05", days=17)
    return frame[frame["at"] < frame["at"].max().floor("D") + pd.Timedelta(hours=10)]


def test_days_are_cut_into_batches(model, reference, rows):
    found = [batch for batch, _ in batches(model, reference, rows, 7)]
    assert [len(batch.start_L) for batch in found] == [7, 7, 2]
    assert [batch.rows for batch in found] == [7 * 48, 7 * 48, 2 * 48]
    assert [batch.left_over for batch in found] == [0, 0, 20]
    assert found[0].first.startswith("2015-01-05")
    assert found[0].sums_LF.shape == (7, reference.features.width)
    assert found[0].sums_LF[:, reference.features.groups["column:load_kw"]].sum(axis=1).tolist() == [48.0] * 7


def test_the_order_of_rows_and_columns_changes_nothing(model, reference, rows):
    other = rows.sample(frac=1.0, random_state=0)[rows.columns[::-1]]
    one, two = (next(batches(model, reference, frame, 7))[0] for frame in (rows, other))
    assert one.digest == two.digest
    assert (one.sums_LF == two.sums_LF).all()


def test_rows_out_of_bounds_are_counted_and_not_judged(model, reference, rows):
    wild = rows.head(48 * 3).assign(load_kw=lambda frame: frame["load_kw"].mask(np.arange(len(frame)) < 5, 999.0))
    found = next(batches(model, reference, wild, 7))[0]
    assert found.invalid == 5
    assert within_bounds(pd.DataFrame({"load_kw": [np.nan, 0.0, 151.0]}), model.schema.features[:1]).tolist() == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda frame: frame.iloc[:0], "the batch holds no rows"),
        (lambda frame: frame.drop(columns="heat_c"), "column 'heat_c' is missing"),
        (lambda frame: frame.assign(heat_c="warm"), "column 'heat_c' holds 'warm'"),
        (lambda frame: frame.assign(at=pd.NaT), "rows of the batch lack a key or their time"),
        (lambda frame: frame.assign(machine=None), "rows of the batch lack a key or their time"),
    ],
)
def test_rows_that_break_the_contract_are_one_line(rows, machines, spoil, said):
    with pytest.raises(DataError, match=said) as caught:
        contract_rows(spoil(rows), machines.SCHEMA)
    assert "\n" not in str(caught.value)
