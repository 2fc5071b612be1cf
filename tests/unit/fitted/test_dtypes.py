import numpy as np
import pandas as pd

from vaegis.fitted.dtypes import in_dtypes_of


def test_made_columns_take_the_dtypes_of_the_callers():
    own = pd.DataFrame(
        {
            "whole": np.array([1, 2], dtype="int32"),
            "nullable": pd.array([1, None], dtype="Int64"),
            "yes": [True, False],
            "perhaps": pd.array([True, None], dtype="boolean"),
            "grade": pd.Categorical([1, 3], categories=[1, 2, 3]),
            "word": pd.array(["a", "b"], dtype="string"),
            "plain": ["a", "b"],
            "small": np.array([0.5, 1.5], dtype="float32"),
        }
    )
    numbers = {"whole": [1.2, 2.0], "nullable": [3.0, 4.0], "yes": [1.0, 0.0], "perhaps": [0.0, 1.0]}
    made = pd.DataFrame({**numbers, "grade": ["2", "3"], "word": ["a", "a"], "plain": ["b", "b"], "small": [0.1, 0.2]})
    cast = in_dtypes_of(own, made)
    assert cast.dtypes.equals(own.dtypes)
    assert cast["whole"].tolist() == [1, 2]
    assert cast["grade"].tolist() == [2, 3]


def test_missing_whole_numbers_stay_missing():
    own = pd.DataFrame({"whole": [1, 2], "nullable": pd.array([1, 2], dtype="Int64")})
    cast = in_dtypes_of(own, pd.DataFrame({"whole": [1.0, np.nan], "nullable": [np.nan, 2.0]}))
    assert cast["whole"].isna().tolist() == [False, True]
    assert str(cast["nullable"].dtype) == "Int64"
