"""Rows as codes, with what an encoder said of them. N rows, X columns, K latents (0 without an encoder)."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class CodedBatch:
    """A `Batch` of codes."""

    codes_NX: Tensor
    """int16, by `data.codec.TableCodec`."""
    mean_NK: Tensor
    """Mean of q(z|x)."""
    std_NK: Tensor
    """Its standard deviation."""

    @property
    def num_rows(self) -> int:
        """Number of rows."""
        return int(self.codes_NX.shape[0])

    def rows(self, start: int, stop: int) -> "CodedBatch":
        """Return a contiguous slice, without copying."""
        return CodedBatch(self.codes_NX[start:stop], self.mean_NK[start:stop], self.std_NK[start:stop])

    def take(self, index_N: Tensor) -> "CodedBatch":
        """Return the rows at `index_N`, copied."""
        return CodedBatch(self.codes_NX[index_N], self.mean_NK[index_N], self.std_NK[index_N])

    def to(self, device: torch.device) -> "CodedBatch":
        """Move to a device."""
        return CodedBatch(self.codes_NX.to(device), self.mean_NK.to(device), self.std_NK.to(device))


def without_latents(codes_NX: Tensor) -> CodedBatch:
    """Return codes that no encoder has seen."""
    nothing_NK = torch.zeros(len(codes_NX), 0)
    return CodedBatch(codes_NX, nothing_NK, nothing_NK)
