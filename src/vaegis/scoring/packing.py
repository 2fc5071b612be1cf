"""A detector as named arrays and plain JSON, and back: no code travels in it."""

from dataclasses import asdict
from typing import Any, Final

import numpy as np
import torch

from vaegis.config.score import ScoreConfig
from vaegis.data.batches import TableBatch
from vaegis.scoring.detector import Detector
from vaegis.scoring.draw import Draw
from vaegis.scoring.fusion import Usual
from vaegis.scoring.members import Members
from vaegis.scoring.reference import Reference, Spreads
from vaegis.scoring.views import Views

_SPREADS: Final = ("residual_EW", "latent_EK", "mean_EU", "precision_EUU")


def pack(detector: Detector) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return arrays by name, and the record that says how to read them."""
    reference, draw = detector.reference, detector.draw
    arrays = {f"views.{name}": array for name, array in reference.views.pack().items()}
    arrays |= {f"members.{name}": weight.numpy() for name, weight in reference.members.state_dict().items()}
    arrays |= {f"spreads.{name}": getattr(reference.spreads, name).numpy() for name in _SPREADS}
    arrays |= {"draw.position": draw.position_R.numpy(), "draw.fold": draw.fold_R.numpy().astype(np.uint8)}
    arrays |= {
        "rows.values": reference.rows.values_ND.numpy(),
        "rows.codes": reference.rows.codes_NC.numpy().astype(np.int32),
        "rows.observed": reference.rows.observed_NX.numpy().astype(np.uint8),
    }
    for asked, usual in detector.usual.items():
        arrays |= {f"usual.{asked}.parts": usual.parts_TX, f"usual.{asked}.spread": usual.spread_T}
        arrays |= {f"usual.{asked}.additive": usual.additive_T}
    record = {
        "config": asdict(detector.config),
        "num_levels": list(reference.views.num_levels),
        "num_rows": draw.num_rows,
        "asked": sorted(detector.usual),
    }
    return {name: np.ascontiguousarray(array) for name, array in arrays.items()}, record


def unpack(arrays: dict[str, np.ndarray], record: dict[str, Any]) -> Detector:
    """Rebuild from `pack`; scores are the same bits."""
    config = ScoreConfig(**record["config"])
    views = Views.unpack(_under("views.", arrays), record["num_levels"])
    share_L = torch.from_numpy(views.share_L)
    members = Members(config.members, len(views.center_D), views.num_levels, share_L, torch.Generator())
    members.load_state_dict({name: torch.tensor(array) for name, array in _under("members.", arrays).items()})
    members.eval().requires_grad_(requires_grad=False)
    rows = TableBatch(
        torch.tensor(arrays["rows.values"]),
        torch.tensor(arrays["rows.codes"]).long(),
        torch.tensor(arrays["rows.observed"]).float(),
    )
    spreads = Spreads(*(torch.tensor(arrays[f"spreads.{name}"]) for name in _SPREADS))
    position_R, fold_R = torch.tensor(arrays["draw.position"]), torch.tensor(arrays["draw.fold"]).long()
    usual = {asked: Usual(**_usual(arrays, asked)) for asked in record["asked"]}
    return Detector(
        config, Draw(record["num_rows"], position_R, fold_R), Reference(views, members, spreads, rows), usual
    )


def _usual(arrays: dict[str, np.ndarray], asked: str) -> dict[str, np.ndarray]:
    found = _under(f"usual.{asked}.", arrays)
    return {"parts_TX": found["parts"], "spread_T": found["spread"], "additive_T": found["additive"]}


def _under(prefix: str, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
