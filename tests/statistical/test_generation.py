"""Generated rows follow the model's own law, and that of the rows it was fitted on."""

import numpy as np
import pytest
import torch

from vaegis.generation.sample import sample_rows

NUM_ROWS = 40_000


@pytest.fixture(scope="module")
def drawn(fitted_machines):
    random = torch.Generator().manual_seed(0)
    z_NK = fitted_machines.latent_prior.sample(NUM_ROWS, random)
    return z_NK, sample_rows(fitted_machines.network, z_NK, random)


def test_moments_are_those_of_the_mixture_over_latents(fitted_machines, drawn):
    """E[x] = E[m(z)] and Var[x] = E[s(z)^2] + Var[m(z)]; of angles, E[cos x] = E[R(z) cos m(z)] and so on."""
    z_NK, rows = drawn
    with torch.no_grad():
        mean_ND, std_ND = fitted_machines.network.decode(z_NK).moments()
    turning = [column.kind == "angle" for column in fitted_machines.transform.numeric]
    assert sum(turning) == 1
    line = ~torch.tensor(turning)
    variance_D = std_ND.square().mean(0) + mean_ND.var(0)
    error_D = (variance_D / NUM_ROWS).sqrt()
    assert ((rows.values_ND.mean(0) - mean_ND.mean(0)).abs() < 4 * error_D)[line].all()
    torch.testing.assert_close(rows.values_ND.var(0)[line], variance_D[line], rtol=0.05, atol=0)
    angle_N, mean_N = rows.values_ND[:, ~line].flatten(), mean_ND[:, ~line].flatten()
    length_N = 1 - 0.5 * std_ND[:, ~line].flatten().square()
    for side in (torch.cos, torch.sin):
        assert abs(side(angle_N).mean() - (length_N * side(mean_N)).mean()) < 4 / NUM_ROWS**0.5


def test_levels_come_as_often_as_the_model_says(fitted_machines, drawn):
    z_NK, rows = drawn
    likelihood = fitted_machines.network.decode(z_NK)
    for column, levels in enumerate(fitted_machines.transform.levels):
        for code in range(1, len(levels) + 1):
            asked = sample_codes(rows, column, code)
            with torch.no_grad():
                mass_N = likelihood.log_prob_NX(asked)[:, len(fitted_machines.transform.numeric) + column].exp()
            share = (rows.codes_NC[:, column] == code).float().mean()
            assert abs(share - mass_N.mean()) < 4 * 0.5 / NUM_ROWS**0.5


def sample_codes(rows, column: int, code: int):
    codes = rows.codes_NC.clone()
    codes[:, column] = code
    return type(rows)(rows.values_ND, codes, rows.observed_NX)


def test_generated_rows_resemble_the_real_ones(fitted_machines, make_machines):
    real, made = make_machines(4_000, seed=9), fitted_machines.sample(4_000, seed=9)
    for name in ("load_kw", "heat_c", "parts"):
        deviation = real[name].std()
        assert made[name].mean() == pytest.approx(real[name].mean(), abs=0.15 * deviation)
        assert made[name].std() == pytest.approx(deviation, rel=0.2)
    assert (made["mode"] == "fast").mean() == pytest.approx((real["mode"] == "fast").mean(), abs=0.06)
    assert made["running"].mean() == pytest.approx(real["running"].mean(), abs=0.04)
    real_together = np.corrcoef(real["load_kw"], real["heat_c"].fillna(real["heat_c"].mean()))[0, 1]
    made_together = np.corrcoef(made["load_kw"], made["heat_c"])[0, 1]
    assert made_together == pytest.approx(real_together, abs=0.15)
