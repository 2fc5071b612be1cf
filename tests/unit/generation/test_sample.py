import torch

from vaegis.generation import sample
from vaegis.generation.sample import prior_latents_NK, sample_rows


def test_latents_are_standard_normal_and_follow_the_generator():
    latents = prior_latents_NK(20_000, 3, torch.Generator().manual_seed(0))
    assert latents.shape == (20_000, 3)
    assert latents.mean(0).abs().max() < 0.03
    assert (latents.std(0) - 1).abs().max() < 0.03
    assert latents.equal(prior_latents_NK(20_000, 3, torch.Generator().manual_seed(0)))


def test_one_row_a_latent_in_chunks(fitted_machines, monkeypatch):
    monkeypatch.setattr(sample, "CHUNK_ROWS", 4)
    rows = sample_rows(fitted_machines.network, torch.zeros(10, 3), torch.Generator().manual_seed(0))
    assert rows.num_rows == 10
    assert rows.values_ND.isfinite().all()
    assert rows.codes_NC.amin() >= 1
    assert rows.values_ND[0].ne(rows.values_ND[5]).all()
