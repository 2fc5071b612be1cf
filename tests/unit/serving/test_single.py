from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from vaegis.contract import ColumnSpec
from vaegis.data.levels import RARE
from vaegis.data.transform import TableTransform
from vaegis.serving.limits import Limits
from vaegis.serving.rows import read_records
from vaegis.serving.single import SingleReader

LIMITS = Limits(max_text=8)
TEXTS = {"word": "string", "code": "int64"}
SHAPED = (
    ColumnSpec(name="way", dtype="float64", kind="angle", role="feature", unit="deg"),
    ColumnSpec(name="rain", dtype="float64", kind="numeric", role="feature"),
    ColumnSpec(name="pay", dtype="float64", kind="numeric", role="feature", transform="quantile"),
    ColumnSpec(name="parts", dtype="int64", kind="count", role="feature"),
    ColumnSpec(name="code", dtype="int64", kind="category", role="feature"),
    ColumnSpec(name="half", dtype="float64", kind="category", role="feature"),
    ColumnSpec(name="word", dtype="string", kind="category", role="feature"),
)


@pytest.fixture(scope="module")
def shaped():
    """Return rows of an angle, point masses, normal scores, counts and levels of all types."""
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "way": random.uniform(-360.0, 720.0, 400),
            "rain": np.where(random.random(400) < 0.6, 0.0, random.lognormal(2.0, 2.0, 400)),
            "pay": -random.lognormal(8.0, 1.0, 400),
            "parts": random.poisson(3.0, 400),
            "code": random.integers(7, 10, 400),
            "half": random.choice([0.5, 2.0], 400),
            "word": random.choice(["calm", "windy"], 400),
        }
    )


def as_records(frame):
    cells = frame.astype(object).where(frame.notna(), None)
    return [dict(zip(frame, row, strict=True)) for row in cells.itertuples(index=False, name=None)]


def without_it(record, scorer):
    """Return the arrays that many rows are read into."""
    return read_records([record, record], scorer, LIMITS).arrays.take(np.array([0]))


def assert_same_bits(record, scorer):
    read, meant = scorer.single.read(record, LIMITS.max_text), without_it(record, scorer)
    for name in ("values_ND", "codes_NC", "observed_NX"):
        one, other = getattr(read, name), getattr(meant, name)
        assert (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes()), name


def test_usual_rows_are_read_to_the_bit(make_machines, scorer):
    frame = make_machines(300, seed=6)[[column.name for column in scorer.transform.columns]]
    for record in as_records(frame):
        assert_same_bits(record, scorer)


def test_missing_cells_and_tails_too(records, scorer):
    for name in records[0]:
        assert_same_bits({**records[0], name: None}, scorer)
    for heat in (0, -7, 4_000.0, -1e9, 1e300, 1.7e308, -1.7e308, 5e-324, 2**63 - 1):
        assert_same_bits({**records[1], "heat_c": heat, "running": 1}, scorer)


def test_columns_of_other_shapes_too(shaped, scorer):
    reader = replace(scorer, transform=TableTransform.fit(SHAPED, [shaped], max_levels=10))
    for record in as_records(shaped):
        assert_same_bits(record, reader)
    for change in (
        {"way": 1e6},
        {"rain": -0.0},
        {"rain": 1e300},
        {"pay": 0},
        {"pay": -1e9},
        {"parts": 3.0},
        {"code": 8.0},
        {"half": 2},
    ):
        assert_same_bits({**as_records(shaped)[0], **change}, reader)


@pytest.mark.parametrize(
    "change",
    [
        {"load_kw": "12"},
        {"load_kw": True},
        {"load_kw": [1]},
        {"load_kw": float("nan")},
        {"load_kw": float("inf")},
        {"mode": 3},
        {"mode": "odd"},
        {"mode": ["idle"]},
        {"running": "yes"},
        {"running": 0.5},
    ],
)
def test_what_is_not_usual_is_left_to_others(records, scorer, change):
    assert scorer.single.read({**records[0], **change}, LIMITS.max_text) is None


def test_a_missing_column_and_a_long_text_are_left_too(records, scorer):
    assert scorer.single.read({name: records[0][name] for name in list(records[0])[1:]}, LIMITS.max_text) is None
    assert scorer.single.read(records[0], max_text=1) is None


def test_whole_numbers_must_be_whole(shaped, scorer):
    reader = SingleReader.of(TableTransform.fit(SHAPED, [shaped], max_levels=10))
    record = as_records(shaped)[0]
    for change in ({"parts": 2.5}, {"code": 7.5}, {"code": True}, {"half": True}):
        assert reader.read({**record, **change}, LIMITS.max_text) is None


def test_levels_that_the_contract_does_not_allow(scorer):
    """Training may hold them: a request may not."""
    columns = (
        ColumnSpec(name="code", dtype="int64", kind="category", role="feature"),
        ColumnSpec(name="flag", dtype="bool", kind="binary", role="feature"),
    )
    frame = pd.DataFrame({"code": [0.5, 1.0], "flag": [0.0, 2.0]})
    reader = SingleReader.of(TableTransform.fit(columns, [frame], max_levels=10))
    assert reader.read({"code": 1, "flag": 0}, LIMITS.max_text)
    assert reader.read({"code": 0.5, "flag": 0}, LIMITS.max_text) is None
    assert reader.read({"code": 1, "flag": 2}, LIMITS.max_text) is None


def test_rare_and_empty_texts(scorer):
    columns = [ColumnSpec(name=name, dtype=dtype, kind="category", role="feature") for name, dtype in TEXTS.items()]
    words = ["", "usual"] * 40 + ["odd", "odder", "oddest"]
    frame = pd.DataFrame({"word": words, "code": np.arange(len(words)) % 7})
    reader = replace(scorer, transform=TableTransform.fit(columns, [frame], max_levels=3))
    assert all(RARE in levels for levels in reader.transform.levels)
    for word in ("", "usual", RARE, None):
        assert_same_bits({"word": word, "code": 0}, reader)
    assert reader.single.read({"word": "oddest", "code": 0}, LIMITS.max_text) is None


def test_times_have_no_such_reader():
    columns = (ColumnSpec(name="seen", dtype="timestamp", kind="time", role="feature"),)
    frame = pd.DataFrame({"seen": pd.date_range("2024", periods=6, tz="UTC")})
    assert SingleReader.of(TableTransform.fit(columns, [frame], max_levels=10)) is None


def test_a_column_without_a_value_in_training(scorer):
    columns = [ColumnSpec(name=name, dtype="float64", kind="numeric", role="feature") for name in ("full", "empty")]
    frame = pd.DataFrame({"full": [1.0, 2.0, 4.0], "empty": [np.nan] * 3})
    reader = replace(scorer, transform=TableTransform.fit(columns, [frame], max_levels=10))
    assert_same_bits({"full": 2.0, "empty": None}, reader)
    assert reader.single.read({"full": 2.0, "empty": 1.0}, LIMITS.max_text) is None
    assert read_records([{"full": 2.0, "empty": 1.0}], reader, LIMITS).arrays.observed_NX.tolist() == [[1.0, 0.0]]
