import numpy as np
import pandas as pd
import pytest

from vaegis.evaluation.latent.decode import decode


def test_posterior_means_decode_to_the_reconstruction(models, rows):
    few = rows.test.head(50)
    made = decode(models[0], models[0].posterior(few)[0], few)
    expected = models[0].expect(few)[list(made)].reset_index(drop=True)
    pd.testing.assert_frame_equal(made, expected, check_dtype=False)


def test_what_is_decoded_stays_within_the_contract(models):
    made = decode(models[0], np.full((3, 4), 40.0))
    assert made["load_kw"].between(0.0, 150.0).all()
    assert made["mode"].isin(["fast", "slow"]).all()


def test_latents_of_double_precision_are_as_good(models):
    z = np.random.default_rng(0).normal(size=(5, 4))
    assert decode(models[0], z)["load_kw"].to_numpy() == pytest.approx(
        decode(models[0], z.astype(np.float32))["load_kw"].to_numpy()
    )
