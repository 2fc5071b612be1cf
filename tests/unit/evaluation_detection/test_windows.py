from dataclasses import replace

import pandas as pd

from vaegis.evaluation.detection.windows import find_windows


def test_windows_are_full_normal_contiguous_and_of_one_entity(rows):
    windows = find_windows(rows, 6.0)
    assert windows
    for window in windows:
        part = rows.test.iloc[window.rows]
        assert set(part["machine"]) == {window.entity}
        assert len(part) == 6
        assert part["at"].diff().dropna().eq(pd.Timedelta(hours=1)).all()
        assert part["at"].iloc[0] == window.start
        assert rows.normal[window.rows].all()


def test_a_window_is_a_day_at_most(rows):
    assert {len(window.rows) for window in find_windows(rows, 100.0)} <= {22, 23, 24}


def test_thin_windows_are_left_out(rows):
    gappy = replace(rows, test=rows.test.iloc[::2].reset_index(drop=True))
    assert find_windows(gappy, 6.0) == []


def test_events_have_no_windows(rows):
    events = replace(rows, schema=replace(rows.schema, cadence_seconds=None))
    assert find_windows(events, 6.0) == []
