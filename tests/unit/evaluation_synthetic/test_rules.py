import numpy as np
import pandas as pd

from tests.fixtures.evaluation_project import SCHEMA
from vaegis.contract import Rule
from vaegis.evaluation.synthetic.rules import rule_pass_rates

RULE = Rule(type="expect_column_values_to_be_between", kwargs={"column": "heat_c", "max_value": 50})
MADE = pd.DataFrame({"load_kw": [10.0, 20.0, 999.0, 30.0], "heat_c": [1.0, 2.0, 3.0, 99.0]})


def test_generated_rows_meet_the_rules_of_real_rows():
    assert rule_pass_rates(MADE, SCHEMA, [RULE])[0] == 0.5


def test_every_rule_has_its_share_and_those_that_cannot_be_asked_have_none():
    other = Rule(type="expect_column_values_to_be_between", kwargs={"column": "not_made", "max_value": 50})
    share, table = rule_pass_rates(MADE, SCHEMA, [RULE, other])
    asked = table[table["share"].notna()]
    assert share == 0.5
    assert asked.loc[asked["broken"] > 0, "share"].tolist() == [0.75, 0.75]
    assert table["share"].isna().sum() == 1
    assert np.isnan(rule_pass_rates(MADE.head(0), SCHEMA, [RULE])[0])
