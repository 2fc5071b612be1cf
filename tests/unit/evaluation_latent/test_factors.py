from dataclasses import replace

import numpy as np
import pytest

from vaegis.errors import ConfigError
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.latent import factors, findings
from vaegis.evaluation.latent.factors import METRICS


@pytest.mark.parametrize("name", METRICS)
def test_without_declared_factors_nothing_is_known(case, name):
    with pytest.raises(NotComputable, match="no known cause of the rows is declared"):
        METRICS[name].compute(case)


def test_declared_factors_are_measured(configured):
    declared = configured(factors=["load_kw", "weather_c", "mode"])
    for name, spec in METRICS.items():
        assert 0.0 <= spec.compute(declared).value <= 1.0, name
    _, known = declared.once(factors.known_factors)
    assert [factor.discrete for factor in known] == [False, False, True]


def test_a_latent_for_each_factor_scores_higher_than_a_mixture(configured):
    declared = configured(factors=["load_kw", "weather_c"])
    rows = declared.test.dropna(subset=["load_kw", "weather_c"])
    own = rows[["load_kw", "weather_c"]].to_numpy()
    own = (own - own.mean(axis=0)) / own.std(axis=0)
    mixed = own @ np.array([[1.0, -1.0], [1.0, 1.0]])
    scores = []
    for z in (own, mixed):
        told = replace(declared, found={findings.few_judged: findings.Codes(rows, z, np.zeros_like(z))})
        scores.append([spec.compute(told).value for spec in METRICS.values()])
    assert (np.array(scores[0]) > np.array(scores[1]) + 0.2).all()


def test_a_factor_that_is_none_is_refused(configured):
    with pytest.raises(ConfigError, match=r"evaluate.factors names 'wind'; allowed: .*load_kw.*params.yaml"):
        factors.known_factors(configured(factors=["wind"]))


def test_constants_and_lonely_factors(configured):
    with pytest.raises(NotComputable, match="no declared factor varies"):
        factors.known_factors(configured(factors=["rating_kw"]))
    lonely = configured(factors=["load_kw"])
    with pytest.raises(NotComputable, match="declare two at least"):
        factors.dci_disentanglement(lonely)
    assert factors.mig(lonely).value >= 0
