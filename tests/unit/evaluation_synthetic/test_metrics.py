from dataclasses import replace

import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.synthetic import findings
from vaegis.evaluation.synthetic.metrics import METRICS, augmentation_gain, utility_ratio


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


def test_without_enough_labels_nothing_is_said(case):
    labelled = case.once(findings.augmentation) if _has_labels(case) else None
    if labelled is None or labelled.loc[labelled["labels"] == 0.05, "generated"].isna().all():
        with pytest.raises(NotComputable):
            augmentation_gain(case)
    else:
        assert -1.0 <= augmentation_gain(case).value <= 1.0


def _has_labels(case):
    try:
        case.once(findings.augmentation)
    except NotComputable:
        return False
    return True
