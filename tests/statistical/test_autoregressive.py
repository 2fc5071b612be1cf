"""The autoregressive generator against a law that is known: every probability, and every way of conditioning."""

import numpy as np
import pandas as pd
import pytest
import torch

from vaegis.generation import given
from vaegis.generation.draw import Drawer

NUM_ROWS = 20_000


def shares(rows: pd.DataFrame, like: pd.Series) -> pd.Series:
    return rows.value_counts(normalize=True).reindex(like.index, fill_value=0.0)


def distance(drawn: pd.Series, law: pd.Series) -> float:
    return 0.5 * float((drawn - law).abs().sum())


def noise(law: pd.Series, num_rows: int) -> float:
    """Bound the total variation that a true sample of the law itself would show."""
    return 1.5 * float(np.sqrt(law * (1 - law) / num_rows).sum() / 2) * np.sqrt(2 / np.pi) + 0.005


@pytest.fixture(scope="module")
def learned(generator, parcel_law) -> pd.Series:
    """What the model says of every possible row."""
    rows = parcel_law.index.to_frame(index=False)
    return pd.Series(np.exp(generator.log_prob(rows).to_numpy()), index=parcel_law.index)


def test_learned_law_is_close_to_the_true_one(learned, parcel_law):
    assert learned.sum() == pytest.approx(1.0, abs=1e-3)
    divergence = float((parcel_law * np.log(parcel_law / learned)).sum())
    assert 0.0 <= divergence < 0.01
    assert distance(learned, parcel_law) < 0.03


def test_rows_are_drawn_as_often_as_the_model_says(generator, learned):
    rows = generator.sample(NUM_ROWS, seed=5)
    assert distance(shares(rows, learned), learned) < noise(learned, NUM_ROWS)


@pytest.mark.parametrize(
    ("values", "method"),
    [
        ({"kind": "bag"}, "exact"),
        ({"kind": "bag", "heavy": True}, "exact"),
        ({"stops": 3}, "rejection"),
        ({"kind": "box", "lost": "yes"}, "rejection"),
    ],
)
def test_conditional_rows_follow_the_model_s_own_conditional(generator, learned, values, method):
    rows = generator.sample(8_000, values, seed=1)
    assert rows.attrs["sampling"]["method"] == method
    held = np.all([learned.index.get_level_values(name) == value for name, value in values.items()], axis=0)
    brute = learned[held] / learned[held].sum()
    assert distance(shares(rows, brute), brute) < noise(brute, 8_000)


def test_weighted_rows_follow_the_same_conditional_as_rejected_ones(generator, learned, monkeypatch):
    monkeypatch.setattr(given, "MIN_ACCEPTED", 0.9)
    rows = generator.sample(8_000, {"lost": "yes"}, seed=2)
    assert rows.attrs["sampling"]["method"] == "importance"
    assert rows.attrs["sampling"]["effective_rows"] >= 16_000
    brute = learned[learned.index.get_level_values("lost") == "yes"]
    brute = brute / brute.sum()
    assert distance(shares(rows, brute), brute) < noise(brute, 8_000)


def test_forcing_a_late_column_would_be_wrong(generator, learned):
    """What the weights are for: the same rows without them are those of the unconditional law."""
    drawer = Drawer(generator.codec, generator.network)
    code = torch.tensor(generator.codec.codes[3].levels.index("yes") + 1)
    forced = next(drawer.blocks(0, fixed={3: code}))
    rows = generator.codec.decode(forced.codes_NX, forced.inside_NX)
    brute = learned[learned.index.get_level_values("lost") == "yes"]
    brute = brute / brute.sum()
    assert distance(shares(rows, brute), brute) > 0.2


def test_two_steps_between_rows_and_latents_keep_the_law(seeing, parcel_law):
    """x' from p(x), z' from q(z|x'), x'' from p(x|z'): the prior of z is what the rows' own latents are."""
    first = seeing.sample(NUM_ROWS, seed=3)
    mean = np.stack([np.where(first["kind"] == "box", 2.0, -2.0), np.where(first["heavy"], 2.0, -2.0)], axis=1)
    z_NK = mean + 0.1 * np.random.default_rng(0).normal(size=mean.shape)
    second = seeing.sample_at(z_NK, seed=4)
    assert (second["kind"] == first["kind"]).mean() > 0.98
    for rows in (first, second):
        assert distance(shares(rows, parcel_law), parcel_law) < noise(parcel_law, NUM_ROWS) + 0.03
