import numpy as np
import pandas as pd

from vaegis.inference.keys import guess_keys, named_share
from vaegis.inference.kinds import guess_kind
from vaegis.inference.profile import profile, sampled_rows

rng = np.random.default_rng(0)
TIMES = pd.date_range("2024-01-01", periods=200, freq="h", tz="UTC")


def guess(frame, time):
    columns = [profile(frame[name], sampled_rows(len(frame))) for name in frame]
    kinds = {column.name: guess_kind(column) for column in columns}
    return guess_keys(frame, [column for column in columns if column.name != time], kinds, time)


def panel(**more):
    base = {"at": np.tile(TIMES, 3), "device": np.repeat(["a", "b", "c"], 200), "kw": rng.normal(size=600)}
    return pd.DataFrame(base | more)


def test_an_entity_with_regular_steps_goes_before_a_row_number():
    found = guess(panel(id=np.arange(600)), "at")
    assert found.options[:2] == (("device",), ("id",))
    assert found.cadence_seconds == 3600.0


def test_events_are_named_by_their_number():
    times = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(rng.integers(0, 10**6, 600), unit="s")
    frame = pd.DataFrame({"at": times, "order_id": np.arange(600), "customer_id": rng.integers(0, 90, 600)})
    found = guess(frame, "at")
    assert found.options[0] == ("order_id",)
    assert found.cadence_seconds is None


def test_one_series_needs_no_key():
    frame = pd.DataFrame({"at": TIMES, "kw": rng.normal(size=200), "weekday": rng.choice(list("abc"), 200)})
    found = guess(frame, "at")
    assert (found.options, found.is_series, found.cadence_seconds) == ((), True, 3600.0)


def test_one_series_of_a_named_device_is_its_device():
    frame = pd.DataFrame({"at": TIMES, "device_id": "a", "kw": rng.normal(size=200)})
    assert guess(frame, "at").options == (("device_id",),)


def test_two_entities_may_be_needed_together():
    site, line = np.repeat(["a", "b"], 400), np.tile(np.repeat(["x", "y"], 200), 2)
    frame = pd.DataFrame({"at": np.tile(TIMES, 4), "site": site, "line": line, "kw": rng.normal(size=800)})
    assert guess(frame, "at").options == (("site", "line"),)


def test_without_time_only_names_are_keys():
    frame = pd.DataFrame(
        {"name": [f"n{i}" for i in range(200)], "x": rng.normal(size=200), "z": rng.choice(list("ab"), 200)}
    )
    assert guess(frame, "").options == (("name",),)
    assert guess(frame[["x", "z"]], "").options == ()


def test_a_column_with_gaps_names_nothing():
    names = pd.Series([f"n{i}" for i in range(200)], dtype=object).where(np.arange(200) > 0, None)
    assert guess(pd.DataFrame({"name": names, "x": rng.normal(size=200)}), "").options == ()


def test_share_of_named_rows():
    frame = panel()
    assert named_share(frame, ["device", "at"]) == 1.0
    assert named_share(frame, ["device"]) == 3 / 600
