from dataclasses import replace

import numpy as np
import pytest

from vaegis.monitoring.windows import MARGIN_DAYS, Windows, rank


def windows(reference, start, season_days=0, held_only=False):
    start = np.asarray(start)
    sums = np.zeros((len(start), reference.features.width))
    return Windows.of(reference, start, sums, season_days, held_only=held_only)


def total(sums, reference):
    return sums[:, reference.features.groups["column:b"]].sum(axis=1) / 48


def test_windows_are_all_runs_of_the_batch_s_length(world):
    found = windows(world.reference, [[17000, 17001, 17002]])
    assert found.number == 365 - 2
    assert total(found.usual.sums_WF, world.reference) == pytest.approx([3.0] * 363)
    assert found.usual.sums_WF[0] == pytest.approx(world.reference.sums_BF[:3].sum(axis=0))


def test_centre_is_the_rest_without_the_window_and_the_days_beside_it(world):
    found = windows(world.reference, [[17000, 17001, 17002]])
    assert total(found.centre_VF, world.reference) == pytest.approx([365.0])
    inner = total(found.usual.centre_WF, world.reference)[MARGIN_DAYS:-MARGIN_DAYS]
    assert inner == pytest.approx([365.0 - 3 - 2 * MARGIN_DAYS] * (363 - 2 * MARGIN_DAYS))


def test_a_season_is_around_the_same_day_of_any_year(world):
    new_year, years = int(world.reference.start_B[0]), 5
    found = windows(world.reference, [[new_year + round(365.25 * years)]], season_days=10)
    assert total(found.centre_VF, world.reference)[0] == pytest.approx(21.0, abs=1.0)
    usual = total(found.usual.centre_WF, world.reference)
    assert usual == pytest.approx(np.full(365, 6.0), abs=6.0)


def test_without_a_whole_year_there_are_no_seasons(make_world):
    short = make_world(days=100).reference
    assert total(windows(short, [[17000]], season_days=10).centre_VF, short)[0] == 100.0


def test_only_held_out_blocks_count_where_asked(world):
    reference = replace(world.reference, held_B=np.arange(365) % 2 == 0)
    assert windows(reference, [[17000]], held_only=True).number == 183
    assert windows(reference, [[17000]]).number == 365


def test_distances_are_measured_once_for_batches_of_a_length(world):
    asked = []

    def distance(window, centre):
        asked.append(len(window))
        return np.zeros(len(window))

    for _ in range(3):
        new, usual = windows(world.reference, [[17000], [17001]]).measure(distance, [slice(0, 3)])
    assert (len(new), len(usual)) == (2, 365)
    assert asked == [2, 365, 2, 2]


def test_a_batch_longer_than_the_reference_has_no_windows(make_world):
    assert windows(make_world(days=31).reference, [np.arange(40)]).number == 0


@pytest.mark.parametrize(("own", "share"), [(10.0, 1 / 5), (2.0, 4 / 5), (0.0, 1.0)])
def test_rank_counts_the_batch_itself(own, share):
    assert rank(own, np.array([1.0, 2.0, 3.0, 4.0, np.nan])) == pytest.approx(share)


def test_beyond_all_of_many_windows_a_rank_falls_on_as_their_tail_does():
    others = np.random.default_rng(0).exponential(size=2000)
    far = others.max() + 3.0
    assert rank(far, others) == pytest.approx(np.exp(-3.0) / 2001, rel=0.5)
    assert rank(far, others[:50]) == pytest.approx(1 / 51)
    assert rank(5.0, np.zeros(200)) == pytest.approx(1 / 201)
