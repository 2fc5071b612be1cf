import numpy as np
import pytest

from tests.fixtures.known_generators import rows
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.privacy.membership import (
    by_density,
    by_distance,
    by_likelihood,
    distances,
    judge_attack,
    targets,
)


def test_fresh_rows_are_at_chance_and_copies_are_found(perfect, copying):
    chance, found = (judge_attack(*by_distance(material)) for material in (perfect, copying))
    assert chance.auc.low <= 0.5 <= chance.auc.high
    assert chance.tpr.high < 0.05
    assert found.auc.value > 0.8  # a draw with replacement leaves a third of the training rows out
    assert found.tpr.value > 0.6


def test_all_training_rows_given_away_are_all_found(material_of):
    from tests.unit.evaluation_privacy.conftest import TRAIN

    attack = judge_attack(*by_distance(material_of(TRAIN)))
    assert (attack.auc.value, attack.tpr.value) == (1.0, 1.0)


def test_density_is_at_chance_on_a_perfect_generator_and_finds_a_memorised_corner(perfect, material_of):
    chance = judge_attack(*by_density(perfect))
    assert chance.auc.low - 0.02 <= 0.5 <= chance.auc.high + 0.02
    from dataclasses import replace

    material = material_of(rows(1_500, 2))
    corner = material.train.nlargest(300, "c")
    spoilt = replace(material, made=corner.sample(1_500, replace=True, random_state=0), train=corner, found={})
    assert judge_attack(*by_density(spoilt)).auc.low > 0.9


def test_likelihood_needs_a_model_and_finds_what_it_overrates(material_of):
    made = rows(500, 2)
    with pytest.raises(NotComputable, match="no model is at hand"):
        by_likelihood(material_of(made))
    material = material_of(made)
    known = set(material.train["a"])
    told = material_of(made, score=lambda frame: frame["a"].isin(known).to_numpy(dtype=float))
    assert judge_attack(*by_likelihood(told)).auc.value == 1.0


def test_members_and_fresh_rows_are_drawn_apart(perfect):
    members, fresh = targets(perfect)
    assert len(fresh) == 750  # the other half is what an attacker compares with
    assert len(members) == 1_500
    assert distances(perfect, fresh).max() <= 0.0


def test_the_share_found_is_that_above_one_fresh_row_in_a_hundred():
    member, fresh = np.arange(1_000.0), np.arange(1_000.0) - 500.0
    attack = judge_attack(member, fresh)
    assert attack.tpr.value == pytest.approx(0.51, abs=0.002)
    assert attack.tpr.low < attack.tpr.value < attack.tpr.high
    with pytest.raises(NotComputable, match="99 fresh rows do not tell"):
        judge_attack(member, fresh[:99])
    tied = judge_attack(np.ones(200), np.ones(200))
    assert (tied.auc.value, tied.tpr.value) == (0.5, 0.0)
