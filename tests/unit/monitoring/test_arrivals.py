from dataclasses import replace

import numpy as np

from vaegis.monitoring.arrivals import count_missing, within_bounds


def test_missing_cells_are_those_of_rows_before_validation(reference, machines):
    """Rows without any heat were set aside on every third day; elsewhere nothing changes."""
    arrived = machines.make_rows()
    day_N = (arrived["at"] - arrived["at"].min()).dt.days.to_numpy()
    arrived["heat_c"] = arrived["heat_c"].mask(day_N % 3 == 0)
    counted = count_missing(reference, machines.SCHEMA, arrived)
    part = reference.features.groups["missing"]
    first = int(arrived["at"].min().timestamp()) // 86_400
    shares = counted.sums_BF[:, part] / counted.sums_BF[:, part][:, -1:]
    assert np.array_equal(
        shares.max(axis=1, where=np.arange(shares.shape[1]) < shares.shape[1] - 1, initial=0.0) == 1.0,
        (reference.start_B - first) % 3 == 0,
    )
    other = np.ones(reference.sums_BF.shape[1], dtype=bool)
    other[part] = False
    assert np.array_equal(counted.sums_BF[:, other], reference.sums_BF[:, other])


def test_groups_of_rows_stay_as_they_are(reference, machines):
    groups = replace(reference, kind="rows")
    assert count_missing(groups, machines.SCHEMA, machines.make_rows()) is groups


def test_bounds_are_the_contract_s_and_missing_cells_are_within(machines):
    rows = machines.make_rows().head(3).assign(load_kw=[10.0, 200.0, np.nan])
    assert within_bounds(rows, machines.SCHEMA.inputs).tolist() == [True, False, True]
