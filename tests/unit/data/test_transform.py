import json

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vaegis.contract import ColumnSpec
from vaegis.data.transform import TableTransform, as_text
from vaegis.errors import DataError

COLUMNS = (
    ColumnSpec(name="amount", dtype="float64", kind="numeric", role="feature"),
    ColumnSpec(name="level", dtype="string", kind="category", role="feature"),
    ColumnSpec(name="pieces", dtype="int64", kind="numeric", role="feature"),
    ColumnSpec(name="code", dtype="int64", kind="category", role="feature"),
    ColumnSpec(name="on", dtype="bool", kind="binary", role="feature"),
)
TRAIN = pd.DataFrame(
    {
        "amount": [1.0, 2.0, np.nan, 4.0, 5.0],
        "level": ["b", "a", None, "b", ""],
        "pieces": [1, 2, 3, 4, 5],
        "code": [1_234_567, 1_234_568, 7, 7, 7],
        "on": [True, False, True, True, False],
    }
)
FINITE = st.floats(-1e9, 1e9, allow_nan=False)


def fit(frame: pd.DataFrame = TRAIN) -> TableTransform:
    return TableTransform.fit(COLUMNS, [frame], max_levels=100)


def decode(transform: TableTransform, frame: pd.DataFrame) -> pd.DataFrame:
    batch = transform.encode(frame)
    return transform.decode(batch.values_ND.numpy(), batch.codes_NC.numpy(), frame.index)


@settings(max_examples=50, deadline=None)
@given(
    amounts=st.lists(FINITE, min_size=2, max_size=20),
    levels=st.lists(st.text(max_size=5), min_size=2, max_size=20),
    pieces=st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=20),
)
def test_training_rows_come_back(amounts, levels, pieces):
    num_rows = min(len(amounts), len(levels), len(pieces))
    frame = pd.DataFrame(
        {
            "amount": amounts[:num_rows],
            "level": levels[:num_rows],
            "pieces": pieces[:num_rows],
            "code": np.arange(num_rows) * 1_000_003,
            "on": np.arange(num_rows) % 2 == 0,
        }
    )
    transform = fit(frame)
    back = decode(transform, frame)
    scale = dict(zip(["amount", "pieces"], transform.scale_D, strict=True))
    for name, deviation in scale.items():  # float32 holds a standardised value to 1e-6
        assert np.abs(back[name] - frame[name]).max() <= 1e-5 * max(deviation, np.abs(frame[name]).max() * 1e-6)
    assert back["level"].tolist() == frame["level"].tolist()
    assert back["code"].tolist() == frame["code"].tolist()
    assert back["on"].astype(bool).tolist() == frame["on"].tolist()


def test_numeric_training_rows_are_standardised():
    transform = fit()
    assert transform.center_D.tolist() == [3.0, 3.0]
    values = transform.encode(TRAIN).values_ND[:, 1]
    assert values.mean().item() == pytest.approx(0.0, abs=1e-6)
    assert values.std(unbiased=False).item() == pytest.approx(1.0, abs=1e-6)


def test_missing_cells_are_zero_and_not_observed():
    batch = fit().encode(TRAIN)
    assert batch.values_ND[2, 0] == 0.0
    assert batch.observed_NX[2].tolist() == [0.0, 1.0, 0.0, 1.0, 1.0]  # amount, pieces, level, code, on
    assert batch.codes_NC[2, 0] == 0
    assert batch.observed_NX[0].tolist() == [1.0] * 5
    assert decode(fit(), TRAIN)["level"].tolist() == ["b", "a", None, "b", ""]


def test_unseen_level_is_as_if_missing():
    transform = fit()
    batch = transform.encode(TRAIN.head(1).assign(level="z", code=8))
    assert batch.codes_NC[0, :2].tolist() == [0, 0]
    assert batch.observed_NX[0].tolist() == [1.0, 1.0, 0.0, 0.0, 1.0]


def test_whole_number_levels_keep_every_digit():
    assert fit().levels[1] == ("1234567", "1234568", "7")
    assert as_text(pd.Series([0.1, 3.0, 1234567.25])).tolist() == ["0.1", "3", "1234567.25"]


def test_constant_column_is_harmless():
    frame = TRAIN.assign(amount=0.1)
    transform = fit(frame)
    assert transform.scale_D[0] == 1.0
    assert transform.encode(frame).values_ND[:, 0].abs().max() < 1e-6
    assert transform.encode(frame.assign(amount=2.1)).values_ND[0, 0] == pytest.approx(2.0)


@pytest.mark.parametrize("dtype", ["int32", "int64", "float32", "Int64", "Float64", "bool"])
def test_integer_nullable_and_boolean_columns_are_read_as_numbers(dtype):
    values = pd.Series([1, 0, 1, 1, 0]).astype(dtype)
    assert fit().encode(TRAIN.assign(amount=values, on=values)).codes_NC[:, 2].tolist() == [2, 1, 2, 2, 1]


