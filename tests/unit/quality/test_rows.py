import numpy as np
import pandas as pd
import pytest

from vaegis.contract import Rule
from vaegis.errors import DataError
from vaegis.quality.rows import passing_share

LOW = "expect_column_values_to_be_between"


@pytest.fixture
def generated():
    return pd.DataFrame(
        {
            "power_kw": [100.0, np.nan, 9000.0, 50.0],
            "outdoor_temp_c": [-100.0, 20.0, -100.0, 20.0],
            "turbine": ["R80711"] * 4,
        },
        index=[9, 9, 8, 8],
    ).astype({"outdoor_temp_c": "float32"})


def test_a_row_passes_if_it_breaks_no_rule(generated, schema, rules):
    found = passing_share(generated, schema, rules)
    assert (found.rows, found.passing, found.share) == (4, 1, 0.25)
    assert found.failing == {
        f"{LOW}(outdoor_temp_c)": 2,
        f"{LOW}(power_kw)": 1,
        "expect_column_values_to_not_be_null(power_kw)": 1,
    }


def test_rules_on_absent_columns_are_listed(generated, schema, rules):
    skipped = passing_share(generated, schema, rules).skipped
    assert f"{LOW}(rated_share)" in skipped
    assert f"{LOW}(pitch_wrapped_deg)" in skipped


def test_rules_across_columns_hold_for_generated_rows_too(generated, schema):
    colder = Rule(
        type="expect_column_pair_values_a_to_be_greater_than_b",
        kwargs={"column_A": "outdoor_temp_c", "column_B": "power_kw"},
    )
    label = "expect_column_pair_values_a_to_be_greater_than_b(outdoor_temp_c, power_kw)"
    assert passing_share(generated, schema, [colder]).failing[label] == 4


def test_no_rows_have_no_share(generated, schema, rules):
    assert np.isnan(passing_share(generated.iloc[:0], schema, rules).share)


def test_values_of_another_type_are_an_error(generated, schema):
    with pytest.raises(DataError, match=r"between\(power_kw\)"):
        passing_share(generated.assign(power_kw="much"), schema, ())
