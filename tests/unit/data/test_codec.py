import json

import numpy as np
import pandas as pd
import pytest

from vaegis.contract import ColumnSpec
from vaegis.data.codec import TableCodec
from vaegis.errors import DataError

COLUMNS = [
    ColumnSpec(name="size", dtype="float64", kind="numeric", role="feature", minimum=0.0, maximum=90.0),
    ColumnSpec(name="parts", dtype="int64", kind="count", role="feature"),
    ColumnSpec(name="shots", dtype="int64", kind="count", role="feature"),
    ColumnSpec(name="on", dtype="bool", kind="binary", role="feature"),
    ColumnSpec(name="off", dtype="bool", kind="binary", role="feature"),
    ColumnSpec(name="mode", dtype="string", kind="category", role="feature"),
    ColumnSpec(name="grade", dtype="int64", kind="category", role="feature"),
    ColumnSpec(name="when", dtype="timestamp", kind="time", role="feature"),
    ColumnSpec(name="nothing", dtype="float64", kind="numeric", role="feature"),
]
DTYPES = ["float64", "int64", "float64", "bool", "object", "object", "int64", "datetime64[us, UTC]", "float64"]


def make_frame(num_rows: int, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "size": random.normal(45, 20, num_rows),
            "parts": random.poisson(4, num_rows),
            "shots": random.poisson(400, num_rows).astype(float),
            "on": random.random(num_rows) < 0.3,
            "off": random.random(num_rows) < 0.5,
            "mode": random.choice(
                ["fast", "slow", *(f"rare {k}" for k in range(30))], num_rows, p=[0.6, 0.3, *[0.1 / 30] * 30]
            ),
            "grade": random.integers(1, 5, num_rows),
            "when": pd.date_range("2020-01-01", periods=num_rows, freq="37min", tz="UTC"),
            "nothing": np.nan,
        }
    )
    missing = random.random((num_rows, 3)) < 0.05
    frame.loc[missing[:, 0], "shots"] = np.nan
    frame["off"] = frame["off"].astype("object").where(~missing[:, 1], None)
    frame["mode"] = frame["mode"].where(~missing[:, 2], None)
    return frame


@pytest.fixture(scope="module")
def frame():
    return make_frame(4_000)


@pytest.fixture(scope="module")
def codec(frame):
    return TableCodec.fit(COLUMNS, [frame.iloc[:1_500], frame.iloc[1_500:]])


def decoded(codec, codes, seed=0):
    return codec.decode(codes, np.random.default_rng(seed).random(codes.shape))


def test_codes_survive_decoding(codec, frame):
    codes = codec.encode(frame)
    assert codes.dtype == np.int16
    assert (codec.encode(decoded(codec, codes)) == codes).all()
    assert (codes.max(0) < codec.num_levels).all()


def test_decoded_rows_have_the_dtypes_of_the_contract_whatever_is_drawn(codec, frame):
    codes = codec.encode(frame)
    for rows in (codes, codes[:1], codes[:0]):
        assert [str(dtype) for dtype in decoded(codec, rows).dtypes] == DTYPES


def test_decoded_values_are_within_what_was_seen_and_the_contract(codec, frame):
    drawn = decoded(codec, codec.encode(frame))
    assert drawn["size"].between(0.0, 90.0).all()
    assert drawn["when"].between(frame["when"].min(), frame["when"].max()).all()
    assert set(drawn["mode"].dropna()) <= set(frame["mode"].dropna())
    assert drawn[["on", "grade"]].equals(frame[["on", "grade"]])
    assert drawn.loc[frame["parts"] < 8, "parts"].equals(frame.loc[frame["parts"] < 8, "parts"])
    for name in ("shots", "off", "mode", "nothing"):
        assert drawn[name].isna().equals(frame[name].isna())


def test_fitting_in_parts_is_fitting_at_once(codec, frame):
    assert TableCodec.fit(COLUMNS, [frame]).to_json() == codec.to_json()


def test_json_keeps_everything(codec, frame):
    again = TableCodec.from_json(json.loads(json.dumps(codec.to_json())))
    assert again.columns == codec.columns
    assert decoded(again, again.encode(frame)).equals(decoded(codec, codec.encode(frame)))


def test_a_part_of_the_columns_can_be_encoded_in_the_codecs_order(codec, frame):
    part = codec.encode(frame[["mode", "parts"]], ["mode", "parts"])
    assert (part == codec.encode(frame)[:, [1, 5]]).all()


def test_typed_values_are_exact_and_of_the_dtypes_of_decoded_ones(codec, frame):
    shuffled = frame[["off", "size", "mode", "on", "when", "parts"]].iloc[::-1]
    typed = codec.typed(shuffled)
    like = decoded(codec, codec.encode(frame))[list(typed.columns)]
    assert (typed.dtypes == like.dtypes).all()
    assert typed["size"].tolist() == shuffled["size"].tolist()
    assert typed["off"].dropna().tolist() == shuffled["off"].dropna().tolist()
    assert typed["off"].isna().tolist() == shuffled["off"].isna().tolist()


def test_what_training_saw_is_known_and_a_range_is_told(codec, frame):
    assert codec.known(frame.assign(size=frame["size"].clip(0.0, 90.0))).all(axis=None)
    later = frame["when"].max() + pd.Timedelta("1s")
    strange = frame.head(1).assign(size=1e9, mode="never", when=later)
    assert codec.known(strange[["when", "size", "mode"]]).to_numpy().tolist() == [[False] * 3]
    assert codec.range_of("size").split(" to ")[1] == f"{min(frame['size'].max(), 90.0):g}"
    assert codec.range_of("mode") == codec.range_of("nothing") == ""
    assert codec.range_of("when").startswith(frame["when"].min().isoformat(timespec="seconds"))


def test_no_rows_are_refused(frame):
    with pytest.raises(DataError, match="no training rows"):
        TableCodec.fit(COLUMNS, [frame.iloc[:0]])


def test_missing_column_is_named(codec, frame):
    with pytest.raises(DataError, match="'mode' is missing"):
        codec.encode(frame.drop(columns="mode"))
