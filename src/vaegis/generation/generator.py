"""A fitted autoregressive generator: what a table's rows are like, as one object. N rows, X columns, K latents."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vaegis.config.checks import as_seed, whole
from vaegis.config.generator import GeneratorConfig
from vaegis.data.batches import chunks
from vaegis.data.codec import TableCodec
from vaegis.data.coded import CodedBatch, without_latents
from vaegis.errors import ConfigError, DataError
from vaegis.generation.asked import WHERE, Given, asked_rows, conform_asked, refuse_unseen
from vaegis.generation.draw import BLOCK_ROWS, Block, Drawer
from vaegis.generation.given import draw_given
from vaegis.model.autoregressive import AutoregressiveNetwork

CHUNK_ROWS: Final = 65_536
SAMPLING: Final = "sampling"
"""Key of a frame's `attrs`: how its rows were drawn."""


@dataclass(frozen=True)
class Generator:
    """Draws rows of one table, alone, given some columns, or given latents; tells how probable rows are."""

    codec: TableCodec
    network: AutoregressiveNetwork
    config: GeneratorConfig

    def sample(self, num_rows: int, given: Given | None = None, seed: int = 0) -> pd.DataFrame:
        """Return generated rows in the units and dtypes of the table; the same seed gives the same rows.

        Args:
            num_rows: how many.
            given: values by column (`generation.asked`). They stand in the result as they were given, on their index,
                and the other columns follow them: numbers by the level they fall in.
            seed: what the rows follow from.

        The result's `attrs["sampling"]` says `method` (`unconditional`, `exact`, `rejection`, `importance`),
        `effective_rows` (independent rows that they are worth before resampling) and `drawn_rows`.

        Raises:
            DataError: a given column or level is none that training saw, or a number lies beyond all that it saw.
        """
        num_rows, seed = whole_rows(num_rows), as_seed(seed)
        asked = asked_rows(given, num_rows)
        if asked is None:
            rows = pd.concat(list(self.stream(num_rows, seed)), ignore_index=True)
            return described(rows, "unconditional", float(num_rows), num_rows)
        frame = self._conformed(asked)
        chosen = [x for x, name in enumerate(self.codec.names) if name in frame.columns]
        codes_NX = self.codec.encode(frame, list(frame.columns))
        drawn = draw_given(self._drawer, {x: codes_NX[:, i] for i, x in enumerate(chosen)}, num_rows, seed)
        rows = self.codec.decode(drawn.codes_NX, drawn.inside_NX)
        rows = rows.assign(**{str(name): values for name, values in self.codec.typed(frame).items()})
        return described(rows.set_axis(asked.index), drawn.method, drawn.effective_rows, drawn.drawn_rows)

    def stream(self, num_rows: int, seed: int = 0, *, chunk_rows: int = CHUNK_ROWS) -> Iterator[pd.DataFrame]:
        """Yield the rows of `sample` in frames of `chunk_rows`, so that memory does not grow with their number."""
        num_rows, seed = whole_rows(num_rows), as_seed(seed)
        blocks: list[Block] = []
        for block in self._drawer.rows(num_rows, seed):
            blocks.append(block)
            while (held := sum(len(item.codes_NX) for item in blocks)) >= chunk_rows:
                codes_NX, inside_NX = _arrays(blocks)
                yield self.codec.decode(codes_NX[:chunk_rows], inside_NX[:chunk_rows])
                rest = slice(chunk_rows, held)
                blocks = [Block(codes_NX[rest], inside_NX[rest], np.zeros(held - chunk_rows))]
        if blocks and len(_arrays(blocks)[0]):
            yield self.codec.decode(*_arrays(blocks))

    def sample_at(self, z_NK: np.ndarray, seed: int = 0) -> pd.DataFrame:
        """Return one row a latent, from p(x|z).

        Raises:
            ConfigError: the generator was fitted without latents, or with another number of them.
        """
        latents_NK = self._latents(z_NK)
        return self.codec.decode(*_arrays(list(self._drawer.rows(len(latents_NK), as_seed(seed), z_NK=latents_NK))))

    @torch.no_grad()
    def log_prob(self, frame: pd.DataFrame, z_NK: np.ndarray | None = None) -> pd.Series:
        """Return log p(x), or log p(x|z), of each row's levels, nats: the mass of its bins, not a density."""
        rows = without_latents(torch.from_numpy(self.codec.encode(frame)))
        if z_NK is not None:
            latents_NK = self._latents(z_NK)
            rows = CodedBatch(rows.codes_NX, latents_NK, latents_NK)
        parts = [
            self.network.log_prob_NX(part.codes_NX, None if z_NK is None else part.mean_NK).sum(1)
            for part in chunks(rows, BLOCK_ROWS)
        ]
        return pd.Series(torch.cat(parts).double().numpy(), index=frame.index, name="log_prob")

    def pack(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Return weights, and a JSON record of the rest."""
        arrays = {name: tensor.numpy().copy() for name, tensor in self.network.state_dict().items()}
        record = {
            "codec": self.codec.to_json(),
            "config": asdict(self.config),
            "num_latents": self.network.num_latents,
        }
        return arrays, record

    @classmethod
    def unpack(cls, arrays: Mapping[str, np.ndarray], record: Mapping[str, Any]) -> Self:
        """Rebuild what `pack` returned."""
        codec, config = TableCodec.from_json(record["codec"]), GeneratorConfig(**record["config"])
        network = AutoregressiveNetwork(codec, config, record["num_latents"])
        network.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
        return cls(codec, network.eval(), config)

    @cached_property
    def _drawer(self) -> Drawer:
        return Drawer(self.codec, self.network)

    def _latents(self, z_NK: np.ndarray) -> Tensor:
        if z_NK.ndim != 2 or z_NK.shape[1] != self.network.num_latents or not self.network.num_latents:
            allowed = (
                f"rows of {self.network.num_latents} latents" if self.network.num_latents else "none: fit with them"
            )
            raise ConfigError(f"latents of shape {z_NK.shape}", allowed=allowed, where="z_NK")
        return torch.from_numpy(np.ascontiguousarray(z_NK, dtype=np.float32))

    def _conformed(self, asked: pd.DataFrame) -> pd.DataFrame:
        """Return given columns in the codec's order and the contract's dtypes; refuse what training never saw."""
        if strangers := [name for name in asked.columns if name not in self.codec.names]:
            allowed = ", ".join(self.codec.names)
            raise DataError(f"column {strangers[0]!r} is given, but not generated", allowed=allowed, where=WHERE)
        rows = conform_asked(asked, [column for column in self.codec.columns if column.name in asked.columns])
        for name, known_N in self.codec.known(rows).items():
            refuse_unseen(str(name), asked[name], known_N.to_numpy(), self.codec.range_of(str(name)))
        return rows


def whole_rows(num_rows: int) -> int:
    """Return a number of rows as a plain one, or say what one is."""
    return whole(f"sample of {num_rows!r} rows", num_rows, 1, where="the number of rows")


def _arrays(blocks: list[Block]) -> tuple[np.ndarray, np.ndarray]:
    return np.concatenate([block.codes_NX for block in blocks]), np.concatenate([block.inside_NX for block in blocks])


def described(rows: pd.DataFrame, method: str, effective: float, drawn: int) -> pd.DataFrame:
    """Return rows that say how they were drawn."""
    rows.attrs[SAMPLING] = {"method": method, "effective_rows": effective, "drawn_rows": drawn}
    return rows
