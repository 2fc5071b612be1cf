import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.data.levels import RARE
from vaegis.data.texts import as_text, codes_of, shortest, values_of


def test_a_number_is_called_the_same_alone_and_in_a_column():
    amounts = [0.1, 3.0, -0.0, 1234567.25, 1e300]
    assert as_text(pd.Series(amounts)).tolist() == [shortest(amount) for amount in amounts]
    assert as_text(pd.Series([7.0, np.nan])).isna().tolist() == [False, True]


def test_codes_count_from_one_and_the_rest_has_one_if_there_is_a_level_for_it():
    texts = np.array(["b", None, "a", "new"], dtype=object)
    assert codes_of(texts, ("a", "b")).tolist() == [2, 0, 1, 0]
    assert codes_of(texts, ("a", "b", RARE)).tolist() == [2, 0, 1, 3]
    assert codes_of(texts, ()).tolist() == [0, 0, 0, 0]


def test_codes_come_back_as_what_they_stand_for():
    words = ColumnSpec(name="x", dtype="string", kind="category", role="feature")
    numbers = ColumnSpec(name="x", dtype="int64", kind="category", role="feature")
    assert values_of(("a", RARE), words).tolist() == [None, "a", RARE]
    np.testing.assert_array_equal(values_of(("7", RARE), numbers), [np.nan, 7.0, np.nan])
    assert len(values_of((), numbers)) == 2
