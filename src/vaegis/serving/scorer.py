"""A bundle as ONNX Runtime scores it, without torch. N rows, D numeric columns, X columns, K latents."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import onnxruntime
import pandas as pd
from safetensors.numpy import load as load_arrays

from vaegis.bundle import parse_bundle, read_attachment
from vaegis.contract import ColumnSpec, TableSchema
from vaegis.data.arrays import TableArrays
from vaegis.data.tables import as_frame
from vaegis.data.transform import TableTransform
from vaegis.errors import ArtifactError, ConfigError
from vaegis.fitted import graph
from vaegis.fitted.explanation import explain_rows
from vaegis.scoring.attribution import contributions_NX
from vaegis.scoring.calibration import Calibration
from vaegis.serving.bound import BoundScore
from vaegis.serving.single import SingleReader

BLOCK_ROWS: Final = 8_192
"""Rows that go through the session at once: what lies between its layers stays small."""
BAND: Final = 1.959964
"""Half-width of a central 95 % band, standard deviations."""
_OTHER: Final = "detector.json"
"""The part that holds a score other than the negative ELBO."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the session says of rows, by the names of `fitted.graph.OUTPUTS`."""

    score_N: np.ndarray
    latent_NK: np.ndarray
    nll_NX: np.ndarray
    mean_ND: np.ndarray
    std_ND: np.ndarray
    codes_NC: np.ndarray


