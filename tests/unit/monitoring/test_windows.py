import numpy as np
import pytest

from vaegis.monitoring.windows import Windows, rank


def windows(reference, start, season_days=0, kept=None):
    start = np.asarray(start)
    kept = np.ones(len(reference.start_B), bool) if kept is None else kept
    return Windows.of(reference, kept, start, np.zeros((len(start), reference.features.width)), season_days)


def total(sums, reference):
    return sums[:, reference.features.groups["column:b"]].sum(axis=1) / 48


def test_windows_are_all_runs_of_the_batch_s_length(world):
    found = windows(world.reference, [[17000, 17001, 17002]])
    assert found.number == 365 - 2
    assert total(found.sums_WF, world.reference) == pytest.approx([0.0] + [3.0] * 363)
    assert found.sums_WF[1] == pytest.approx(world.reference.sums_BF[:3].sum(axis=0))


def test_centre_is_the_rest_without_the_window(world):
    found = windows(world.reference, [[17000, 17001, 17002]])
    assert total(found.centre_WF, world.reference) == pytest.approx([365.0] + [362.0] * 363)


def test_a_season_is_around_the_same_day_of_any_year(world):
    new_year, years = int(world.reference.start_B[0]), 5
    found = windows(world.reference, [[new_year + round(365.25 * years)]], season_days=10)
    assert total(found.centre_WF, world.reference)[0] == pytest.approx(21.0, abs=1.0)
    assert total(found.centre_WF, world.reference)[1:] == pytest.approx(20.0, abs=1.5)


def test_without_a_whole_year_there_are_no_seasons(make_world):
    short = make_world(days=100).reference
    assert total(windows(short, [[17000]], season_days=10).centre_WF, short)[0] == 100.0


def test_only_kept_blocks_count(world):
    kept = np.arange(365) % 2 == 0
    found = windows(world.reference, [[17000]], kept=kept)
    assert found.number == 183


def test_a_batch_longer_than_the_reference_has_no_windows(make_world):
    assert windows(make_world(days=31).reference, [np.arange(40)]).number == 0


@pytest.mark.parametrize(("own", "share"), [(10.0, 1 / 5), (2.0, 4 / 5), (0.0, 1.0)])
def test_rank_counts_the_batch_itself(own, share):
    assert rank(own, np.array([1.0, 2.0, 3.0, 4.0, np.nan])) == pytest.approx(share)
