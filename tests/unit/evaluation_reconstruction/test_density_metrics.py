import numpy as np
import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.reconstruction.density_metrics import METRICS


@pytest.fixture(scope="module")
def case(models, bench):
    return Case(model=models[0], bench=bench, rivals={})


def figure(case, name):
    return METRICS[f"reconstruction/{name}"].compute(case)


@pytest.mark.parametrize("name", [name.partition("/")[2] for name in METRICS])
def test_densities_are_means_over_rows_with_an_interval(case, name):
    estimate = figure(case, name)
    assert estimate.low < estimate.value < estimate.high
    assert estimate.rows in (len(case.test), case.config.nll_rows, 500)


def test_more_samples_bound_more_closely(case):
    assert figure(case, "nll_64_less_512").value >= 0
    assert figure(case, "amortisation_gap").value > -0.05
    assert 1 <= figure(case, "effective_samples").value <= 512


def test_a_twin_has_a_distortion_and_no_density(models, bench):
    twin = Case(model=models[1], bench=bench, rivals={})
    assert np.isfinite(figure(twin, "distortion").value)
    for name in ("elbo", "nll", "nll_512", "amortisation_gap"):
        with pytest.raises(NotComputable, match="deterministic"):
            figure(twin, name)
