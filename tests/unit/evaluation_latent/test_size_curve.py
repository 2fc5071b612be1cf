"""A linear world, in which as many components as directions give everything back."""

import numpy as np
import pytest

from vaegis.evaluation.latent.size_curve import by_components, by_model, sizes, unexplained_ND


def test_sizes_are_few_and_end_at_all():
    assert sizes(4) == [1, 2, 3, 4]
    assert len(sizes(200)) == 16
    assert (sizes(200)[0], sizes(200)[-1]) == (1, 200)


def test_all_latents_give_back_the_reconstruction(models, rows):
    few = rows.test.head(200)
    code = by_model(models[0], rows.train, few, [3, 1, 0, 2])[4]
    names = [column.name for column in models[0].transform.numeric]
    assert code.back_ND == pytest.approx(models[0].expect(few)[names].to_numpy(), abs=1e-3)
    assert code.rows_NS == pytest.approx(models[0].posterior(few)[0][:, [3, 1, 0, 2]])


def test_fewer_latents_give_back_less(models, rows):
    codes = by_model(models[0], rows.train, rows.test, [0, 1, 2, 3])
    shares = [np.nanmean(unexplained_ND(models[0], rows.test, codes[size].back_ND)) for size in (1, 4)]
    assert shares[1] < shares[0] < 1.2


def test_components_of_a_table_with_as_many_directions_are_exact(models, rows):
    """Heat and cool are made functions of load and weather; with all else at rest two directions remain."""
    flat = rows.test.assign(mode="fast", tilt_sin=0.1, tilt_cos=0.1)
    flat["heat_c"] = flat["load_kw"] * 0.4 + 20
    flat["cool_c"] = flat["weather_c"] * 0.5 + 5
    codes = by_components(models[0], flat, flat)
    assert 1 - np.nanmean(unexplained_ND(models[0], flat, codes[2].back_ND), axis=0)[:4] == pytest.approx(1, abs=0.01)
    assert np.nanmean(unexplained_ND(models[0], flat, codes[1].back_ND)) > 0.1


def test_errors_are_shares_of_variance(models, rows):
    names = [column.name for column in models[0].transform.numeric]
    seen = rows.test[names].to_numpy(dtype=float)
    means = np.broadcast_to(np.nanmean(seen, axis=0), seen.shape)
    assert np.nanmean(unexplained_ND(models[0], rows.test, means), axis=0) == pytest.approx(1.0)
    assert np.nanmean(unexplained_ND(models[0], rows.test, seen)) == 0.0
    still = rows.test.assign(load_kw=5.0, heat_c=np.nan)
    assert np.isnan(unexplained_ND(models[0], still, means)[:, :2]).all(), "nothing to explain"
