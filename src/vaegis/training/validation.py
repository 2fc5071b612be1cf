"""What validation rows say of a network: the same rows with the same noise each time. N rows, K latents."""

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor

from vaegis.data.batches import Batch, chunks, spaced
from vaegis.model.objective import ElboNetwork
from vaegis.training.loader import Place, generator
from vaegis.training.plan import share
from vaegis.training.watch import latent_metrics

MOST_ROWS: Final = 65_536
"""Rows that are read, evenly spaced: more would cost more than training does and say nothing new."""
WATCHED_ROWS: Final = 4_096
"""Of them, rows on which the network's own numbers are watched."""
_CHUNK_ROWS: Final = 8_192


class Validation:
    """Measures the mean ELBO at beta = 1, the rate by dimension and what else the network watches, over all ranks."""

    def __init__(self, rows: Batch, *, seed: int, latent_dim: int) -> None:
        self._rows = spaced(rows, MOST_ROWS)
        self._watched = spaced(self._rows, WATCHED_ROWS)
        count = self._watched.num_rows
        # Half of the table away, so that neighbours in time are no partners.
        self._others = self._watched.take((torch.arange(count) + count // 2) % count)
        random = generator(seed, "validation", 0)
        self._noise_NK = torch.randn(self._rows.num_rows, latent_dim, generator=random)

    @torch.no_grad()
    def measure(self, network: ElboNetwork, place: Place, total: Callable[[Tensor], Tensor]) -> dict[str, float]:
        """Return `val/elbo`, `val/rate`, `val/active_units` and what the network watches; `total` sums over ranks."""
        elbo, rate_K = self._bound(network, place)
        signals = self._signals(network, place)
        sums = total(torch.cat([elbo.unsqueeze(0), rate_K, *(value.unsqueeze(0) for value in signals.values())]))
        watched = (sums[1 + len(rate_K) :] / self._watched.num_rows).tolist()
        means = sums[: 1 + len(rate_K)] / self._rows.num_rows
        named = dict(zip([f"val/{name}" for name in signals], watched, strict=True))
        return {"val/elbo": float(means[0]), **latent_metrics(means[1:]), **named}

    def _bound(self, network: ElboNetwork, place: Place) -> tuple[Tensor, Tensor]:
        """Return sums over this rank's rows of ELBO and rates, float64."""
        low, high = share(0, self._rows.num_rows, place.rank, place.world)
        sums: list[Tensor] = []
        rates: list[Tensor] = []
        start = low
        for batch in chunks(self._rows.rows(low, high), _CHUNK_ROWS):
            noise_NK = self._noise_NK[start : start + batch.num_rows]
            terms = network.elbo(batch.to(place.device), noise_NK.to(place.device))
            sums.append(terms.elbo_N.double().sum())
            rates.append(terms.rate_NK.double().sum(0))
            start += batch.num_rows
        return torch.stack(sums).sum(), torch.stack(rates).sum(0)

    def _signals(self, network: ElboNetwork, place: Place) -> dict[str, Tensor]:
        """Return sums over this rank's watched rows, float64."""
        low, high = share(0, self._watched.num_rows, place.rank, place.world)
        batch, others = (rows.rows(low, high).to(place.device) for rows in (self._watched, self._others))
        told = network.watch(batch, others, self._noise_NK[low:high].to(place.device))
        return {name: value_N.double().sum() for name, value_N in told.items()}
