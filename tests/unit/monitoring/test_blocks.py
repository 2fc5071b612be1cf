import numpy as np
import pytest

from vaegis.monitoring.blocks import DAY, ROWS, block_sums, days_N, deal, group_rows, keep, kind_of, whole


def test_days_are_blocks_where_there_are_enough_of_them(machines):
    rows = machines.make_rows(days=40)
    assert kind_of(rows, machines.SCHEMA) == DAY
    assert kind_of(rows[rows["at"] < rows["at"].min() + np.timedelta64(20, "D")], machines.SCHEMA) == ROWS


def test_a_day_of_all_entities_is_one_block(machines):
    rows = machines.make_rows(days=35)
    blocks = deal(rows, machines.SCHEMA, DAY, 0)
    assert blocks.number == 35
    assert set(blocks.rows_B) == {48}
    assert (blocks.start_B[blocks.of_N] == days_N(rows, machines.SCHEMA)).all()


def test_rows_left_over_belong_to_no_group(machines):
    blocks = deal(machines.make_rows(days=3), machines.SCHEMA, ROWS, 50)
    assert blocks.number == 2
    assert (blocks.of_N == -1).sum() == 3 * 48 - 100


def test_a_morning_is_no_day(machines):
    rows = machines.make_rows(days=31)
    rows = rows[rows["at"] < rows["at"].max().floor("D") + np.timedelta64(9, "h")]
    blocks = deal(rows, machines.SCHEMA, DAY, 0)
    kept = whole(blocks, 48.0)
    assert (blocks.number, kept.number) == (31, 30)
    assert (kept.of_N == -1).sum() == 18
    assert (kept.start_B[kept.of_N[kept.of_N >= 0]] == blocks.start_B[blocks.of_N[kept.of_N >= 0]]).all()
    assert keep(kept, kept.start_B > kept.start_B[9]).number == 20


@pytest.mark.parametrize(("rows", "group"), [(100, 50), (75_000, 50), (150_000, 100), (1_000_000, 667)])
def test_groups_grow_with_the_table(rows, group):
    assert group_rows(rows) == group


def test_sums_by_block_leave_out_what_belongs_to_none():
    sums = block_sums(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]), np.array([2, -1, 0, 2]), 3)
    assert sums.tolist() == [[5.0, 6.0], [0.0, 0.0], [8.0, 10.0]]
