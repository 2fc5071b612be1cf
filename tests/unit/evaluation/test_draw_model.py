"""Figures of the model say in their title what is drawn below it."""

import numpy as np
import pandas as pd
import pytest

from vaegis.evaluation.draw_model import (
    column_fit,
    explained,
    kl_per_dimension,
    latent_map,
    latent_plane,
    training_curves,
)

RNG = np.random.default_rng(0)
HISTORY = pd.DataFrame(
    {
        "step": range(100, 1100, 100),
        "train/loss": np.linspace(9, 1, 10),
        "train/reconstruction": np.linspace(8, 0, 10),
        "train/kl": 1.0,
        "train/beta": np.linspace(0.1, 1, 10),
        "val/elbo": [-9, -5, -3, -2, -1, -0.5, -0.25, -0.5, -1, -2],
    }
)


def test_the_best_step_is_marked(tmp_path, opened):
    training_curves(tmp_path / "a.png", HISTORY)
    [(title, note, (_, right))] = opened
    assert title == "Validation ELBO reaches -0.25 nats per row"
    assert note == "1,000 optimiser steps; weight of the KL term rises to 1"
    assert right.texts[0].xy == (700, -0.25)


def test_a_history_without_kl_is_no_elbo(tmp_path, opened):
    training_curves(tmp_path / "a.png", HISTORY.assign(**{"train/kl": 0.0}))
    [(title, note, (_, right))] = opened
    assert title.startswith("Validation log-likelihood reaches")
    assert "KL" not in note
    assert right.get_ylabel() == "log-likelihood (nats per row)"


def test_one_step_is_a_curve_too(tmp_path):
    training_curves(tmp_path / "a.png", HISTORY.head(1))
    assert (tmp_path / "a.png").exists()


def dimensions(kl, active):
    return pd.DataFrame({"dimension": [f"z_{k}" for k in range(len(kl))], "kl": kl, "active": active})


def test_dimensions_are_ranked_and_counted(tmp_path, opened):
    kl_per_dimension(tmp_path / "a.png", dimensions([0.0, 3.0, 1.5], [0, 1, 1]))
    [(title, note, [axes])] = opened
    assert title == "2 of 3 latent dimensions are in use"
    assert note.startswith("rate 4.50 nats per row")
    assert [bar.get_height() for bar in axes.patches] == [3.0, 1.5, 0.0]


def test_a_collapsed_latent_says_so(tmp_path, opened):
    kl_per_dimension(tmp_path / "a.png", dimensions([0.0, 0.0], [0, 0]))
    assert opened[0][0] == "The latent has collapsed: no dimension is in use"


def errors(**r2):
    return pd.DataFrame(
        [
            {"column": name, "unit": "kW", "rmse": 1.0, "r2": value, "accuracy": np.nan, "majority": np.nan}
            for name, value in r2.items()
        ]
    )


LEVEL = pd.DataFrame([{"column": "mode", "unit": "", "rmse": np.nan, "r2": np.nan, "accuracy": 0.7, "majority": 0.6}])


def test_columns_are_sorted_and_the_weakest_is_named(tmp_path, opened):
    column_fit(tmp_path / "a.png", pd.concat([errors(a=0.9, b=0.5), LEVEL], ignore_index=True))
    [(title, note, [axes])] = opened
    assert title == "Columns are given back with a mean R² of 0.70", "accuracy is no R²"
    assert note.endswith("weakest: b (0.50)")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["b", "mode", "a"]
    assert "most frequent: 0.60" in axes.texts[1].get_text()


def test_levels_alone_have_an_accuracy_and_no_column_is_said(tmp_path, opened):
    column_fit(tmp_path / "a.png", LEVEL)
    column_fit(tmp_path / "b.png", errors(a=np.nan))
    assert [title for title, _, _ in opened] == [
        "Columns are given back with a mean accuracy of 0.70",
        "No column could be given back",
    ]


def test_of_many_columns_the_weakest_are_shown_and_long_names_are_cut(tmp_path, opened):
    many = {f"a column with quite a long name, number {n:03d}": n / 100 for n in range(100)}
    column_fit(tmp_path / "a.png", errors(**many))
    [(_, note, [axes])] = opened
    assert note.endswith("the 40 weakest of 100 are shown")
    assert len(axes.patches) == 40
    assert all(len(label.get_text()) <= 32 for label in axes.get_yticklabels())


def test_a_column_far_below_its_mean_does_not_rule_the_axis(tmp_path, opened):
    column_fit(tmp_path / "a.png", errors(a=0.9, b=-40.0))
    axes = opened[0][2][0]
    assert axes.get_xlim()[0] == -1.0
    assert min(bar.get_width() for bar in axes.patches) == -1.0
    assert "-40.00" in axes.texts[0].get_text()


def entities(num_rows, num_entities):
    return pd.Series([f"m{row % num_entities}" for row in range(num_rows)], name="machines")


def test_the_map_names_entities_if_they_are_few(tmp_path, opened):
    latent_map(tmp_path / "a.png", RNG.normal(size=(60, 3)), entities(60, 3), None, "")
    latent_map(tmp_path / "b.png", RNG.normal(size=(60, 3)), entities(60, 9), None, "")
    few, many = (axes[0] for _, _, axes in opened)
    assert [text.get_text() for text in few.get_legend().get_texts()] == ["m0", "m1", "m2"]
    assert many.get_title(loc="left") == "9 different machines"
    assert many.get_legend() is None


def test_the_map_says_what_one_direction_explains(tmp_path, opened):
    latents = RNG.normal(size=(60, 3))
    latent_map(tmp_path / "a.png", latents, entities(60, 2), pd.Series(2.0 * latents[:, 1], name="load_kw"), "kW")
    assert opened[0][0] == "One latent direction explains 100% of load_kw"


@pytest.mark.parametrize("y", [np.full(60, np.nan), np.full(60, 3.0)])
def test_a_column_that_says_nothing_explains_nothing(y):
    latents = RNG.normal(size=(60, 3)) * [3.0, 1.0, 1.0]
    plane = latent_plane(latents, y)
    assert np.isfinite(plane).all()
    assert explained(plane[:, 1], y) == 0.0


def test_without_y_the_plane_has_the_two_widest_directions():
    plane = latent_plane(RNG.normal(size=(4000, 3)) * [1.0, 5.0, 3.0], None)
    assert plane.std(axis=0) == pytest.approx([5.0, 3.0], rel=0.05)


def test_up_rises_with_y_and_missing_values_of_y_do_not_turn_it():
    latents = RNG.normal(size=(500, 2))
    y = -3.0 * latents[:, 0]
    y[::7] = np.nan
    up = latent_plane(latents, y)[:, 1]
    assert up == pytest.approx(-(latents[:, 0] - latents[:, 0].mean()), abs=0.05)
    assert explained(up, y) == pytest.approx(1.0)


def test_a_cubic_is_explained_and_noise_is_not():
    x = np.linspace(-2, 2, 500)
    assert explained(x, x**3 - x) == pytest.approx(1.0)
    assert explained(x, RNG.normal(size=500)) < 0.05
