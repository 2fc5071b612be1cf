import pytest
import torch

from vaegis.model.vae import VAE, make_network
from vaegis.training import validation
from vaegis.training.fit import seeded
from vaegis.training.loader import Place
from vaegis.training.validation import Validation


@pytest.fixture
def network(layout, config) -> VAE:
    return seeded(lambda: make_network(layout, config), 0).eval()


def measure(network, rows, place: Place | None = None, total=lambda sums: sums) -> dict[str, float]:
    return Validation(rows, seed=0, latent_dim=2).measure(network, place or Place(), total)


def test_numbers_are_means_of_the_networks_own(network, rows):
    told = measure(network, rows)
    assert measure(network, rows) == told
    with torch.no_grad():
        terms = network.elbo(rows, torch.randn(600, 2, generator=torch.Generator().manual_seed(1)))
    assert told["val/elbo"] == pytest.approx(terms.elbo_N.mean().item(), abs=0.2)
    assert told["val/rate"] == pytest.approx(terms.rate_N.mean().item(), abs=1e-4)
    assert told["val/active_units"] == (terms.rate_NK.mean(0) > 0.01).sum()
    assert {"val/decoder_use", "val/posterior_clamp", "val/sigma_floor"} < set(told)


def test_ranks_add_up_to_one(network, rows):
    """The sums of three ranks, added, are those of one."""
    parts: list[torch.Tensor] = []
    for rank in range(3):
        measure(network, rows, Place(rank=rank, world=3), lambda sums: parts.append(sums) or sums)
    assert measure(network, rows, total=lambda _: sum(parts)) == pytest.approx(measure(network, rows), rel=1e-5)


def test_more_ranks_than_rows(network, rows):
    told = measure(network, rows.rows(0, 2), Place(rank=0, world=3))
    assert told["val/elbo"] == 0.0


def test_large_tables_are_read_in_part_from_end_to_end(network, rows, monkeypatch):
    monkeypatch.setattr(validation, "MOST_ROWS", 150)
    few = measure(network, rows.rows(0, 597))
    every_fourth = measure(network, rows.take(torch.arange(0, 597, 4)))
    assert few == every_fourth


def test_a_network_need_not_watch_anything(rows):
    class Silent(torch.nn.Module):
        def elbo(self, batch, noise_NK):
            from vaegis.model.objective import ElboTerms

            return ElboTerms(batch.values_ND.sum(-1), noise_NK.square())

        def watch(self, batch, others, noise_NK):
            return {}

    assert set(measure(Silent(), rows)) == {"val/elbo", "val/rate", "val/active_units"}
