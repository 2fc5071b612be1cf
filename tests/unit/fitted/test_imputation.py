import numpy as np
import pandas as pd
import pytest
import torch

import vaegis
from vaegis.errors import DataError
from vaegis.fitted import imputation
from vaegis.fitted.imputation import chunk_rows, impute_batch
from vaegis.model.posterior import GaussianPosterior


def test_observed_cells_stay_and_missing_ones_are_filled(fitted_machines, make_machines):
    frame = make_machines(60, seed=4).assign(note="kept")
    frame.loc[3, ["heat_c", "load_kw"]] = np.nan
    frame.loc[5, "mode"] = None
    filled = fitted_machines.impute(frame)
    assert filled[fitted_machines.columns].notna().all(axis=None)
    present = frame.notna()
    assert filled.where(present).equals(frame.where(present))
    assert filled["note"].eq("kept").all()
    assert filled.equals(fitted_machines.impute(frame))


def test_a_missing_number_is_nearer_to_the_truth_than_the_mean(fitted_machines, make_machines):
    frame = make_machines(600, seed=5).dropna()
    filled = fitted_machines.impute(frame.assign(heat_c=np.nan))["heat_c"]
    error = (filled - frame["heat_c"]).pow(2).mean()
    assert error < 0.4 * frame["heat_c"].var()  # the other columns know the common cause


def test_a_row_without_any_value_is_filled_all_the_same(fitted_machines, make_machines):
    empty = make_machines(3).assign(**dict.fromkeys(fitted_machines.columns, None))
    empty = empty.astype({"load_kw": float, "heat_c": float, "parts": float, "running": float, "tilt_deg": float})
    assert fitted_machines.impute(empty)[fitted_machines.columns].notna().all(axis=None)


def test_a_missing_column_is_named(fitted_machines, make_machines):
    with pytest.raises(DataError, match="column 'heat_c' is missing"):
        fitted_machines.impute(make_machines(5).drop(columns="heat_c"))


def test_an_autoencoder_fills_by_its_only_latent(fitted_autoencoder, make_machines):
    frame = make_machines(20, seed=6).assign(heat_c=np.nan)
    pd.testing.assert_series_equal(
        fitted_autoencoder.impute(frame)["heat_c"], fitted_autoencoder.expect(frame)["heat_c"], rtol=1e-5
    )


def test_chunks_do_not_grow_with_the_table(fitted_machines, make_machines):
    batch = fitted_machines.transform.encode(make_machines(50))
    assert chunk_rows(fitted_machines.network, batch) == chunk_rows(fitted_machines.network, batch.rows(0, 5))
    filled = impute_batch(
        fitted_machines.network, batch, fitted_machines.latent_prior, 4, torch.Generator().manual_seed(0)
    )
    assert filled.observed_NX.all()


def test_imputation_weighs_samples_by_the_observed_cells(monkeypatch):
    """Two columns with correlation r: the mean of a missing one is r times the other (Bishop 2006, eq. 2.81).

    Latents come from the prior here, which knows nothing of a row: that its mean is met is the weights' doing alone.
    """
    monkeypatch.setattr(imputation, "refine", lambda network, batch, posterior, generator: _prior_of(posterior))
    random = np.random.default_rng(0)
    first = random.normal(size=4_000)
    table = pd.DataFrame({"a": first, "b": 0.9 * first + np.sqrt(1 - 0.81) * random.normal(size=4_000)})
    model = vaegis.fit(
        table,
        {"train": {"latent_dim": 1, "accelerator": "cpu"}, "score": {"mode": "elbo"}, "generator": {"kind": "none"}},
    )
    probe = pd.DataFrame({"a": [-1.5, 0.0, 1.5], "b": np.nan})
    np.testing.assert_allclose(model.impute(probe, num_samples=1_024)["b"], [-1.35, 0.0, 1.35], atol=0.2)


def _prior_of(posterior):
    return GaussianPosterior(torch.zeros_like(posterior.mean_NK), torch.zeros_like(posterior.log_var_NK))


def test_categories_that_a_column_lacks_are_added(fitted_machines, make_machines):
    frame = make_machines(40, seed=7).assign(mode=pd.Categorical([None] * 40, categories=["other"]))
    filled = fitted_machines.impute(frame)["mode"]
    assert filled.notna().all()
    assert filled.dtype.categories[0] == "other"
    assert set(filled) <= {"fast", "slow"}
    kept = fitted_machines.impute(make_machines(40, seed=7).astype({"mode": "category"}))["mode"]
    assert set(kept.dtype.categories) == {"fast", "slow"}


def test_a_column_without_any_value_is_filled_explained_and_given_back(fitted_machines, make_machines):
    """Pandas takes a column of missing texts for numbers."""
    frame = make_machines(40, seed=7).assign(mode=np.nan)
    assert frame["mode"].dtype == np.float64
    for made in (fitted_machines.impute(frame), fitted_machines.reconstruct(frame)):
        assert set(made["mode"]) <= {"fast", "slow"}
        assert made.index.equals(frame.index)
    told = fitted_machines.explain(frame, top=9)
    assert set(told.loc[told["column"] == "mode", "expected"]) <= {"fast", "slow"}
