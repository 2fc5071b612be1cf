import json

import numpy as np
import pandas as pd
import pytest

from vaegis.errors import ConfigError, DataError
from vaegis.generation.generator import SAMPLING, Generator


def test_same_seed_same_rows_and_another_seed_not(generator):
    assert generator.sample(500, seed=3).equals(generator.sample(500, seed=3))
    assert not generator.sample(500, seed=3).equals(generator.sample(500, seed=4))


@pytest.mark.parametrize("chunk_rows", [1, 700, 2_048, 5_000])
def test_rows_are_the_same_however_they_are_cut(generator, chunk_rows):
    num_rows = 3 if chunk_rows == 1 else 5_000
    parts = list(generator.stream(num_rows, seed=1, chunk_rows=chunk_rows))
    assert {len(part) for part in parts[:-1]} <= {chunk_rows}
    assert pd.concat(parts, ignore_index=True).equals(generator.sample(5_000, seed=1).head(num_rows))


def test_rows_have_the_table_s_columns_dtypes_and_values(generator, parcels):
    rows = generator.sample(3_000)
    assert (rows.dtypes == parcels.dtypes).all()
    assert {name: set(rows[name]) for name in rows} == {name: set(parcels[name]) for name in parcels}
    assert rows.attrs[SAMPLING] == {"method": "unconditional", "effective_rows": 3_000.0, "drawn_rows": 3_000}


def test_given_values_stand_as_given(generator):
    rows = generator.sample(50, {"heavy": True, "kind": "bag"})
    assert rows["heavy"].all()
    assert (rows["kind"] == "bag").all()
    assert rows.attrs[SAMPLING]["method"] == "exact"
    assert list(rows.columns) == generator.codec.names


def test_a_frame_gives_each_row_its_own(generator, parcels):
    asked = parcels[["lost", "kind"]].sample(300, random_state=0)
    rows = generator.sample(300, asked, seed=1)
    assert (rows[["lost", "kind"]].to_numpy() == asked.to_numpy()).all()
    assert rows.equals(generator.sample(300, asked, seed=1))
    assert rows.index.equals(asked.index)


def test_a_series_is_one_row_for_all(generator, parcels):
    row = parcels[["lost", "kind"]].iloc[3]
    assert generator.sample(20, row).equals(generator.sample(20, row.to_dict()))


def test_values_one_a_row_may_stand_beside_one_for_all(generator, parcels):
    kinds = parcels["kind"].sample(200, random_state=0).to_numpy()
    rows = generator.sample(200, {"heavy": True, "kind": kinds}, seed=1)
    assert (rows["kind"].to_numpy() == kinds).all()
    assert rows.equals(generator.sample(200, pd.DataFrame({"heavy": True, "kind": kinds}), seed=1))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"heavy": True, "kind": np.array(["box"] * 3)}, "3 rows are given for 5"),
        ({"colour": "red"}, "column 'colour' is given, but not generated.*kind, heavy, stops, lost"),
        ({"kind": "crate"}, "column 'kind': 'crate' is given, but training never saw it"),
        ({"stops": None}, "column 'stops': None is given, but training never saw it"),
        ({"stops": 4}, "column 'stops': 4 is given, but training never saw it; allowed: 1 to 3"),
        ({"stops": -5}, "column 'stops': -5 is given, but training never saw it; allowed: 1 to 3"),
        ({"stops": 1.5}, r"column 'stops': 1\.5 is given; allowed: whole numbers"),
        (
            {"stops": pd.Timestamp("2020")},
            r"column 'stops' holds Timestamp\(.*\) \(Timestamp\) in 5 rows; allowed: int64",
        ),
        ("box", "what is given is a str"),
        (pd.DataFrame({"kind": ["box"] * 3}), "3 rows are given for 5"),
    ],
)
def test_what_cannot_be_given_is_refused(generator, given, message):
    with pytest.raises(DataError, match=message):
        generator.sample(5, given)


@pytest.mark.parametrize(("number", "said"), [(0, "0"), (2.5, "2.5"), ("3", "'3'"), (None, "None")])
def test_what_is_no_number_of_rows_is_refused(generator, number, said):
    for draw in (generator.sample, lambda rows: next(generator.stream(rows))):
        with pytest.raises(ConfigError, match=f"sample of {said} rows; allowed: a whole number, at least 1;"):
            draw(number)
    assert len(generator.sample(np.int64(3))) == 3


def test_log_prob_is_independent_of_the_rows_around(generator, parcels):
    rows = parcels.head(3_000)
    whole = generator.log_prob(rows)
    assert whole.index.equals(rows.index)
    assert generator.log_prob(rows.iloc[7:8]).iloc[0] == pytest.approx(whole.iloc[7], abs=1e-5)
    assert generator.log_prob(rows.iloc[:0]).empty


def test_latents_decide_what_they_tell(seeing):
    z_NK = np.repeat([[2.0, -2.0], [-2.0, 2.0]], 500, axis=0)
    rows = seeing.sample_at(z_NK, seed=0)
    assert (rows["kind"].head(500) == "box").mean() > 0.98
    assert rows["heavy"].tail(500).mean() > 0.98
    assert rows.equals(seeing.sample_at(z_NK, seed=0))
    assert seeing.sample_at(z_NK[:10], seed=0).equals(rows.head(10))


def test_latents_raise_the_probability_of_their_own_rows(seeing, parcels):
    rows = parcels.head(2_000)
    z_NK = np.stack([np.where(rows["kind"] == "box", 2.0, -2.0), np.where(rows["heavy"], 2.0, -2.0)], axis=1)
    gain = seeing.log_prob(rows, z_NK) - seeing.log_prob(rows)
    entropy = 0.673 + 0.4 * 0.611 + 0.6 * 0.500  # of kind, and of heavy given kind
    assert gain.mean() == pytest.approx(entropy, abs=0.06)


@pytest.mark.parametrize("z_NK", [np.zeros((3, 5)), np.zeros(2)])
def test_latents_of_another_shape_are_refused(seeing, z_NK):
    with pytest.raises(ConfigError, match="allowed: rows of 2 latents"):
        seeing.sample_at(z_NK)


def test_latents_without_an_encoder_are_refused(generator, parcels):
    with pytest.raises(ConfigError, match="allowed: none: fit with them"):
        generator.log_prob(parcels.head(2), np.zeros((2, 0)))


@pytest.mark.parametrize("name", ["generator", "seeing"])
def test_pack_keeps_every_byte(request, name, parcels):
    fitted = request.getfixturevalue(name)
    arrays, record = fitted.pack()
    again = Generator.unpack(arrays, json.loads(json.dumps(record)))
    assert again.sample(3_000, seed=2).equals(fitted.sample(3_000, seed=2))
    assert again.log_prob(parcels).equals(fitted.log_prob(parcels))
    assert again.sample(40, {"lost": "yes"}).equals(fitted.sample(40, {"lost": "yes"}))
