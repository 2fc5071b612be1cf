"""Which training rows are read, and which member leaves each of them out. N training rows, R rows read."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from vaegis.data.batches import TableBatch
from vaegis.errors import DataError


@dataclass(frozen=True, slots=True)
class Draw:
    """An even draw of rows, cut into folds of equal size."""

    num_rows: int
    """N."""
    position_R: Tensor
    """Ascending positions in the training table."""
    fold_R: Tensor

    @classmethod
    def of(cls, num_rows: int, most: int, folds: int, generator: torch.Generator) -> Self:
        """Draw at most `most` rows without replacement."""
        position_R = torch.randperm(num_rows, generator=generator)[:most].sort().values
        fold_R = torch.randperm(len(position_R), generator=generator) % folds
        return cls(num_rows, position_R, fold_R)

    def require(self, batch: TableBatch, stored: TableBatch) -> None:
        """Refuse rows other than the training table's, in its order.

        Raises:
            DataError: their number or a stored row differs.
        """
        same = batch.num_rows == self.num_rows
        if same and stored.num_rows:
            found = batch.take(self.position_R)
            pairs = ((found.values_ND, stored.values_ND), (found.codes_NC, stored.codes_NC))
            same = all(left.equal(right) for left, right in (*pairs, (found.observed_NX, stored.observed_NX)))
        if not same:
            what = f"the {batch.num_rows} rows to rank are not the {self.num_rows} rows that were fitted on"
            raise DataError(what, allowed="the same rows in the same order", where="score new rows instead")
