import numpy as np
import pytest

from vaegis.config.monitor import MonitorConfig
from vaegis.monitoring.batch import Batch
from vaegis.monitoring.histograms import histograms


def test_shares_of_batch_and_season_stand_side_by_side(world):
    start, sums = world.batch(3, missing=0.5)
    about = {"digest": "d", "rows": 144, "first": "", "last": "", "invalid": 0, "left_over": 0}
    found = {
        item["column"]: item
        for item in histograms(world.reference, Batch(start_L=start, sums_LF=sums, **about), MonitorConfig())
    }
    assert found["c"]["bins"] == ["x", "y", "other", "missing"]
    assert len(found["a"]["bins"]) == len(found["a"]["batch"]) == len(found["a"]["season"]) == 13
    assert [np.sum(found["a"][side]) for side in ("batch", "season")] == pytest.approx([1.0, 1.0])
    assert found["a"]["batch"][-1] == pytest.approx(0.5, abs=0.1)
    assert found["a"]["season"][-1] == pytest.approx(0.02, abs=0.01)
