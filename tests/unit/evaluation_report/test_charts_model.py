"""The pictures of columns, latents, reference curves and training."""

import pytest

from vaegis.evaluation.report.charts_model import columns, curve, kl_per_dimension, training


def test_dimensions_in_use_are_counted(material):
    chart = kl_per_dimension(material.tables["kl_per_dimension"])
    assert chart.title == "1 of 2 latent dimensions are in use"
    assert chart.svg.count('class="bar idle"') == 1
    collapsed = material.tables["kl_per_dimension"].assign(active=0, kl=0.0)
    assert kl_per_dimension(collapsed).title == "No latent dimension is in use"


def test_the_weakest_column_is_named(material):
    chart = columns(material.tables["columns"])
    assert chart.title == "Weakest column: heat_c (0.30)"
    assert chart.svg.count("<rect") == 2


def test_a_gap_in_a_curve_stays_a_gap(material):
    chart = curve(material.tables["curve"])
    assert chart.svg.count("<circle") == 3
    assert "nan" not in chart.svg


def test_training_shows_its_best(material):
    assert training(material.tables["history"]).title == "Validation ELBO reaches -4.00 nats per row"


@pytest.mark.parametrize(("draw", "name"), [(columns, "columns"), (curve, "curve"), (training, "history")])
def test_an_empty_table_has_no_picture(material, draw, name):
    assert draw(material.tables[name].iloc[:0]) is None
    assert kl_per_dimension(material.tables["kl_per_dimension"].iloc[:0]) is None
