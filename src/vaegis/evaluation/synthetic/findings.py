"""What is found out about generated rows, once for all metrics, tables and figures that speak of it."""

from typing import Final

import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.data.split import normal_rows
from vaegis.evaluation.bounds import Bounded
from vaegis.evaluation.case import Case
from vaegis.evaluation.distance import RowSpace
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.reconstruction.findings import expected, seen
from vaegis.evaluation.rows import thin
from vaegis.evaluation.synthetic.around import rows_around
from vaegis.evaluation.synthetic.augmentation import augmentation_curve
from vaegis.evaluation.synthetic.curves import curve_table
from vaegis.evaluation.synthetic.manifold import manifold
from vaegis.evaluation.synthetic.rules import rule_pass_rates
from vaegis.evaluation.synthetic.shapes import column_shapes
from vaegis.evaluation.synthetic.trends import pair_trends
from vaegis.evaluation.synthetic.two_sample import two_sample
from vaegis.evaluation.synthetic.utility import targets, train_and_test

MANIFOLD_ROWS: Final = 3_000
UTILITY_TARGETS: Final = 6
AUGMENTED_ROWS: Final = 20_000
"""Training rows of which labels are known, at most."""


def require_generator(case: Case) -> None:
    """Refuse a deterministic autoencoder."""
    if case.model.kind == "autoencoder":
        raise NotComputable("a deterministic autoencoder has nothing to generate rows from")


def made(case: Case) -> pd.DataFrame:
    """Return generated rows."""
    require_generator(case)
    return case.model.sample(case.config.sample_rows, seed=case.config.seed)


def columns(case: Case) -> list[ColumnSpec]:
    """Return the generated columns."""
    return list(case.model.schema.inputs)


def real(case: Case) -> pd.DataFrame:
    """Return as many training rows as are generated: what a perfect generator would come to on every ruler."""
    return thin(case.rows.train, case.config.sample_rows).reset_index(drop=True)


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


def real_shapes(case: Case) -> pd.DataFrame:
    """Return the shape of each column of training rows, beside the same test rows."""
    known = case.once(real)
    known = known.assign(**case.model.transform.as_levels(known))
    return column_shapes(case.once(seen), known, case.rows.schema.features)


def pairs(case: Case) -> pd.DataFrame:
    """Return the trend of each pair of columns, beside training rows."""
    return pair_trends(case.once(real), case.once(made), columns(case))


def anchored_pairs(case: Case) -> pd.DataFrame:
    """Return the same with amounts cut by the real range."""
    return pair_trends(case.once(real), case.once(made), columns(case), anchored=True)


def rules(case: Case) -> tuple[float, pd.DataFrame]:
    """Return the share of generated rows that meet every rule, and the table of rules."""
    return rule_pass_rates(case.once(made), case.rows.schema, case.bench.rules)


def neighbours(case: Case) -> dict[str, Bounded]:
    """Return precision, recall, density and coverage, beside training rows."""
    space = RowSpace.fit(case.once(real), columns(case))
    known, drawn = (space.points(thin(frame, MANIFOLD_ROWS)) for frame in (case.once(real), case.once(made)))
    return manifold(known, drawn)


def told_apart(case: Case) -> Bounded:
    """Return how well trees tell generated rows from training rows."""
    return two_sample(case.once(real), case.once(made), columns(case), case.config.seed)


def utility(case: Case) -> pd.DataFrame:
    """Return one row a target: the score on test rows of trees trained on real and on generated rows.

    Columns `column`, `real`, `generated`; targets that real rows teach nothing about are left out.
    """
    train, drawn, test = case.once(real), case.once(made), thin(case.test, case.config.sample_rows)
    records = []
    for target in targets(train, columns(case), UTILITY_TARGETS):
        own, other = (train_and_test(rows, test, columns(case), target, case.config.seed) for rows in (train, drawn))
        if own > (0.5 if target.is_discrete else 0.0):
            records.append({"column": target.name, "real": own, "generated": other})
    if not records:
        raise NotComputable("trees cannot tell any column from the others, even when they are trained on real rows")
    return pd.DataFrame(records)


def augmentation(case: Case) -> pd.DataFrame:
    """Return, for each label, what generated rows add where few labels are known."""
    require_generator(case)
    train = thin(case.rows.train, AUGMENTED_ROWS).reset_index(drop=True)
    test = thin(case.test, AUGMENTED_ROWS).reset_index(drop=True)
    parts = []
    for label in case.rows.schema.labels:
        marked_N, marked_T = (~normal_rows(rows, [label.name]).to_numpy() for rows in (train, test))
        curve = augmentation_curve(
            lambda found, number, seed: rows_around(case.model, found, number, seed),
            train,
            marked_N,
            test,
            marked_T,
            columns(case),
            case.config.seed,
        )
        parts.append(curve.assign(label=label.name))
    curves = [part for part in parts if part["generated"].notna().any()]
    if not curves:
        raise NotComputable("no label marks enough training and test rows")
    return pd.concat(curves, ignore_index=True)
