"""Everything that is measured of one model on the bench: figures by topic, and the tables behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from vaegis.evaluation.bench import OWN
from vaegis.evaluation.case import Case
from vaegis.evaluation.detection import tables as detection
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.latent import tables as latent
from vaegis.evaluation.metric import TableSpec, in_tier
from vaegis.evaluation.metrics import Measured, measure
from vaegis.evaluation.privacy import tables as privacy
from vaegis.evaluation.reconstruction import tables as reconstruction
from vaegis.evaluation.synthetic import tables as synthetic
from vaegis.evaluation.synthetic.findings import curves
from vaegis.evaluation.usefulness import metrics as usefulness

TABLES: Final[dict[str, TableSpec]] = {
    **reconstruction.TABLES,
    **detection.TABLES,
    **latent.TABLES,
    **usefulness.TABLES,
    **synthetic.TABLES,
    **privacy.TABLES,
}
"""Every table, by the name of its file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What was measured of one model."""

    case: Case
    measured: Mapping[str, Measured]
    """`topic/metric` -> estimate."""
    tables: Mapping[str, pd.DataFrame]

    @property
    def metrics(self) -> dict[str, dict[str, float | None]]:
        """Return `topic -> metric -> number`, None where there is none."""
        topics: dict[str, dict[str, float | None]] = {}
        for name, measured in self.measured.items():
            topic, _, metric = name.partition("/")
            topics.setdefault(topic, {})[metric] = measured.estimate.value
        return topics

    def records(self) -> dict[str, Any]:
        """Return all that is known of each metric, by name."""
        return {name: measured.record() for name, measured in self.measured.items()}

    @property
    def curves(self) -> Mapping[str, pd.DataFrame]:
        """One table a declared reference curve."""
        return self.case.once(curves)

    @property
    def threshold(self) -> float:
        """Lowest flagged score, nats."""
        return self.case.model.calibration.threshold(self.case.config.false_alarm_rate)

    @property
    def months(self) -> pd.Series:
        """Share of normal rows that the model flags, by month."""
        return self.tables["false_alarms_by_month"].set_index("month")[OWN]


def gather(case: Case) -> Evidence:
    """Measure a model beside its rivals, by the same bench."""
    tables = {}
    for name, spec in TABLES.items():
        try:
            if in_tier(spec, case.tier):
                tables[name] = spec.make(case)
        except NotComputable:
            continue
    return Evidence(case=case, measured=measure(case), tables=tables)
