"""Generated rows beside real ones: the reference curves, the rules of the table, the shape of every column."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from scipy.stats import ks_2samp

from vaegis.contract import ColumnSpec, Rule, TableSchema
from vaegis.data.seconds import as_numbers
from vaegis.data.transform import as_text
from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.metric import MetricSpec
from vaegis.evaluation.reconstruction.findings import expected, seen
from vaegis.evaluation.references import Reference


def curve_table(reference: Reference, frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row a bin: x, rows of the first frame, and each frame's median of y (NaN in bins it leaves thin)."""
    curves = {name: reference.curve(frame, _enough(frame)) for name, frame in frames.items()}
    first = next(iter(curves.values()))
    table = first[["x", "rows", "median", "spread"]].rename(columns={"median": next(iter(curves))})
    for name, curve in list(curves.items())[1:]:
        table[name] = curve["median"].reindex(table.index)
    return table.reset_index(drop=True)


def curve_error(table: pd.DataFrame, real: str, other: str) -> float:
    """Return the mean |difference of medians| over bins, weighted by real rows, as a share of the real range of y."""
    both = table[table[other].notna()]
    scale = float(np.ptp(table[real].to_numpy())) if len(table) else 0.0
    if not len(both) or scale == 0:
        return float("nan")
    return float(np.average((both[other] - both[real]).abs(), weights=both["rows"]) / scale)


def column_shapes(real: pd.DataFrame, made: pd.DataFrame, columns: Sequence[ColumnSpec]) -> pd.DataFrame:
    """Return one row a column: shape = 1 - Kolmogorov-Smirnov distance, or 1 - total variation for levels."""
    records = []
    for column in columns:
        here, there = real[column.name].dropna(), made[column.name].dropna()
        shape = float("nan")
        if len(here) and len(there):
            shape = 1.0 - (_variation(here, there) if column.is_discrete else _largest_gap(here, there))
        records.append({"column": column.name, "shape": shape})
    return pd.DataFrame(records)


def rule_pass_rate(made: pd.DataFrame, schema: TableSchema, rules: Sequence[Rule]) -> float:
    """Return the share of generated rows that meet every row-level expectation that real rows must meet."""
    from vaegis.quality.rows import passing_share  # noqa: PLC0415 - loads great_expectations, seconds

    return passing_share(made, schema, rules).share


def _enough(frame: pd.DataFrame) -> int:
    return 20 if len(frame) > 5_000 else 5


def _largest_gap(here: pd.Series, there: pd.Series) -> float:
    return float(ks_2samp(as_numbers(here), as_numbers(there), method="asymp").statistic)


def _variation(here: pd.Series, there: pd.Series) -> float:
    shares = pd.concat([as_text(part).value_counts(normalize=True) for part in (here, there)], axis=1).fillna(0.0)
    return float(0.5 * (shares.iloc[:, 0] - shares.iloc[:, 1]).abs().sum())


def made(case: Case) -> pd.DataFrame:
    """Return generated rows."""
    if case.model.kind == "autoencoder":
        raise NotComputable("a deterministic autoencoder has nothing to generate rows from")
    return case.model.sample(case.config.sample_rows, seed=case.config.seed)


def curves(case: Case) -> dict[str, pd.DataFrame]:
    """Return each declared reference curve of real, reconstructed and generated rows, as far as the model has them."""
    found = {}
    for reference in case.bench.references:
        frames = {"real": case.test}
        if {reference.x, reference.y} <= set(case.model.columns):
            frames["reconstructed"] = case.once(expected)
            if case.model.kind != "autoencoder":
                frames["generated"] = case.once(made)
        found[reference.name] = curve_table(reference, frames)
    return found


def shapes(case: Case) -> pd.DataFrame:
    """Return the shape of each generated column."""
    return column_shapes(case.once(seen), case.once(made), case.rows.schema.features)


def worst_curve_error(case: Case) -> Estimate:
    """Return the largest error of a reference curve."""
    rows = len(case.once(made))
    errors = [curve_error(curve, "real", "generated") for curve in case.once(curves).values() if "generated" in curve]
    if not errors:
        raise NotComputable("no reference curve is declared over features")
    return Estimate.of(float(np.max(errors)), rows, otherwise="a reference curve has too few rows or is flat")


def rule_share(case: Case) -> Estimate:
    """Return the share of generated rows that obey the rules."""
    rows = case.once(made)
    return Estimate.of(rule_pass_rate(rows, case.rows.schema, case.bench.rules), len(rows))


def mean_shape(case: Case) -> Estimate:
    """Return the mean shape over columns."""
    value = float(case.once(shapes)["shape"].mean())
    return Estimate.of(value, len(case.once(made)), otherwise="no column has values in both tables")


METRICS: Final[dict[str, MetricSpec]] = {
    "synthetic/curve_error": MetricSpec(
        definition="mean difference of the medians of real and generated rows along a reference curve; the worst curve",
        unit="share of the curve's range",
        direction="lower",
        reading="0 is perfect, above 0.05 generated rows miss the relation",
        compute=worst_curve_error,
    ),
    "synthetic/rule_pass_rate": MetricSpec(
        definition="share of generated rows that meet every row-level expectation that real rows must meet",
        unit="share",
        direction="higher",
        reading="1 is perfect, below 0.8 generated rows are not plausible",
        compute=rule_share,
    ),
    "synthetic/mean_shape": MetricSpec(
        definition="mean over columns of 1 - Kolmogorov-Smirnov distance, or 1 - total variation for levels",
        unit="",
        direction="higher",
        reading="1 is equal, above 0.95 good; test rows of another season differ from training rows themselves",
        compute=mean_shape,
    ),
}
