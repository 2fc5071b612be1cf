import numpy as np
import torch

from vaegis.data.batches import TableBatch
from vaegis.data.transform import compress
from vaegis.scoring.views import LARGEST, Views

LEVELS = (3,)


def table(values, codes, observed=None):
    values_ND, codes_NC = torch.tensor(values, dtype=torch.float32), torch.tensor(codes)
    width = values_ND.shape[1] + codes_NC.shape[1]
    return TableBatch(values_ND, codes_NC, torch.ones(len(values_ND), width) if observed is None else observed)


def test_three_scales_of_the_same_number():
    x = np.array([[-2.0], [-1.0], [0.0], [1.0], [50.0]])
    batch = table(compress(x), np.zeros((5, 0), dtype=np.int64))
    views = Views.fit(batch, ())
    np.testing.assert_allclose(views.standard_NW(batch), x, rtol=1e-4)
    np.testing.assert_allclose(views.tailed_NW(batch), compress(x), rtol=1e-6)
    np.testing.assert_allclose(views.robust_NW(batch), compress(x / (2.0 / 1.349)), rtol=1e-4)


def test_two_different_levels_are_a_squared_distance_of_two_apart():
    batch = table(np.zeros((4, 0)), np.array([[1], [1], [2], [3]]))
    rows_NW = Views.fit(batch, LEVELS).standard_NW(batch)
    torch.testing.assert_close(rows_NW.mean(0), torch.zeros(3))
    torch.testing.assert_close(torch.cdist(rows_NW, rows_NW).square()[0], torch.tensor([0.0, 0.0, 2.0, 2.0]))


def test_missing_cells_are_zero_and_told(make_batch):
    batch = make_batch(50, missing=0.3)
    views = Views.fit(batch, LEVELS)
    assert views.width == 7
    for rows_NW in (views.standard_NW(batch), views.tailed_NW(batch), views.robust_NW(batch)):
        assert rows_NW[views.observed_NW(batch) == 0].eq(0).all()
    assert views.observed_NW(batch)[:, 4:].equal(batch.observed_NX[:, 4:].expand(-1, 3))


def test_constant_empty_and_wild_columns_are_harmless():
    observed = torch.tensor([[1.0, 0.0, 1.0]] * 5)
    batch = table([[0.0, 0.0, 0.0]] * 4 + [[0.0, 0.0, 80.0]], np.zeros((5, 0), dtype=np.int64), observed)
    views = Views.fit(batch, ())
    assert views.scale_D.tolist() == [1.0, 1.0, 1.0]
    assert views.standard_NW(batch).max() == LARGEST
    assert views.robust_NW(batch).isfinite().all()


def test_columns_of_values(make_batch):
    assert Views.fit(make_batch(9), LEVELS).columns_W().tolist() == [0, 1, 2, 3, 4, 4, 4]


def test_pack_and_back(make_batch):
    batch = make_batch(60)
    views = Views.fit(batch, LEVELS)
    again = Views.unpack(views.pack(), [3])
    assert again.robust_NW(batch).equal(views.robust_NW(batch))
