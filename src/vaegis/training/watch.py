"""What the validation rows say about a latent while it trains: when to raise an alarm, and what a remedy changes.

All of it follows from the history, so that a resumed training decides what it would have decided. K latents.
"""

import logging
from collections.abc import Sequence
from typing import Final

from torch import Tensor

from vaegis.config.train import TrainConfig

_LOG = logging.getLogger(__name__)
Record = dict[str, float]

ACTIVE_NATS: Final = 0.01
"""Mean rate above which a latent dimension is active."""
MIN_ACTIVE: Final = 0.1
"""Share of the latent dimensions below which the posterior has collapsed; one, if that is less than one."""
MIN_USE: Final = 0.1
"""Nats a row by which another row's latent must explain it worse, or the decoder ignores the latent."""
COLLAPSE_INTERVALS: Final = 2
"""Intervals in a row that must look collapsed, after warm-up: the alarm comes with the second."""
FREE_NATS: Final = 0.25
"""Free nats a dimension by the first remedy `free_bits`; each further one doubles them."""
LOWERED: Final = 0.1
"""Factor of beta, or of 1 if it is above, by each remedy `lower_beta`."""
GRACE: Final = 0.1
"""Share of planned steps that a remedy is given before the next alarm: a latent wakes up slowly."""
MOST_REMEDIES: Final = 3
"""Where nothing is to be learnt by a latent, no weight makes it used."""
ALARMS: Final[dict[str, tuple[float, str]]] = {
    "val/sigma_floor": (0.1, "of the predicted standard deviations sit at their floor, train.min_sigma"),
    "val/posterior_clamp": (0.1, "of the posterior's log-variances sit at a limit of LOG_VAR_RANGE"),
}
"""Share above which a watched number is said once, in words."""


def latent_metrics(rate_K: Tensor) -> Record:
    """Return what mean rates by dimension say: nats a row, and how many dimensions carry some."""
    return {"val/rate": float(rate_K.sum()), "val/active_units": float((rate_K > ACTIVE_NATS).sum())}


def looks_collapsed(record: Record, latent_dim: int) -> bool:
    """Whether too few dimensions are active or, where the network tells, the decoder ignores them.

    A deterministic twin has no rate at all: there the decoder alone decides.
    """
    use = record.get("val/decoder_use")
    if use is not None and (use < MIN_USE or record["val/rate"] == 0.0):
        return use < MIN_USE
    return record["val/active_units"] < max(1.0, MIN_ACTIVE * latent_dim)


def collapse_alarm(records: Sequence[Record], latent_dim: int, *, full_beta: int, planned_steps: int) -> bool:
    """Whether the last `COLLAPSE_INTERVALS` records look collapsed, all after step `full_beta` and an alarm's grace."""
    said, recent = last_alarm(records), records[-COLLAPSE_INTERVALS:]
    settled = max(full_beta, said + GRACE * planned_steps if said else 0.0)
    return len(recent) == COLLAPSE_INTERVALS and all(
        record["step"] > settled and looks_collapsed(record, latent_dim) for record in recent
    )


def last_alarm(records: Sequence[Record]) -> int:
    """Return the step of the last collapse alarm, 0 if there was none."""
    return int(max((record["step"] for record in records if record.get("val/collapse")), default=0.0))


def remedied(config: TrainConfig, records: Sequence[Record]) -> tuple[float, float]:
    """Return (beta once warmed up, free nats a dimension) that are in force after these records."""
    alarms = min(MOST_REMEDIES, sum(bool(record.get("val/collapse")) for record in records))
    if alarms and config.collapse == "lower_beta":
        return min(config.beta, 1.0) * LOWERED**alarms, config.free_bits
    if alarms and config.collapse == "free_bits":
        return config.beta, max(FREE_NATS, config.free_bits) * 2.0 ** (alarms - 1)
    return config.beta, config.free_bits


def say_alarms(record: Record, before: Sequence[Record], remedy: str) -> None:
    """Warn of what this record shows and none before it did."""
    if record["train/skipped"] and not any(past["train/skipped"] for past in before):
        _LOG.warning("%d steps skipped up to step %d: outlier gradients", record["train/skipped"], record["step"])
    for name, (limit, words) in ALARMS.items():
        share = record.get(name, 0.0)
        if share > limit and not any(past.get(name, 0.0) > limit for past in before):
            _LOG.warning("%.0f %% %s (step %d)", 100 * share, words, record["step"])
    if record["val/collapse"] and (remedy != "warn" or not any(past["val/collapse"] for past in before)):
        _LOG.warning(
            "posterior collapse at step %d: %d active latent dimensions, rate %.3g nats per row; train.collapse: %s",
            record["step"],
            record["val/active_units"],
            record["val/rate"],
            remedy,
        )
