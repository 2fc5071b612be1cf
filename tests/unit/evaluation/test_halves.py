import numpy as np
import pytest

from vaegis.evaluation.bootstrap import MIN_BLOCKS, Bootstrap
from vaegis.evaluation.halves import HALVES, halve, masks, spread, together

RNG = np.random.default_rng(0)


def halves(blocks, each=3, seed=0):
    return halve(Bootstrap.of_blocks(np.repeat(np.arange(blocks), each), 5, 0), seed)


@pytest.mark.parametrize("blocks", [MIN_BLOCKS, 11, 40])
def test_a_half_holds_half_of_the_blocks_each_of_them_whole_and_once(blocks):
    drawn = halves(blocks)
    assert drawn.counts_RB.shape == (HALVES, blocks)
    assert set(np.unique(drawn.counts_RB)) == {0.0, 1.0}
    assert set(drawn.counts_RB.sum(axis=1)) == {blocks // 2, blocks - blocks // 2}
    assert drawn.counts_RB.sum(axis=1).mean() == blocks / 2, "an odd block is in every other half"
    for inside_B, inside_N in zip(drawn.counts_RB, masks(drawn), strict=True):
        np.testing.assert_array_equal(inside_N, np.repeat(inside_B > 0, 3))


def test_halves_are_the_same_for_the_same_blocks_and_others_by_another_seed():
    np.testing.assert_array_equal(halves(20).counts_RB, halves(20).counts_RB)
    assert (halves(20).counts_RB != halves(20, seed=1).counts_RB).any()


def test_too_few_blocks_have_no_halves_and_no_interval():
    few = halves(MIN_BLOCKS - 1)
    assert list(masks(few)) == []
    assert spread(0.5, few.means(np.ones((27, 1)))[:, 0]) is None
    for one in together(few, halves(30)):
        assert len(one.counts_RB) == 0
    assert len(together(halves(12), halves(30))[1].counts_RB) == HALVES
    assert list(masks(halve(Bootstrap.of_rows(0, 5, 0), 0))) == []


def test_the_spread_of_a_mean_is_its_standard_error():
    """Averaged over seeds: a single set of halves knows it to a ninth."""
    values = RNG.normal(3.0, 2.0, 400)
    widths = []
    for seed in range(30):
        drawn = halve(Bootstrap.of_blocks(np.arange(400), 1, 0), seed)
        low, high = spread(values.mean(), drawn.means(values[:, None])[:, 0])
        assert (low + high) / 2 == pytest.approx(values.mean())
        widths.append(high - low)
    assert np.mean(widths) / 2 / 2.02 == pytest.approx(values.std(ddof=1) / np.sqrt(400), rel=0.05)


def test_the_interval_is_cut_to_the_range_and_holds_the_value():
    assert spread(0.01, RNG.normal(0.0, 1.0, HALVES), 0.0, 1.0) == (0.0, 1.0)
    assert spread(7.0, np.full(HALVES, 7.0)) == (7.0, 7.0)


def test_halves_without_a_figure_are_left_out_unless_they_are_many():
    figures = RNG.normal(size=HALVES)
    figures[:3] = np.nan
    assert spread(0.0, figures) is not None
    figures[:8] = np.nan
    assert spread(0.0, figures) is None
