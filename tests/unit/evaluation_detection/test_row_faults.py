from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from vaegis.config.evaluate import EvaluateConfig
from vaegis.evaluation.detection.row_faults import MAX_ROWS, inject_row_faults
from vaegis.evaluation.detection.targets import find_targets
from vaegis.evaluation.rows import EvaluationRows

CONFIG = EvaluateConfig()


@pytest.fixture(scope="module")
def rows(parcels) -> EvaluationRows:
    frame = parcels.make_parcels(2_000)
    test = frame.tail(1_200).reset_index(drop=True)
    test.loc[::3, "lost"] = 1.0
    return EvaluationRows(schema=parcels.SCHEMA, train=frame.head(600), calibration=frame.iloc[600:800], test=test)


@pytest.fixture(scope="module")
def inject(parcels):
    def run(rows, config=CONFIG):
        targets = find_targets(rows.train, parcels.SCHEMA, parcels.derive)
        return inject_row_faults(rows, targets, parcels.derive, config)

    return run


def test_one_raw_column_of_a_normal_row_is_altered_and_derived_ones_follow(inject, rows, parcels):
    injected = inject(rows)
    frame, events = injected.frame, injected.events
    assert (injected.event_N == np.arange(len(frame))).all()
    before = rows.test.set_index("parcel").loc[frame["parcel"]].reset_index()
    assert (before["lost"] == 0.0).all()
    raw = ["kg", "items", "zone", "box", "hour", "clerk", "country"]
    changed = pd.DataFrame({name: before[name].ne(frame[name]) & before[name].notna() for name in raw})
    assert (changed.sum(axis=1) == 1).all()
    assert (changed.idxmax(axis=1) == events["sensor"]).all()
    pd.testing.assert_frame_equal(frame[["hour_sin", "size"]], parcels.derive(frame), check_dtype=False)
    assert list(frame.columns) == parcels.SCHEMA.names
    assert events.loc[0, "detail"] == f"{before.loc[0, 'kg']:.6g} -> {frame.loc[0, 'kg']:.6g}"


def test_every_kind_and_size_meets_every_column_that_it_fits(inject, rows):
    cells = inject(rows).events.fillna({"size": 0.0}).groupby(["kind", "size"])["sensor"].agg([set, "size"])
    amounts, levels = {"kg", "items", "hour"}, {"zone", "box"}
    expected = dict.fromkeys([("bias", 1.0), ("bias", 2.0), ("bias", 4.0)], amounts)
    expected |= {("exchanged", 0.0): amounts | levels, ("replaced", 0.0): levels}
    assert cells["set"].to_dict() == expected
    assert (cells["size"] > 0.8 * MAX_ROWS).all()
    assert (cells["size"] <= MAX_ROWS + 5).all()


def test_the_same_seed_gives_the_same_faults(inject, rows):
    pd.testing.assert_frame_equal(inject(rows).frame, inject(rows).frame)
    assert not inject(rows, replace(CONFIG, seed=1)).frame.equals(inject(rows).frame)


def test_dtypes_of_levels_stay_and_bounds_hold(inject, rows):
    frame = inject(rows).frame
    assert frame["zone"].dtype == rows.test["zone"].dtype
    assert frame["kg"].dropna().between(0.0, 30.0).all()
    assert (frame["items"] == frame["items"].round()).all()


def test_without_a_column_or_a_normal_row_there_is_no_fault(inject, rows, parcels):
    none = inject_row_faults(rows, (), parcels.derive, CONFIG)
    assert (len(none.frame), len(none.events), list(none.frame.columns)) == (0, 0, parcels.SCHEMA.names)
    marked = replace(rows, test=rows.test.assign(lost=1.0))
    assert len(inject(marked).events) == 0
