"""What is found out about generated rows, once for all metrics, tables and figures that speak of it."""

from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.data.split import normal_rows
from vaegis.evaluation.bounds import Bounded
from vaegis.evaluation.case import Case
from vaegis.evaluation.distance import RowSpace
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.reconstruction.findings import expected, seen
from vaegis.evaluation.rows import thin
from vaegis.evaluation.synthetic.answers import Answers
from vaegis.evaluation.synthetic.around import rows_around
from vaegis.evaluation.synthetic.augmentation import Trial, augmentation_table, augmentation_trials
from vaegis.evaluation.synthetic.curves import curve_table
from vaegis.evaluation.synthetic.manifold import manifold
from vaegis.evaluation.synthetic.rules import rule_pass_rates
from vaegis.evaluation.synthetic.shapes import column_shapes
from vaegis.evaluation.synthetic.trends import pair_trends
from vaegis.evaluation.synthetic.two_sample import two_sample
from vaegis.evaluation.synthetic.utility import ask_trees, targets

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


def real_seen(case: Case) -> pd.DataFrame:
    """Return the training rows with categories as the levels that the model knows."""
    return case.once(real).assign(**case.model.transform.as_levels(case.once(real)))


def real_shapes(case: Case) -> pd.DataFrame:
    """Return the shape of each column of training rows, beside the same test rows."""
    return column_shapes(case.once(seen), case.once(real_seen), case.rows.schema.features)


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


def asked(case: Case) -> pd.DataFrame:
    """Return the test rows that trees are asked about."""
    return thin(case.test, case.config.sample_rows)


def answers(case: Case) -> dict[str, tuple[Answers, Answers | None]]:
    """Return by target what trees say of test rows that were trained on real and on generated rows.

    Targets that real rows teach nothing about are left out; None where generated rows hold no value of one.
    """
    train, drawn, test = case.once(real), case.once(made), case.once(asked)
    found = {}
    for target in targets(train, columns(case), UTILITY_TARGETS):
        own, other = (ask_trees(rows, test, columns(case), target, case.config.seed) for rows in (train, drawn))
        if own is not None and own.score() > (0.5 if target.is_discrete else 0.0):
            found[target.name] = (own, other)
    if not found:
        raise NotComputable("trees cannot tell any column from the others, even when they are trained on real rows")
    return found


def utility(case: Case) -> pd.DataFrame:
    """Return one row a target: `column`, and the score of trees trained on `real` and on `generated` rows."""
    scores = [
        {"column": name, "real": own.score(), "generated": np.nan if other is None else other.score()}
        for name, (own, other) in case.once(answers).items()
    ]
    return pd.DataFrame(scores)


def labelled(case: Case) -> pd.DataFrame:
    """Return the test rows on which classifiers with few labels are judged."""
    return thin(case.test, AUGMENTED_ROWS).reset_index(drop=True)


def trials(case: Case) -> dict[str, list[Trial]]:
    """Return by label what classifiers say of test rows that know few labels, with and without generated rows."""
    require_generator(case)
    train, test = thin(case.rows.train, AUGMENTED_ROWS).reset_index(drop=True), case.once(labelled)
    found = {}
    for label in case.rows.schema.labels:
        marked_N, marked_T = (~normal_rows(rows, [label.name]).to_numpy() for rows in (train, test))
        found[label.name] = augmentation_trials(
            lambda found, number, seed: rows_around(case.model, found, number, seed),
            train,
            marked_N,
            test,
            marked_T,
            columns(case),
            case.config.seed,
        )
    found = {name: tried for name, tried in found.items() if any(trial.told for trial in tried)}
    if not found:
        raise NotComputable("no label marks enough training and test rows")
    return found


def augmentation(case: Case) -> pd.DataFrame:
    """Return, for each label, what generated rows add where few labels are known."""
    parts = [augmentation_table(tried).assign(label=name) for name, tried in case.once(trials).items()]
    return pd.concat(parts, ignore_index=True)
