import numpy as np
import pytest

from vaegis.evaluation.incident.normal import find_normal


def normal_of(model, row, rate=0.01):
    return find_normal(model, row, model.contributions(row).iloc[0], rate)


def test_the_guilty_column_alone_is_changed_and_the_row_is_usual_then(fitted_machines, rows, fault):
    row = rows[(rows["machine"] == "m1") & (rows["at"] == fault)]
    found = normal_of(fitted_machines, row)
    assert found.columns == ("heat_c",)
    made = float(found.row["heat_c"].iloc[0])
    assert abs(made - (40 + 0.05 * row["load_kw"].iloc[0])) < 6  # what the load explains; 95 was seen
    assert found.low["heat_c"] < made < found.high["heat_c"]
    assert found.pvalue > 0.01 >= fitted_machines.pvalue(row).iloc[0]
    same = [name for name in fitted_machines.features if name != "heat_c"]
    assert found.row[same].iloc[0].tolist() == row[same].iloc[0].tolist()


def test_missing_cells_are_filled_and_named_last(fitted_machines, rows, fault):
    row = rows[(rows["machine"] == "m1") & (rows["at"] == fault)].assign(load_kw=np.nan)
    found = normal_of(fitted_machines, row)
    assert found.columns[-1] == "load_kw"
    assert np.isfinite(found.row["load_kw"].iloc[0])


def test_levels_flags_and_counts_can_be_guilty(fitted_machines, rows):
    row = rows.iloc[[3]].assign(mode="slow", load_kw=400.0, heat_c=60.0, parts=40, running=False)
    found = normal_of(fitted_machines, row, rate=1.0)  # nothing is ever usual: as many columns as there may be
    assert set(found.columns) <= set(fitted_machines.features)
    assert not found.row[list(found.columns)].isna().any(axis=None)
    assert found.score <= fitted_machines.score(row).iloc[0]


def test_a_usual_row_has_its_furthest_column_told(fitted_machines, make_machines):
    rows = make_machines(50, seed=8).dropna()
    row = rows.loc[[fitted_machines.score(rows).idxmin()]]
    assert len(normal_of(fitted_machines, row).columns) == 1


def test_the_same_row_gives_the_same(fitted_machines, rows):
    row = rows.iloc[[3]].assign(heat_c=95.0)
    one, other = normal_of(fitted_machines, row), normal_of(fitted_machines, row)
    assert one.score == pytest.approx(other.score, rel=0, abs=0)
    assert one.row.equals(other.row)
