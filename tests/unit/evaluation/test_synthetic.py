import numpy as np
import pandas as pd
import pytest

from vaegis.contract import Rule
from vaegis.evaluation.references import Reference
from vaegis.evaluation.synthetic import column_shapes, curve_error, curve_table, rule_pass_rate

CURVE = Reference(name="heat_curve", x="load_kw", y="heat_c", bin_width=10.0)


def test_the_same_rows_have_no_curve_error_and_full_shape(rows, world):
    table = curve_table(CURVE, {"real": rows.test, "generated": rows.test})
    assert curve_error(table, "real", "generated") == 0.0
    assert column_shapes(rows.test, rows.test, world.SCHEMA.features)["shape"].tolist() == [1.0] * 7


def test_a_lifted_curve_is_off_by_its_lift_over_the_range(rows):
    table = curve_table(CURVE, {"real": rows.test, "generated": rows.test.assign(heat_c=rows.test["heat_c"] + 6.0)})
    assert curve_error(table, "real", "generated") == pytest.approx(6.0 / np.ptp(table["real"]))


def test_thin_bins_are_left_out_and_nothing_to_compare_is_nan(rows):
    narrow = rows.test[rows.test["load_kw"].between(60, 80)]
    table = curve_table(CURVE, {"real": rows.test, "generated": narrow})
    assert 0 < table["generated"].notna().sum() < len(table)
    assert np.isnan(
        curve_error(curve_table(CURVE, {"real": rows.test, "generated": rows.test.head(3)}), "real", "generated")
    )


def test_shapes_of_disjoint_columns_are_zero(rows, world):
    made = rows.test.assign(heat_c=1e6, mode="other")
    shapes = column_shapes(rows.test, made, world.SCHEMA.features).set_index("column")["shape"]
    assert (shapes["heat_c"], shapes["mode"]) == (0.0, 0.0)
    assert shapes["cool_c"] == 1.0


def test_generated_rows_meet_the_rules_of_real_rows(world):
    made = pd.DataFrame({"load_kw": [10.0, 20.0, 999.0, 30.0], "heat_c": [1.0, 2.0, 3.0, 99.0]})
    rule = Rule(type="expect_column_values_to_be_between", kwargs={"column": "heat_c", "max_value": 50})
    assert rule_pass_rate(made, world.SCHEMA, [rule]) == 0.5