@dataclass(frozen=True)
class Scorer:
    """Scores, encodes, reconstructs and explains rows, as the fitted model of the same bundle does."""

    schema: TableSchema
    transform: TableTransform
    calibration: Calibration
    session: onnxruntime.InferenceSession
    content_digest: str
    score_mode: str
    """`elbo`, or the mode whose score is not in the ONNX form."""

    @classmethod
    def load(cls, path: str | Path, threads: int = 1) -> Self:
        """Read and verify a bundle.

        Args:
            path: the folder.
            threads: processor threads of one call.

        Raises:
            ArtifactError: it is missing or altered, or holds no ONNX form.
        """
        return cls.of(read_folder(path), str(path), threads)

    @classmethod
    def of(cls, files: Mapping[str, bytes], origin: str, threads: int = 1) -> Self:
        """Do the same from files in memory (name -> content), such as were verified against the registry."""
        bundle = parse_bundle(files, origin)
        onnx = read_attachment(files, graph.FILE, origin)
        if onnx is None:
            what, allowed = f"{origin} has no {graph.FILE}", "a version trained with onnx installed"
            raise ArtifactError(what, allowed=allowed, where="pip install 'vaegis[pipeline]', then train again")
        arrays = load_arrays(bundle.parts["calibration.safetensors"])
        return cls(
            schema=TableSchema.from_json(json.loads(bundle.parts["schema.json"])),
            transform=TableTransform.from_json(json.loads(bundle.parts["transform.json"])),
            calibration=Calibration(arrays["scores"], arrays["column_median"]),
            session=_session(onnx, threads),
            content_digest=bundle.content_digest,
            score_mode=json.loads(bundle.parts[_OTHER])["config"]["mode"] if _OTHER in bundle.parts else "elbo",
        )

    @cached_property
    def numeric(self) -> list[ColumnSpec]:
        """The numeric columns, in order."""
        return self.transform.numeric

    @cached_property
    def discrete(self) -> list[ColumnSpec]:
        """The discrete columns, in order."""
        return self.transform.discrete

    @cached_property
    def has_times(self) -> bool:
        """Whether a numeric column holds times."""
        return any(column.dtype == "timestamp" for column in self.numeric)

    @cached_property
    def stepped(self) -> list[int]:
        """Positions of the numeric columns that hold whole numbers or flags."""
        return [d for d, column in enumerate(self.numeric) if column.dtype in ("int64", "bool")]

    @cached_property
    def single(self) -> SingleReader | None:
        """What reads one usual row, where there is such a thing."""
        return SingleReader.of(self.transform)

    @cached_property
    def batch_columns(self) -> list[str]:
        """Names of the columns that are read, in the order of a batch: numeric, then discrete."""
        return [column.name for column in (*self.numeric, *self.discrete)]

    @cached_property
    def features(self) -> list[str]:
        """Names of the modelled columns, in the order of a batch."""
        known = {column.name for column in self.transform.columns if column.role != "condition"}
        return [name for name in self.batch_columns if name in known]

    @cached_property
    def given_X(self) -> list[int]:
        """Positions of the columns that are given, not modelled."""
        return [x for x, name in enumerate(self.batch_columns) if name not in self.features]

    def score(self, table: Any) -> pd.Series:
        """Return the negative ELBO at the posterior mean, nats per standardised row: higher is more anomalous.

        Raises:
            ConfigError: the model scores by neighbours or networks that only torch runs.
        """
        self.require_score()
        frame = as_frame(table)
        scores = [self.score_N(rows) for rows in self._blocks(frame)]
        return pd.Series(np.concatenate(scores).astype(np.float64), index=frame.index, name="score")

    def pvalue(self, table: Any) -> pd.Series:
        """Return conformal p-values against the calibration rows; small is anomalous."""
        scores = self.score(table)
        return pd.Series(self.calibration.pvalue_N(scores.to_numpy()), index=scores.index, name="pvalue")

    def encode(self, table: Any) -> pd.DataFrame:
        """Return posterior means `z_0`, `z_1`, ..."""
        frame = as_frame(table)
        latent_NK = np.concatenate([self._ask(rows, ["latent_NK"])[0] for rows in self._blocks(frame)])
        return pd.DataFrame(latent_NK, index=frame.index, columns=[f"z_{k}" for k in range(latent_NK.shape[1])])

    def expect(self, table: Any) -> pd.DataFrame:
        """Return expected columns given the posterior mean, in their units, within the contract's bounds."""
        frame = as_frame(table)
        parts = [self._ask(rows, ["mean_ND", "codes_NC_expected"]) for rows in self._blocks(frame)]
        values_ND, codes_NC = (np.concatenate(part) for part in zip(*parts, strict=True))
        return self.transform.bound(self.transform.decode(values_ND, codes_NC, frame.index))

    def explain(self, table: Any, top: int = 3) -> pd.DataFrame:
        """Return a line for each of a row's `top` guilty columns, worst first, on the row's index label."""
        self.require_score()
        frame = as_frame(table)
        seen = [(rows, self.see(rows)) for rows in self._blocks(frame)]
        contribution_NX = np.concatenate([self.contributions_NX(answer, rows) for rows, answer in seen])
        mean_ND, std_ND = (
            np.concatenate([getattr(answer, name) for _, answer in seen]) for name in ("mean_ND", "std_ND")
        )
        edges = (mean_ND, mean_ND - BAND * std_ND, mean_ND + BAND * std_ND)
        expected, low, high = (self.transform.as_amounts(edge_ND, frame.index) for edge_ND in edges)
        levels = self.expect(frame)[[column.name for column in self.transform.discrete]]
        contributions = pd.DataFrame(contribution_NX, index=frame.index, columns=self.batch_columns)[self.features]
        band = (pd.concat([expected, levels], axis=1), low, high)
        return explain_rows(frame, contributions, band, top, self.transform.columns)

    def contributions_NX(self, seen: Seen, rows: TableArrays) -> np.ndarray:
        """Return each column's part of the score above usual, nats."""
        return contributions_NX(seen.nll_NX.astype(np.float64), self.calibration.column_median_X, rows.observed_NX)

    def score_N(self, rows: TableArrays) -> np.ndarray:
        """Return the session's score of a few rows, float32."""
        return self._bound.score_1(rows) if len(rows.observed_NX) == 1 else self._ask(rows, ["score_N"])[0]

    def see(self, rows: TableArrays) -> Seen:
        """Return all that the session says of a few rows."""
        return Seen(*self._ask(rows, list(graph.OUTPUTS)))

    def require_score(self) -> None:
        """Refuse a model whose own score is not the one that the session computes."""
        if self.score_mode != "elbo":
            what = f"this model scores by {self.score_mode!r}, which its ONNX form does not hold"
            where = "install vaegis[train], or train with score.mode elbo"
            raise ConfigError(what, allowed="encode and reconstruct without torch", where=where)

    def _ask(self, rows: TableArrays, names: list[str]) -> list[np.ndarray]:
        cells = (rows.values_ND, rows.codes_NC, rows.observed_NX)
        feed = {name: cells_N for name, cells_N in zip(graph.INPUTS, cells, strict=True) if name in self._read}
        return [np.asarray(answer) for answer in self.session.run(names, feed)]

    @cached_property
    def _read(self) -> frozenset[str]:
        return frozenset(item.name for item in self.session.get_inputs())

    @cached_property
    def _bound(self) -> BoundScore:
        return BoundScore(self.session, len(self.numeric), len(self.discrete))

    def _blocks(self, frame: pd.DataFrame) -> Iterator[TableArrays]:
        for start in range(0, max(len(frame), 1), BLOCK_ROWS):
            yield self.transform.arrays(frame.iloc[start : start + BLOCK_ROWS])


def read_folder(path: str | Path) -> dict[str, bytes]:
    """Return the files of a bundle folder (name -> content).

    Raises:
        ArtifactError: it is no folder.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise ArtifactError(
            f"{path} is no folder", allowed="a bundle folder, or models:/NAME@ALIAS", where="the model's address"
        )
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def _session(onnx: bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 - its errors share no class but Exception
        raise ArtifactError(f"{graph.FILE} cannot be read: {str(error).splitlines()[0]}") from None
