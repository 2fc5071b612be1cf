import numpy as np
import pandas as pd
import pytest

from vaegis.simulation.optimum import averaged, optima

AT = np.linspace(-10.0, 10.0, 21)


def curve(best, noise=0.5, seed=0, bend=-0.1):
    mean = 300.0 + bend * (AT - best) ** 2 + np.random.default_rng(seed).normal(0.0, noise, len(AT))
    return pd.DataFrame({"v": AT, "mean": mean, "low": mean - 1.96 * noise, "high": mean + 1.96 * noise})


def test_the_vertex_is_found_by_group():
    both = pd.concat([curve(2.0, 1e-6).assign(g="p"), curve(-3.0, 1e-6).assign(g="q")])
    first, second = optima(both, "v", "g")
    assert (first.group, second.group) == ({"g": "p"}, {"g": "q"})
    assert (first.at, second.at) == (pytest.approx(2.0, abs=1e-3), pytest.approx(-3.0, abs=1e-3))


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    held = [item.low <= 2.0 <= item.high for seed in range(100) for item in optima(curve(2.0, seed=seed), "v", None)]
    assert 0.88 <= np.mean(held) <= 0.99


def test_a_minimum_is_the_maximum_upside_down():
    up = curve(2.0, bend=0.1)
    (found,) = optima(up, "v", None, "min")
    assert found.low < 2.0 < found.high
    assert optima(up, "v", None, "max")[0].reason == "the curve does not bend beyond its noise"


def test_no_optimum_is_said_with_its_reason():
    assert optima(curve(40.0, 1e-3), "v", None)[0].reason == "the best value lies outside the sweep"
    assert optima(curve(2.0, 30.0), "v", None)[0].at is None
    assert optima(curve(2.0).head(3), "v", None)[0].reason.startswith("3 points")


def test_other_swept_columns_are_averaged_and_their_noise_shrinks():
    two = pd.concat([curve(2.0, 1e-9).assign(u=1), curve(4.0, 1e-9).assign(u=2)])
    two["low"], two["high"] = two["mean"] - 1.959964, two["mean"] + 1.959964
    made = averaged(two, "v")
    assert len(made) == 21
    assert np.allclose(made["noise"], 1.0 / np.sqrt(2.0))
    assert optima(two, "v", None)[0].at == pytest.approx(3.0, abs=1e-6)
