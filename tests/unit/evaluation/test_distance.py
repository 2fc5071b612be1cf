import numpy as np
import pandas as pd
import pytest

from tests.fixtures.known_generators import COLUMNS, rows
from vaegis.contract import ColumnSpec
from vaegis.evaluation.distance import RowSpace, nearest


def test_amounts_lie_by_rank_whatever_their_unit_and_levels_lie_one_apart():
    column = ColumnSpec(name="x", dtype="float64", kind="numeric", role="feature")
    level = ColumnSpec(name="l", dtype="string", kind="category", role="feature")
    frame = pd.DataFrame({"x": np.exp(np.arange(101.0) / 10), "l": ["p", *["q"] * 100]})
    points = RowSpace.fit(frame, [column, level]).points(frame)
    assert np.linalg.norm(points[50] - points[75]) == pytest.approx(0.25)
    same_place = frame.iloc[[0, 0]].assign(l=["p", "q"])
    first, second = RowSpace.fit(frame, [column, level]).points(same_place)
    assert np.linalg.norm(first - second) == pytest.approx(1.0)


def test_missing_cells_are_alike_and_far_from_others():
    frame = rows(100, 0)
    space = RowSpace.fit(frame, COLUMNS)
    gone = space.points(frame.assign(a=np.nan, group=None))
    assert space.points(frame).shape == (100, space.width)
    assert np.isfinite(gone).all()
    assert np.linalg.norm(gone[0] - space.points(frame)[0]) >= np.sqrt(2)


def test_a_value_beyond_the_range_is_further_than_the_end_of_it():
    frame = rows(100, 0)
    space = RowSpace.fit(frame, COLUMNS)
    top = frame.iloc[[0]].assign(a=frame["a"].max())
    beyond = top.assign(a=2 * frame["a"].max())
    assert np.linalg.norm(space.points(beyond) - space.points(top)) > 0.1


def test_a_repeated_value_stands_in_the_middle_of_its_ranks():
    column = ColumnSpec(name="x", dtype="float64", kind="numeric", role="feature")
    frame = pd.DataFrame({"x": [*np.arange(-10.0, 0), *np.zeros(30), *np.arange(1.0, 11)]})
    points = RowSpace.fit(frame, [column]).points(pd.DataFrame({"x": [0.0]}))
    assert points[0, 0] == pytest.approx(0.5, abs=0.02)


def test_constant_and_empty_columns_have_no_distance():
    frame = rows(30, 0).assign(a=1.0, b=np.nan, group="one")
    points = RowSpace.fit(frame, COLUMNS).points(frame)
    assert np.ptp(points[:, :4], axis=0).max() == 0.0


def test_nearest_finds_what_a_plain_search_finds():
    random = np.random.default_rng(0)
    here, there = random.normal(size=(5_000, 3)), random.normal(size=(50, 3))
    plain = np.sort(np.linalg.norm(here[:, None] - there[None], axis=2), axis=1)[:, :2]
    np.testing.assert_allclose(nearest(here, there, 2), plain, atol=1e-6)
    assert nearest(here[:0], there).shape == (0, 1)


def test_without_a_column_the_others_keep_their_scale():
    frame = rows(100, 0)
    for column in COLUMNS:
        others = [other for other in COLUMNS if other != column]
        left = RowSpace.fit(frame, COLUMNS).without(column.name)
        np.testing.assert_array_equal(left.points(frame), RowSpace.fit(frame, others).points(frame))
