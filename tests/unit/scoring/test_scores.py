import pytest
import torch

from vaegis.scoring import scores
from vaegis.scoring.scores import column_nll_NX, negative_elbo_N


@pytest.fixture
def batch(fitted_machines, make_machines):
    return fitted_machines.transform.encode(make_machines(50, seed=3))


def test_score_is_column_nll_plus_kl(fitted_machines, batch):
    network = fitted_machines.network
    with torch.no_grad():
        kl = network.encode(batch).kl_NK().sum(-1)
    torch.testing.assert_close(negative_elbo_N(network, batch), column_nll_NX(network, batch).sum(-1) + kl)


def test_same_rows_score_the_same_without_randomness(fitted_machines, batch):
    torch.manual_seed(0)
    first = negative_elbo_N(fitted_machines.network, batch)
    torch.manual_seed(1)
    assert negative_elbo_N(fitted_machines.network, batch).equal(first)


def test_chunks_do_not_change_scores(fitted_machines, batch, monkeypatch):
    whole = negative_elbo_N(fitted_machines.network, batch)
    columns = column_nll_NX(fitted_machines.network, batch)
    monkeypatch.setattr(scores, "CHUNK_ROWS", 7)
    torch.testing.assert_close(negative_elbo_N(fitted_machines.network, batch), whole)
    torch.testing.assert_close(column_nll_NX(fitted_machines.network, batch), columns)


def test_missing_cells_have_no_nll(fitted_machines, batch):
    batch.observed_NX[:, 1] = 0.0
    nll = column_nll_NX(fitted_machines.network, batch)
    assert nll[:, 1].eq(0).all()
    assert nll[:, 0].ne(0).all()


def test_no_rows_no_scores(fitted_machines, batch):
    assert negative_elbo_N(fitted_machines.network, batch.rows(0, 0)).shape == (0,)
