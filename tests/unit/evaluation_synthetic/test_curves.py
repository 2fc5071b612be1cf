import numpy as np
import pytest

from vaegis.evaluation.references import Reference
from vaegis.evaluation.synthetic.curves import curve_error, curve_table

CURVE = Reference(name="heat_curve", x="load_kw", y="heat_c", bin_width=10.0)


def test_the_same_rows_have_no_curve_error(rows):
    table = curve_table(CURVE, {"real": rows.test, "generated": rows.test})
    assert curve_error(table, "real", "generated") == 0.0


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
