import numpy as np
import pytest

from vaegis.evaluation.detection import baselines
from vaegis.evaluation.detection.baselines import BASELINES, Inputs, fit_baselines
from vaegis.evaluation.references import Reference

CURVE = Reference(name="heat_curve", x="load_kw", y="heat_c", bin_width=10.0)


@pytest.fixture(scope="module")
def fitted(rows, world):
    return fit_baselines(rows.train, world.SCHEMA, [CURVE], seed=0)


@pytest.mark.parametrize("name", list(BASELINES))
def test_a_wild_value_raises_the_score_of_its_row(fitted, rows, name):
    few = rows.calibration.iloc[::20]
    assert (fitted[name].score(few.assign(heat_c=200.0)) > fitted[name].score(few)).mean() > 0.95


@pytest.mark.parametrize("name", list(BASELINES))
def test_scores_are_the_same_each_time_and_bear_missing_values(fitted, rows, world, name):
    few = rows.test.head(40).assign(heat_c=np.nan)
    again = fit_baselines(rows.train, world.SCHEMA, [CURVE], seed=0)[name].score(few)
    assert np.array_equal(fitted[name].score(few), again)
    assert np.isfinite(again).all()


def test_the_rule_needs_a_curve(rows, world):
    assert "reference_rule" not in fit_baselines(rows.train.head(200), world.SCHEMA, [], seed=0)


def test_the_rule_uses_the_nearest_bin_beyond_the_known_range(fitted, rows):
    scores = fitted["reference_rule"].score(rows.test.head(2).assign(load_kw=[1e4, np.nan]))
    assert scores[0] >= 0
    assert scores[1] == 0


def test_inputs_are_standardised_numbers_and_indicators(rows, world):
    inputs = Inputs.fit(rows.train, world.SCHEMA).matrix(rows.train)
    assert inputs.shape == (len(rows.train), 6 + 2)
    assert np.abs(inputs[:, :6].mean(axis=0)).max() < 0.05
    assert set(np.unique(inputs[:, 6:].sum(axis=1))) == {1.0}


def test_categories_of_many_levels_get_few_indicators_and_wide_tables_few_rows(parcels, monkeypatch):
    frame = parcels.make_parcels(3_000)
    fitted = Inputs.fit(frame, parcels.SCHEMA)
    assert len(fitted.transform.levels[0]) == baselines.MAX_LEVELS + 1
    assert fitted.matrix(frame).shape == (3_000, fitted.width)
    monkeypatch.setattr(baselines, "FIT_CELLS", 1_500 * fitted.width)
    monkeypatch.setattr(baselines, "NEIGHBOUR_CELLS", 200 * fitted.width)
    assert [len(part) for part in fitted.parts(frame)] == [1_500, 1_500]
    material = baselines.Material(frame=frame, inputs=fitted, references=(), seed=0)
    assert len(material.matrix()) == 1_500
    assert baselines.Neighbours(material)._index.n_samples_fit_ == 200
    found = fit_baselines(frame, parcels.SCHEMA, [], seed=0)
    for detector in found.values():
        np.testing.assert_allclose(detector.score(frame)[:100], detector.score(frame.head(100)), rtol=1e-4)
