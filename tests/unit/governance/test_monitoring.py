import json

import numpy as np
import pandas as pd
import pytest

from vaegis.governance.monitoring import reference


def test_every_column_is_described(tmp_path):
    rng = np.random.default_rng(0)
    numbers = rng.normal(10, 2, size=4_000)
    numbers[:1_000] = np.nan
    frame = pd.DataFrame(
        {
            "power": numbers,
            "count": np.arange(4_000),
            "mode": np.where(np.arange(4_000) % 4 == 0, "slow", "fast"),
            "on": [True, False, True, True] * 1_000,
            "at": pd.date_range("2026-01-01", periods=4_000, freq="h", tz="UTC"),
            "never": [None] * 4_000,
            "id": [f"i{number}" for number in range(4_000)],
            "empty": np.full(4_000, np.inf),
        }
    )
    frame.to_parquet(tmp_path / "rows.parquet")
    found = reference(tmp_path / "rows.parquet")
    columns = found["columns"]
    assert (found["rows"], list(columns)) == (4_000, sorted(frame.columns))
    power = columns["power"]
    assert power["missing"] == 0.25
    assert power["mean"] == pytest.approx(np.nanmean(numbers), rel=1e-5)
    assert power["std"] == pytest.approx(np.nanstd(numbers), rel=1e-5)
    assert power["quantiles"]["0.95"] == pytest.approx(np.nanquantile(numbers, 0.95), rel=1e-5)
    assert columns["mode"]["levels"] == {"fast": 0.75, "slow": 0.25}
    assert columns["on"]["levels"] == {"True": 0.75, "False": 0.25}
    assert columns["at"]["from"] == "2026-01-01T00:00:00+00:00"
    assert columns["never"]["missing"] == 1
    assert "levels" not in columns["never"]
    assert (len(columns["id"]["levels"]), columns["id"]["other_levels"]) == (50, 3_950)
    assert "mean" not in columns["empty"]
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert reference(tmp_path / "rows.parquet") == found
