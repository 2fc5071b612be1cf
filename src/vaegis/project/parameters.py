"""The text of params.yaml: what people change, sized to the table."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

STEPS: Final = (2_000, 4_000)
"""Optimiser steps to aim at, for up to and above `MANY` training rows; more gained nothing where it was tried."""
MANY: Final = 20_000
EPOCHS: Final = (5, 100)
"""Fewest and most passes over the training rows."""
BATCHES: Final = ((1_000, 32), (2_000, 64), (20_000, 128), (100_000, 256))
"""Training rows below which a batch has so many rows."""
_COMMENTS: Final = {
    "pull.max_rows": "0: all; else about this many, as whole days",
    "admit.max_quarantined": "share of rows",
    "train.devices": "two GPUs: DDP",
}
_WORD: Final = re.compile(r"[A-Za-z/][A-Za-z0-9_./-]*")
_NO_WORDS: Final = ("yes", "no", "true", "false", "on", "off", "y", "n", "null")
HEADER: Final = (
    "# What people change. Every other key and its default: `vaegis config --all`; any of them may be set here.\n"
)


def size_training(rows: int, features: int) -> dict[str, Any]:
    """Return latent size, epochs and batch for so many training rows and modelled columns."""
    batch = next((batch for below, batch in BATCHES if rows < below), 512)
    epochs = min(max(round(STEPS[rows > MANY] * batch / max(rows, 1)), EPOCHS[0]), EPOCHS[1])
    steps = epochs * math.ceil(rows / batch)
    sized: dict[str, Any] = {"latent_dim": min(max(math.ceil(features / 3), 2), 16), "epochs": epochs}
    if batch != 512:
        sized["batch_rows"] = batch
    if steps < 3_000:  # the moving average of weights must not outlast training
        sized["ema_decay"] = 0.99 if steps >= 300 else 0.95
    return sized


def params_yaml(
    *,
    ingest: Mapping[str, Any],
    pull: Mapping[str, Any],
    split: Mapping[str, Any],
    training: Mapping[str, Any],
    model: str,
    source_state: Mapping[str, Any] | None = None,
) -> str:
    """Return the text of params.yaml."""
    shape = ("batch_rows", "ema_decay", "epochs")
    sections: dict[str, Mapping[str, Any]] = {
        "ingest": ingest,
        "source_state": source_state or {},
        "pull": pull,
        "validate": {},
        "admit": {"max_quarantined": 0.01},
        "split": split,
        "train": {"seed": 0, "beta": 1.0, **training, "devices": "auto"},
        "score": {"mode": "elbo"},
        "generator": {"kind": "autoregressive"},
        "baseline": {key: value for key, value in training.items() if key in shape},
        "evaluate": {"false_alarm_rate": 0.01},
        "compare": {},
        "report": {"owner": ""},
        "reference": {},
        "register": {"model": model},
        "promote": {"policy": "policy.yaml"},
        "publish": {},
        "monitor": {},
    }
    return HEADER + "".join(_section(name, values) for name, values in sections.items())


def _section(name: str, values: Mapping[str, Any]) -> str:
    if not values:
        return f"{name}: {{}}\n"
    return f"{name}:\n" + "".join(f"  {key}: {_value(f'{name}.{key}', value)}\n" for key, value in values.items())


def _value(key: str, value: Any) -> str:
    """Write a value as YAML, in quotes where YAML would take a word for something else."""
    written = value if _is_plain(value) else json.dumps(value, ensure_ascii=False)
    return f"{written} # {_COMMENTS[key]}" if key in _COMMENTS else written


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) and bool(_WORD.fullmatch(value)) and value.lower() not in _NO_WORDS