def test_nullable_booleans_with_gaps_are_read():
    values = pd.Series([True, None, False, True, None], dtype=object)
    assert fit().encode(TRAIN.assign(on=values)).codes_NC[:, 2].tolist() == [2, 0, 1, 2, 0]


def test_whole_number_columns_decode_to_whole_numbers():
    batch = fit().encode(TRAIN)
    pieces = fit().decode(batch.values_ND.numpy() + 0.05, batch.codes_NC.numpy())["pieces"]
    assert pieces.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_extra_columns_and_order_do_not_matter():
    expected = fit().encode(TRAIN)
    got = fit().encode(TRAIN[TRAIN.columns[::-1]].assign(more=1))
    assert expected.values_ND.equal(got.values_ND)
    assert expected.codes_NC.equal(got.codes_NC)


def test_blocks_give_the_same_transform_as_one_frame():
    blocks = TableTransform.fit(COLUMNS, [TRAIN.head(2), TRAIN.iloc[2:2], TRAIN.tail(3)], max_levels=100)
    assert blocks.levels == fit().levels
    np.testing.assert_allclose(blocks.scale_D, fit().scale_D, rtol=1e-12)


def test_json_is_exact():
    transform = fit()
    again = TableTransform.from_json(json.loads(json.dumps(transform.to_json())))
    assert again.columns == transform.columns
    assert again.levels == transform.levels
    assert torch.equal(again.encode(TRAIN).values_ND, transform.encode(TRAIN).values_ND)


def test_no_rows_encode_to_an_empty_batch():
    batch = fit().encode(TRAIN.iloc[:0])
    assert (batch.values_ND.shape, batch.codes_NC.shape, batch.observed_NX.shape) == ((0, 2), (0, 3), (0, 5))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"amount": "much"}, "column 'amount' holds 'much'"),
        ({"amount": np.inf}, "column 'amount' holds an infinite value"),
        ({"level": 3}, r"column 'level' holds 3 \(int\)"),
        ({"on": "perhaps"}, "column 'on' holds 'perhaps'"),
    ],
)
def test_wrong_types_are_named(change, message):
    with pytest.raises(DataError, match=message):
        fit().encode(TRAIN.assign(**change))


def test_missing_column_is_named():
    with pytest.raises(DataError, match="column 'level' is missing"):
        fit().encode(TRAIN.drop(columns="level"))


@pytest.mark.parametrize(("column", "position"), [("amount", 0), ("level", 2)])
def test_column_without_any_value_is_never_observed_and_comes_back_missing(column, position):
    transform = fit(TRAIN.assign(**{column: None}))
    assert transform.empty == [column]
    again = TableTransform.from_json(json.loads(json.dumps(transform.to_json(), allow_nan=False)))
    batch = again.encode(TRAIN)  # which holds values, never learnt
    assert not batch.observed_NX[:, position].any()
    assert batch.observed_NX[0].sum() == 4.0
    assert np.isfinite(batch.values_ND.numpy()).all()
    drawn = again.decode(batch.values_ND.numpy(), np.ones((5, 3), dtype=int))
    assert drawn[column].isna().all()


def test_no_rows_are_refused():
    with pytest.raises(DataError, match="no feature has a value in the training rows"):
        fit(TRAIN.iloc[:0])


@pytest.mark.parametrize("wild", [1e12, -1e300, 5e-324])
def test_a_wild_value_stays_finite_and_comes_back(wild):
    transform = fit()
    frame = TRAIN.assign(amount=wild)
    assert np.isfinite(transform.encode(frame).values_ND.numpy()).all()
    assert decode(transform, frame)["amount"].tolist() == pytest.approx([wild] * 5, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("wild", [1.7e308, -1.7e308])
def test_a_number_beyond_all_floats_once_scaled_stays_finite(wild):
    small = TRAIN.assign(amount=1e-6 * TRAIN["amount"])
    encoded = fit(small).encode(small.assign(amount=wild)).values_ND.numpy()
    assert np.isfinite(encoded).all()
    assert (np.abs(encoded[:, 0]) > 700).all()


@pytest.mark.parametrize(
    ("kind", "dtype"), [("identifier", "string"), ("time", "string"), ("numeric", "string"), ("angle", "timestamp")]
)
def test_feature_that_is_neither_amount_nor_level_is_refused(kind, dtype):
    column = ColumnSpec(name="serial", dtype=dtype, kind=kind, role="feature")
    with pytest.raises(DataError, match=f"feature 'serial' is of kind {kind} and dtype {dtype}"):
        TableTransform.fit([column], [pd.DataFrame({"serial": ["x"]})], max_levels=100)


def test_transforms_from_before_shapes_are_read():
    record = fit().to_json()
    del record["shapes"]
    again = TableTransform.from_json(record)
    assert torch.equal(again.encode(TRAIN).values_ND, fit().encode(TRAIN).values_ND)
