"""Figures say in their title what is drawn below it."""

from contextlib import contextmanager

import numpy as np
import pandas as pd
import pytest

from vaegis.evaluation.latent import draw
from vaegis.evaluation.style import picture


@pytest.fixture
def opened(monkeypatch):
    seen = []

    @contextmanager
    def watched(path, title, note, **options):
        with picture(path, title, note, **options) as (figure, axes):
            seen.append((title, note, axes))
            yield figure, axes

    monkeypatch.setattr(draw, "picture", watched)
    return seen


def test_traversal_names_what_moves_most(tmp_path, opened):
    z = np.tile(np.linspace(-2, 2, 5), 2)
    table = pd.DataFrame({"dimension": ["z_1"] * 5 + ["z_0"] * 5, "z": z})
    moved = pd.DataFrame({"heat": np.where(np.arange(10) < 5, 0.2 * z, 0.0), "load": np.where(np.arange(10) < 5, 0, z)})
    draw.traversal(tmp_path / "a.png", table, moved)
    [(title, _, axes)] = opened
    assert title == "Along z_0 load moves by 4.0 standard deviations"
    assert [ax.get_xlabel() for ax in axes] == ["z_1", "z_0"]
    assert [line.get_label() for line in axes[0].lines] == ["heat", "load"]
    assert (tmp_path / "a.png").stat().st_size > 5_000


def test_many_dimensions_fill_rows_and_leave_no_empty_axes(tmp_path, opened):
    table = pd.DataFrame({"dimension": np.repeat([f"z_{k}" for k in range(5)], 3), "z": np.tile([-1.0, 0.0, 1.0], 5)})
    draw.traversal(tmp_path / "a.png", table, pd.DataFrame({"load": table["z"]}))
    axes = opened[0][2]
    assert len(axes) == 8
    assert [ax.axison for ax in axes] == [True] * 5 + [False] * 3


def test_interpolation_tells_both_shares(tmp_path, opened):
    share = np.linspace(0, 1, 11)
    way = pd.DataFrame({"load": share, "heat": 1 - share, "still": 0.0 * share})
    names = ["latent", "latent_p90", "straight", "straight_p90"]
    profile = pd.DataFrame({"share": share, **dict.fromkeys(names, 0.5 + 0.1 * share)})
    draw.interpolation(tmp_path / "a.png", way, way.iloc[[0, -1]], profile, (0.84, 0.91))
    [(title, note, (left, right))] = opened
    assert title.startswith("84% of the rows decoded between two rows")
    assert note.endswith("91%")
    assert [text.get_text() for text in left.get_legend().get_texts()] == ["load", "heat", "still"]
    assert right.get_ylim()[0] == 0.0


def curve(**columns):
    return pd.DataFrame({"size": [1, 2], "model_r2": [0.4, 0.8], "pca_r2": [0.3, 0.7], "probe": "stopped"} | columns)


def test_size_curve_with_and_without_a_probe(tmp_path, opened):
    draw.size_curve(tmp_path / "a.png", curve(model_probe=[0.6, 0.7], pca_probe=[0.5, np.nan]))
    draw.size_curve(tmp_path / "b.png", curve(model_probe=np.nan, pca_probe=np.nan))
    (title, _, both), (_, _, one) = opened
    assert title == "2 latents give back 80% of the columns' variance, as many principal components 70%"
    assert both[1].get_title(loc="left") == "linear probe for stopped"
    assert len(one) == 1


def test_fewer_components_than_latents_are_not_named(tmp_path, opened):
    nothing = {"model_probe": np.nan, "pca_probe": np.nan}
    draw.size_curve(tmp_path / "a.png", curve(**nothing).assign(pca_r2=[0.3, np.nan]))
    assert opened[0][0] == "2 latents give back 80% of the columns' variance"
