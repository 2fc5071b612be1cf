"""What a network reads of a batch. N rows, D numeric and C discrete columns, X = D + C, I inputs, H hidden units."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from vaegis.data.batches import TableBatch
from vaegis.errors import ConfigError
from vaegis.likelihoods import Layout
from vaegis.likelihoods.units import expand
from vaegis.model.networks import LevelEmbedding


class Numbers(nn.Module):
    """Values, flags of what is observed, and of few columns more: their cycles, and whether they stand at a point.

    Of an angle, whose two ends are one, only the cycle is read. Nothing here is learned.
    """

    _plain_D: Tensor | None
    _observed_X: Tensor | None
    _turning: Tensor
    _cycles: Tensor
    _standing: Tensor
    _points: Tensor

    def __init__(self, layout: Layout, columns: Sequence[int] | None = None) -> None:
        """Read all columns, or those at some positions of X."""
        super().__init__()
        num_numeric, every = len(layout.numeric), range(len(layout.numeric) + len(layout.discrete))
        chosen = every if columns is None else columns
        facts = {x: layout.facts(x) for x in chosen if x < num_numeric}
        plain = [x for x, item in facts.items() if not item.wraps]
        cycles = [(x, *cycle) for x, item in facts.items() for cycle in item.cycles]
        points = [(x, point) for x, item in facts.items() for point in item.points]
        self.width = len(plain) + len(chosen) + 2 * len(cycles) + len(points)
        self._has_more = bool(cycles or points)
        # Most tables read every column as it stands: no copy of a batch then.
        self.register_buffer("_plain_D", _index(plain, range(num_numeric)), persistent=False)
        self.register_buffer("_observed_X", _index(chosen, every), persistent=False)
        self.register_buffer("_turning", torch.tensor([x for x, _, _ in cycles], dtype=torch.long), persistent=False)
        self.register_buffer("_cycles", torch.tensor([c for _, *c in cycles]).view(-1, 2), persistent=False)
        self.register_buffer("_standing", torch.tensor([x for x, _ in points], dtype=torch.long), persistent=False)
        self.register_buffer("_points", torch.tensor([point for _, point in points]), persistent=False)

    def forward(self, batch: TableBatch) -> Tensor:
        """Return the inputs, NI; a missing cell is zeros and a flag."""
        values_ND, observed_NX = batch.values_ND, batch.observed_NX
        plain = values_ND if self._plain_D is None else values_ND[:, self._plain_D]
        flags = observed_NX if self._observed_X is None else observed_NX[:, self._observed_X]
        return torch.cat([plain, flags, *(self._more(values_ND, observed_NX) if self._has_more else ())], dim=1)

    def _more(self, values_ND: Tensor, observed_NX: Tensor) -> tuple[Tensor, ...]:
        phase = expand(values_ND[:, self._turning]) * self._cycles[:, 0] + self._cycles[:, 1]
        here = observed_NX[:, self._turning]
        at = (values_ND[:, self._standing] == self._points) * observed_NX[:, self._standing]
        return phase.sin() * here, phase.cos() * here, at


class Conditions(nn.Module):
    """Reads the columns that are given into hidden units, for the decoder."""

    _discrete: Tensor

    def __init__(self, layout: Layout, width: int) -> None:
        super().__init__()
        self._num_columns = len(layout.conditions)
        self.numbers = Numbers(layout, layout.conditions)
        self.read_values = nn.Linear(self.numbers.width, width)
        first = len(layout.numeric)
        discrete = [x - first for x in layout.conditions if x >= first]
        levels = [layout.num_levels[c] for c in discrete]
        self.read_levels = LevelEmbedding(levels, width) if levels else None
        self.register_buffer("_discrete", torch.tensor(discrete, dtype=torch.long), persistent=False)

    def forward(self, given: TableBatch | None) -> Tensor:
        """Return hidden units, NH.

        Raises:
            ConfigError: no rows are given.
        """
        if given is None:
            what = f"{self._num_columns} columns are conditions, and none are given"
            raise ConfigError(what, allowed="one row of conditions a latent", where="the argument `given`")
        hidden_NH: Tensor = self.read_values(self.numbers(given))
        if self.read_levels is not None:
            hidden_NH = hidden_NH + self.read_levels(given.codes_NC[:, self._discrete])
        return nn.functional.silu(hidden_NH)


def read_rows(
    numbers: Numbers, read_values: nn.Linear, read_levels: LevelEmbedding | None, batch: TableBatch
) -> Tensor:
    """Return what an encoder's first layers make of rows, NH; missing cells reach them as zeros with a flag."""
    hidden_NH: Tensor = read_values(numbers(batch))
    return hidden_NH if read_levels is None else hidden_NH + read_levels(batch.codes_NC)


def with_conditions(z_NK: Tensor, conditions: Conditions | None, given: TableBatch | None) -> Tensor:
    """Return what a decoder reads: latents, and beside them the conditions of a model that has any."""
    return z_NK if conditions is None else torch.cat([z_NK, conditions(given)], dim=1)


def widened(x: Tensor) -> Tensor:
    """Return float32 of what autocast left in half; float64 stays."""
    return x if x.dtype == torch.float64 else x.float()


def _index(chosen: Sequence[int], every: Sequence[int]) -> Tensor | None:
    return None if list(chosen) == list(every) else torch.tensor(chosen, dtype=torch.long)
