"""A fitted model's parts as bytes and back: safetensors and JSON, no pickle."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from vaegis.config.train import TrainConfig
from vaegis.contract import TableSchema
from vaegis.data.batches import TableBatch
from vaegis.data.transform import TableTransform
from vaegis.durable import canonical_json
from vaegis.fitted.form import TableForm
from vaegis.generation.generator import Generator
from vaegis.likelihoods import Layout
from vaegis.model.priors import PRIORS, Prior
from vaegis.model.vae import VAE, make_network
from vaegis.scoring import packing as detectors
from vaegis.scoring.calibration import Calibration
from vaegis.scoring.detector import Detector

KIND: Final = "vaegis.table"
_HARDWARE: Final = ("accelerator", "devices", "strategy", "compile")
"""Settings that say where a model was trained, not what it is: the content digest must not know them."""


@dataclass(frozen=True)
class Parts:
    """What a fitted model is made of."""

    schema: TableSchema
    config: TrainConfig
    transform: TableTransform
    network: VAE
    calibration: Calibration
    conditions: TableBatch | None = None
    """Condition columns of at most 1,000 training rows, which rows are generated for; None without such columns."""
    prior: Prior | None = None
    """Where latents are drawn from if not from N(0, I)."""
    detector: Detector | None = None
    """What scores rows; without one the negative ELBO does."""
    generator: Generator | None = None
    """What generates rows; without one the latent prior and the columns' likelihoods do."""
    form: TableForm | None = None
    """How the table in memory that was fitted was held; None where the rows came from a file."""

    def pack(self) -> dict[str, bytes]:
        """Return the parts by file name."""
        weights = {name: tensor.contiguous() for name, tensor in self.network.state_dict().items()}
        calibration = {"scores": self.calibration.scores_M, "column_median": self.calibration.column_median_X}
        config = {key: value for key, value in asdict(self.config).items() if key not in _HARDWARE}
        network = {"layout": self.network.layout.to_json(), "config": config}
        parts = {
            "weights.safetensors": save_tensors(weights),
            "calibration.safetensors": save_arrays(calibration),
            "network.json": canonical_json(network),
            "transform.json": canonical_json(self.transform.to_json()),
            "schema.json": canonical_json(self.schema.to_json()),
        }
        if self.conditions is not None:
            rows = self.conditions
            cells = {"values": rows.values_ND, "codes": rows.codes_NC, "observed": rows.observed_NX}
            parts["conditions.safetensors"] = save_tensors(cells)
        if self.prior is not None:
            parts["prior.safetensors"] = save_arrays(self.prior.pack())
        if self.detector is not None:
            parts |= _written("detector", *detectors.pack(self.detector))
        if self.generator is not None:
            parts |= _written("generator", *self.generator.pack())
        if self.form is not None:
            parts["form.json"] = canonical_json(self.form.to_json())
        return parts


def unpack(parts: Mapping[str, bytes]) -> Parts:
    """Rebuild what `Parts.pack` wrote."""
    record = _json(parts, "network.json")
    config = TrainConfig(**record["config"])
    network = make_network(Layout.from_json(record["layout"]), config)
    network.load_state_dict(load_tensors(parts["weights.safetensors"]))
    arrays: dict[str, np.ndarray] = load_arrays(parts["calibration.safetensors"])
    return Parts(
        schema=TableSchema.from_json(_json(parts, "schema.json")),
        config=config,
        transform=TableTransform.from_json(_json(parts, "transform.json")),
        network=network.eval(),
        calibration=Calibration(arrays["scores"], arrays["column_median"]),
        conditions=_conditions(parts),
        prior=_prior(parts, config.prior),
        detector=detectors.unpack(*_read(parts, "detector")) if "detector.json" in parts else None,
        generator=Generator.unpack(*_read(parts, "generator")) if "generator.json" in parts else None,
        form=TableForm.from_json(_json(parts, "form.json")) if "form.json" in parts else None,
    )


def _conditions(parts: Mapping[str, bytes]) -> TableBatch | None:
    if "conditions.safetensors" not in parts:
        return None
    arrays = load_tensors(parts["conditions.safetensors"])
    return TableBatch(arrays["values"], arrays["codes"], arrays["observed"])


def _prior(parts: Mapping[str, bytes], name: str) -> Prior | None:
    if "prior.safetensors" not in parts:
        return None
    return PRIORS[name].unpack(load_arrays(parts["prior.safetensors"]))


def _written(name: str, arrays: dict[str, np.ndarray], record: dict[str, Any]) -> dict[str, bytes]:
    return {f"{name}.safetensors": save_arrays(arrays), f"{name}.json": canonical_json(record)}


def _read(parts: Mapping[str, bytes], name: str) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    return load_arrays(parts[f"{name}.safetensors"]), _json(parts, f"{name}.json")


def _json(parts: Mapping[str, bytes], name: str) -> Any:
    return json.loads(parts[name])
