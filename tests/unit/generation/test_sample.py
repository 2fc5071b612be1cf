import torch

from vaegis.generation import sample
from vaegis.generation.sample import sample_rows


def test_one_row_a_latent_in_chunks(fitted_machines, monkeypatch):
    monkeypatch.setattr(sample, "CHUNK_ROWS", 4)
    rows = sample_rows(fitted_machines.network, torch.zeros(10, 3), torch.Generator().manual_seed(0))
    assert rows.num_rows == 10
    assert rows.values_ND.isfinite().all()
    assert rows.codes_NC.amin() >= 1
    assert rows.values_ND[0].ne(rows.values_ND[5]).all()
