"""Figures are those of the table, and a saturated estimator gives none."""

from dataclasses import replace

import numpy as np
import pytest

from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.latent import findings, usage


def test_counts_and_rate_are_those_of_the_table(case):
    table = case.once(findings.dimensions)
    assert usage.active_units(case).value == table["active"].sum()
    assert usage.active_share(case).value == table["active"].mean()
    rate = usage.rate(case)
    assert rate.value == pytest.approx(table["kl"].sum())
    assert rate.low < rate.value < rate.high
    assert rate.rows == len(case.test)


def with_latents(case, mean_NK):
    rows = case.test.iloc[: len(mean_NK)]
    return replace(case, found={findings.judged: findings.Codes(rows, mean_NK, np.ones_like(mean_NK))})


def test_units_are_counted_for_certain_unless_one_is_near_the_threshold(case):
    """The variance counted as active is 0.01; on 1,200 rows in days one of 0.0101 may as well lie below."""
    normal = np.random.default_rng(0).normal(size=(1_200, 4))
    normal /= normal.std(axis=0)
    sure = with_latents(case, normal * [1.0, 1.0, 0.01, 0.0])
    units, share = usage.active_units(sure), usage.active_share(sure)
    assert (units.low, units.value, units.high) == (2, 2, 2)
    assert (share.low, share.value, share.high) == (0.5, 0.5, 0.5)
    units = usage.active_units(with_latents(case, normal * [1.0, 1.0, np.sqrt(0.0101), 0.0]))
    assert units.value == 3
    assert units.low <= 2
    assert 3 < units.high <= 4
    assert (units.low, units.high) == (round(units.low), round(units.high))


def test_correlation_of_latents_has_an_interval_from_zero_up(case):
    normal = np.random.default_rng(0).normal(size=(1_200, 3))
    told = usage.total_correlation_gaussian(with_latents(case, normal))
    assert 0.0 <= told.low <= told.value < told.high < 0.1


def test_a_twin_uses_its_latent_without_a_rate(twin_case):
    assert usage.rate(twin_case).value == 0.0
    assert usage.decoder_use(twin_case).value > 0.1
    with pytest.raises(NotComputable, match="no prior"):
        usage.mutual_information(twin_case)


def test_information_is_no_more_than_the_rate(case):
    """I(x; z) <= KL to any prior, and no latent tells more than all (equal rows make the estimate smaller still)."""
    few = replace(case, found={})
    table = few.once(findings.dimensions)
    few.found[findings.dimensions] = table.assign(kl=0.0)  # let the estimator speak, whatever the rate
    told = usage.mutual_information(few)
    assert 0.5 < told.value <= table["kl"].sum() + 0.1
    assert abs(usage.total_correlation(few).value - usage.total_correlation_gaussian(few).value) < 3.0


def test_latents_that_say_the_same_are_correlated(case):
    codes = case.once(findings.judged)
    wide = [case.once(findings.ranked)[0]] * 2
    same = findings.Codes(codes.rows, codes.mean_NK[:, wide], codes.std_NK[:, wide])
    assert usage.total_correlation_gaussian(replace(case, found={findings.judged: same})).value > 1.0
    one = replace(case, found={findings.judged: findings.Codes(codes.rows, codes.mean_NK[:, :1], codes.std_NK[:, :1])})
    with pytest.raises(NotComputable, match="one latent only"):
        usage.total_correlation_gaussian(one)
    still = findings.Codes(codes.rows.head(9), np.zeros((9, 2)), np.zeros((9, 2)))
    assert "no spread" in usage.total_correlation_gaussian(replace(case, found={findings.judged: still})).reason
