import numpy as np
import pytest

from vaegis.evaluation.latent.interpolation import STEPS
from vaegis.evaluation.latent.tables import TABLES, factor_importance, traversals, ways


@pytest.mark.parametrize("name", ["kl_per_dimension", "traversals", "interpolation", "size_curve"])
def test_tables_have_rows(case, name):
    assert len(TABLES[name].make(case)) > 0
    assert not TABLES[name].title.endswith(".")


def test_the_most_used_dimensions_are_walked_along(case):
    table = traversals(case)
    kl = TABLES["kl_per_dimension"].make(case).set_index("dimension")["kl"]
    assert table["dimension"].iloc[0] == kl.idxmax()


def test_ways_are_told_by_their_middle_and_their_far_ones(case):
    table = ways(case)
    assert len(table) == STEPS
    assert (table["latent"] <= table["latent_p90"]).all()
    assert (table["straight"] <= table["straight_p90"]).all()


def test_the_importance_for_a_factor_sums_to_one(configured):
    table = factor_importance(configured(factors=["load_kw", "mode"]))
    assert table.columns.tolist() == ["dimension", "load_kw", "mode"]
    assert table[["load_kw", "mode"]].sum().to_numpy() == pytest.approx(np.ones(2))
