"""What a model reads at once. N rows, D numeric columns, C discrete columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

import torch
from torch import Tensor

from vaegis.data.arrays import TableArrays


class Batch(Protocol):
    """Rows that can be sliced, permuted and moved; tables, images, windows and tokens share it."""

    @property
    def num_rows(self) -> int:
        """Number of rows."""
        ...

    def rows(self, start: int, stop: int) -> Self:
        """Return a contiguous slice, without copying."""
        ...

    def take(self, index_N: Tensor) -> Self:
        """Return the rows at `index_N`, copied."""
        ...

    def to(self, device: torch.device) -> Self:
        """Move to a device."""
        ...


Rows = TypeVar("Rows", bound=Batch)


@dataclass(frozen=True, slots=True)
class TableBatch:
    """Transformed rows of a mixed table."""

    values_ND: Tensor
    """float32, standardised; 0 where missing."""
    codes_NC: Tensor
    """int64 levels; 0 is missing or never seen in training."""
    observed_NX: Tensor
    """float32 of 1 and 0 over the D numeric, then the C discrete columns."""

    @property
    def num_rows(self) -> int:
        """Number of rows."""
        return int(self.observed_NX.shape[0])

    def rows(self, start: int, stop: int) -> "TableBatch":
        """Return a contiguous slice, without copying."""
        return TableBatch(self.values_ND[start:stop], self.codes_NC[start:stop], self.observed_NX[start:stop])

    def take(self, index_N: Tensor) -> "TableBatch":
        """Return the rows at `index_N`, copied."""
        parts = (self.values_ND, self.codes_NC, self.observed_NX)
        return TableBatch(*(part.index_select(0, index_N) for part in parts))  # in a third of the time of part[index_N]

    def to(self, device: torch.device) -> "TableBatch":
        """Move to a device."""
        return TableBatch(self.values_ND.to(device), self.codes_NC.to(device), self.observed_NX.to(device))


def as_batch(arrays: TableArrays) -> TableBatch:
    """Return tensors on the same memory."""
    return TableBatch(*(torch.from_numpy(array) for array in (arrays.values_ND, arrays.codes_NC, arrays.observed_NX)))


def concatenate(batches: list[TableBatch]) -> TableBatch:
    """Stack batches by row."""
    return TableBatch(
        torch.cat([batch.values_ND for batch in batches]),
        torch.cat([batch.codes_NC for batch in batches]),
        torch.cat([batch.observed_NX for batch in batches]),
    )


def chunks(batch: Rows, num_rows: int) -> Iterator[Rows]:
    """Yield consecutive slices of at most `num_rows`, at least one."""
    for start in range(0, max(batch.num_rows, 1), num_rows):
        yield batch.rows(start, start + num_rows)


def spaced(batch: Rows, most: int) -> Rows:
    """Return `most` rows, evenly spaced from the first to the last, or all if there are no more."""
    if batch.num_rows <= most:
        return batch
    return batch.take(torch.linspace(0, batch.num_rows - 1, most, dtype=torch.float64).round().long())
