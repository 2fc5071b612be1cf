"""Figures: they exist, they are pictures, and the same content gives the same bytes."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from vaegis.evaluation.case import Case
from vaegis.evaluation.detection.histogram import histogram_table
from vaegis.evaluation.draw import draw_figures
from vaegis.evaluation.draw_model import explained, latent_plane
from vaegis.evaluation.evidence import gather
from vaegis.evaluation.style import picture

EVERY = {
    "training_curves.png",
    "columns.png",
    "latent_map.png",
    "reference_heat_curve.png",
    "detection.png",
    "score_histogram.png",
    "conformal.png",
    "slices.png",
    "worst_rows.png",
    "traversal.png",
    "interpolation.png",
    "size_curve.png",
    "usefulness.png",
}
GENERATED = {"marginals.png", "pair_differences.png", "synthetic_use.png", "privacy_distances.png"}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory, project, models, bench, beside_its_twin):
    """All figures of both models."""
    folders = []
    twin = gather(Case(model=models[1], bench=bench, rivals=bench.baselines))
    for name, evidence in (("candidate", beside_its_twin), ("baseline", twin)):
        folder = tmp_path_factory.mktemp(name)
        draw_figures(folder, evidence, pd.read_csv(project / f"models/{name}_history.csv"))
        folders.append((folder, evidence))
    return folders


def test_every_figure_is_there_and_a_twin_without_prior_has_no_kl(drawn):
    names = [{path.name for path in folder.iterdir()} for folder, _ in drawn]
    assert names == [EVERY | GENERATED | {"kl_per_dimension.png", "density.png"}, EVERY]
    for folder, _ in drawn:
        assert all(path.read_bytes().startswith(b"\x89PNG") for path in folder.iterdir())


def test_a_second_drawing_has_the_same_bytes(drawn, project, tmp_path):
    folder, evidence = drawn[0]
    draw_figures(tmp_path, evidence, pd.read_csv(project / "models/candidate_history.csv"))
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_prior_based_figures_are_missing_for_the_twin(drawn):
    vae, twin = (evidence.metrics for _, evidence in drawn)
    prior_based = [("latent", "aggregate_kl"), ("latent", "prior_hole_share"), ("synthetic", "rule_pass_rate")]
    assert all(np.isfinite(vae[topic][name]) for topic, name in prior_based)
    assert all(twin[topic][name] is None for topic, name in prior_based)
    assert twin["latent"]["rate"] == 0.0
    assert vae["latent"]["active_units"] >= 2


def test_a_rival_is_scored_beside_the_model(beside_its_twin):
    metrics = beside_its_twin.metrics
    assert {"autoencoder_auroc", "knn_auroc", "reference_rule_auroc"} <= set(metrics["detection"])
    assert metrics["detection"]["injected_auroc"] > 0.6
    assert metrics["labels"]["stopped_prevalence"] > 0


def test_the_plane_turns_up_along_y():
    rng = np.random.default_rng(0)
    z = rng.normal(size=(500, 3)) * [3.0, 1.0, 1.0]
    plane = latent_plane(z, 2.0 * z[:, 1] + 0.01 * rng.normal(size=500))
    assert abs(np.corrcoef(plane[:, 1], z[:, 1])[0, 1]) > 0.999
    assert abs(np.corrcoef(plane[:, 0], z[:, 0])[0, 1]) > 0.99
    assert explained(plane[:, 1], z[:, 1]) > 0.99
    assert latent_plane(z[:, :1], None).shape == (500, 2)


def test_the_histogram_counts_every_row_once():
    table = histogram_table(np.random.default_rng(0).normal(size=1000), np.r_[np.zeros(5), np.full(5, 1e6)])
    assert table[["normal", "faults"]].sum().tolist() == pytest.approx([1.0, 1.0])
    assert table["faults"].iloc[-1] == 0.5


def test_long_titles_shrink_to_fit(tmp_path):
    with picture(tmp_path / "a.png", "word " * 30, "note") as (figure, _):
        drawn_title = figure.texts[0]
        box = drawn_title.get_window_extent(FigureCanvasAgg(figure).get_renderer())
        assert box.x1 <= figure.bbox.x1
