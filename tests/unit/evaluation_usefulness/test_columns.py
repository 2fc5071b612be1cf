import numpy as np
import pytest

from vaegis.evaluation.usefulness.columns import KINDS, make_columns


def test_both_is_raw_beside_latent(models, rows):
    made = make_columns(models[0], rows.test.head(60), (), seed=0)
    assert tuple(made) == KINDS
    assert made["raw"].shape == (60, 8), "six numbers, two levels"
    assert made["latent"] == pytest.approx(models[0].posterior(rows.test.head(60))[0])
    assert np.array_equal(made["both"], np.concatenate([made["raw"], made["latent"]], axis=1))


@pytest.mark.parametrize(("hidden", "width"), [(("heat_c",), 7), (("mode",), 6), (("heat_c", "mode"), 5)])
def test_what_is_hidden_leaks_nowhere(models, rows, hidden, width):
    few = rows.test.head(60)
    other = few.assign(**{name: few[name].to_numpy()[::-1] for name in hidden})
    assert not few[list(hidden)].equals(other[list(hidden)])
    made, again = (make_columns(models[0], frame, hidden, seed=0) for frame in (few, other))
    assert made["raw"].shape[1] == width
    for kind in KINDS:
        assert np.array_equal(made[kind], again[kind]), kind


def test_the_latents_of_rows_with_a_gap_are_searched_for(models, rows):
    """The search raises the ELBO of what is observed, so the decoder tells the rest of the row better."""
    few = rows.test.head(200)
    searched = make_columns(models[0], few, ("heat_c",), seed=0)["latent"]
    guessed = models[0].posterior(few.assign(heat_c=np.nan))[0]
    truth = models[0].posterior(few)[0]
    assert np.abs(searched - guessed).max() > 0.01
    assert np.square(searched - truth).mean() < np.square(guessed - truth).mean() + 0.05


def test_a_twin_encodes_as_it_is(models, rows):
    few = rows.test.head(20)
    made = make_columns(models[1], few, ("heat_c",), seed=0)["latent"]
    assert made == pytest.approx(models[1].posterior(few.assign(heat_c=np.nan))[0])
