from dataclasses import replace

import pandas as pd
import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.synthetic import findings
from vaegis.evaluation.synthetic.metrics import METRICS
from vaegis.evaluation.synthetic.use_metrics import utility_ratio


class Perfect:
    """Generates the test rows."""

    def __init__(self, model, rows):
        self._model, self._rows = model, rows

    def __getattr__(self, name):
        return getattr(self._model, name)

    def sample(self, num_rows, seed=0):
        return self._rows.sample(num_rows, random_state=seed, ignore_index=True)[self._model.columns]


@pytest.fixture(scope="module")
def case(models, bench):
    return Case(model=models[0], bench=bench, rivals={})


def test_real_rows_in_place_of_generated_ones_are_best_on_every_ruler(models, bench, case):
    perfect = replace(case, model=Perfect(models[0], bench.rows.train), found={})
    for name in ("mean_shape", "pair_trend_all", "coverage", "precision", "utility", "rule_pass_rate"):
        mine, best = (METRICS[f"synthetic/{name}"].compute(judged).value for judged in (case, perfect))
        assert best >= mine - 0.03, name
    told = METRICS["synthetic/two_sample_auroc"].compute
    assert abs(told(perfect).value - 0.5) < 0.15
    assert utility_ratio(perfect).value == pytest.approx(1.0, abs=0.1)


def test_columns_without_values_have_no_shape(case):
    nothing = pd.DataFrame({"column": ["heat_c"], "shape": [float("nan")]})
    found = {findings.shapes: nothing, findings.real_shapes: nothing}
    for name in ("mean_shape", "real_shape"):
        estimate = METRICS[f"synthetic/{name}"].compute(replace(case, found=found))
        assert (estimate.value, estimate.reason) == (None, "no column has values in both tables")
