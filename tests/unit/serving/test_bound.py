from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime
import pytest
import torch

from vaegis.data.arrays import TableArrays
from vaegis.fitted.export import export_onnx
from vaegis.likelihoods import Layout
from vaegis.model.vae import VAE
from vaegis.serving.bound import BoundScore


def plain(session, row):
    return session.run(["score_N"], {item.name: getattr(row, item.name) for item in session.get_inputs()})[0]


def one_by_one(rows):
    return [rows.take(np.array([n])) for n in range(len(rows.observed_NX))]


def test_a_row_scores_as_it_does_without(scorer, make_machines):
    for row in one_by_one(scorer.transform.arrays(make_machines(50, seed=3))):
        score_1 = scorer.score_N(row)
        assert score_1.shape == (1,)
        assert score_1.tobytes() == plain(scorer.session, row).tobytes()


def test_rows_of_many_threads_stay_apart(scorer, make_machines):
    rows = one_by_one(scorer.transform.arrays(make_machines(400, seed=3)))
    alone = [plain(scorer.session, row).item() for row in rows]
    with ThreadPoolExecutor(8) as pool:
        assert [score_1.item() for score_1 in pool.map(scorer.score_N, rows)] == alone


@pytest.mark.slow
@pytest.mark.parametrize(
    "layout", [Layout(("gaussian",) * 4, (), ()), Layout((), ("categorical",) * 2, (2, 5))], ids=["numbers", "levels"]
)
def test_tables_of_numbers_or_of_levels_alone(layout):
    torch.manual_seed(3)
    network = VAE(layout, latent_dim=3, hidden=[16, 8], min_sigma=0.05).eval()
    session = onnxruntime.InferenceSession(export_onnx(network))
    num_numeric, num_discrete = len(layout.numeric), len(layout.discrete)
    bound, random = BoundScore(session, num_numeric, num_discrete), np.random.default_rng(1)
    rows = TableArrays(
        random.normal(size=(9, num_numeric)).astype(np.float32),
        random.integers(1, 3, (9, num_discrete)),
        np.ones((9, num_numeric + num_discrete), dtype=np.float32),
    )
    for row in one_by_one(rows):
        assert bound.score_1(row).tobytes() == plain(session, row).tobytes()
