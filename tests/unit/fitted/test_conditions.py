import numpy as np
import pandas as pd
import pytest
import torch

from vaegis.contract import ColumnSpec
from vaegis.data.transform import TableTransform
from vaegis.errors import ConfigError, DataError
from vaegis.fitted.conditions import KEPT, conform_given, encode_given, keep_conditions

COLUMNS = (
    ColumnSpec(name="heat", dtype="float64", kind="numeric", role="feature"),
    ColumnSpec(name="speed", dtype="float64", kind="numeric", role="condition"),
    ColumnSpec(name="site", dtype="string", kind="category", role="condition"),
)
ROWS = pd.DataFrame({"heat": np.arange(3_000.0), "speed": np.arange(3_000.0), "site": ["a", "b", None] * 1_000})
TRANSFORM = TableTransform.fit(COLUMNS, [ROWS], max_levels=10)


def test_at_most_a_thousand_rows_are_kept_and_only_their_conditions():
    batch = TRANSFORM.encode(ROWS)
    kept = keep_conditions(batch, (1, 2))
    assert kept.num_rows == KEPT
    assert kept.values_ND[[0, -1], 1].equal(batch.values_ND[[0, -1], 1])
    assert not kept.values_ND[:, 0].any()
    assert kept.observed_NX.sum(0).tolist() == [0.0, KEPT, kept.codes_NC.ne(0).sum().item()]
    assert keep_conditions(batch.rows(0, 5), (1, 2)).num_rows == 5


def test_one_row_is_for_all_and_dtypes_are_the_contract_s():
    rows = conform_given(TRANSFORM, {"speed": 3, "site": "a"}, 4)
    assert rows.to_dict("list") == {"speed": [3.0] * 4, "site": ["a"] * 4}
    with pytest.raises(ConfigError, match="2 rows of conditions for 4 rows; allowed: 1 or 4"):
        conform_given(TRANSFORM, ROWS.head(2), 4)
    with pytest.raises(DataError, match="column 'site' is missing"):
        conform_given(TRANSFORM, {"speed": 3}, 4)


def test_what_is_given_is_observed_and_nothing_else():
    batch = TRANSFORM.encode(ROWS)
    given = encode_given(TRANSFORM, batch, ROWS.head(4), 4)
    assert given.observed_NX.tolist() == [[0, 1, 1], [0, 1, 1], [0, 1, 0], [0, 1, 1]]
    assert given.values_ND[:, 1].equal(batch.values_ND[:4, 1])
    assert torch.equal(given.codes_NC, batch.codes_NC[:4])
    assert encode_given(TRANSFORM, batch, None, 4) is None
    with pytest.raises(ConfigError, match="this model has no condition columns"):
        encode_given(TRANSFORM, None, {"speed": 3}, 4)
