import pytest
import torch

from vaegis.errors import DataError
from vaegis.scoring.draw import Draw


def draw(num_rows, most, folds=3):
    return Draw.of(num_rows, most, folds, torch.Generator().manual_seed(0))


def test_rows_are_drawn_once_in_order_and_folds_are_equal():
    drawn = draw(10_000, 900)
    assert drawn.position_R.unique().equal(drawn.position_R)
    assert drawn.fold_R.bincount().tolist() == [300, 300, 300]
    assert abs(drawn.position_R.double().mean() - 5_000) < 400


def test_few_rows_are_all_read():
    assert draw(20, 900).position_R.tolist() == list(range(20))


def test_other_rows_are_refused(make_batch):
    batch = make_batch(50)
    drawn = draw(50, 20)
    stored = batch.take(drawn.position_R)
    drawn.require(batch, stored)
    for others in (batch.rows(0, 49), make_batch(50, seed=1), batch.take(torch.arange(49, -1, -1))):
        with pytest.raises(DataError, match="are not the 50 rows that were fitted on"):
            drawn.require(others, stored)
