"""How sure the figures of generated rows are, by replicate: what their metrics and no others ask for."""

import numpy as np

from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.case import Case
from vaegis.evaluation.halves import Two, halve, together
from vaegis.evaluation.reconstruction.findings import seen
from vaegis.evaluation.synthetic import findings
from vaegis.evaluation.synthetic.resampled import halve_curve, resample_pairs, resample_shapes


def shape_halves(case: Case) -> np.ndarray:
    """Return the mean shape in halves of test rows and of generated rows, (H,)."""
    halves = together(case.halves(case.test), _made(case))
    return resample_shapes(case.once(seen), case.once(findings.made), case.rows.schema.features, halves)


def real_shape_halves(case: Case) -> np.ndarray:
    """Return the same of training rows in place of generated ones, (H,)."""
    halves = together(case.halves(case.test), _real(case, 1))
    return resample_shapes(case.once(seen), case.once(findings.real_seen), case.rows.schema.features, halves)


def pair_halves(case: Case) -> np.ndarray:
    """Return the trend of each pair in halves of training rows and of generated rows, (H, P)."""
    return resample_pairs(case.once(findings.real), case.once(findings.made), findings.columns(case), _beside(case))


def anchored_pair_halves(case: Case) -> np.ndarray:
    """Return the same with amounts cut by the real range, (H, P)."""
    real, made = case.once(findings.real), case.once(findings.made)
    return resample_pairs(real, made, findings.columns(case), _beside(case), anchored=True)


def curve_halves(case: Case) -> np.ndarray:
    """Return the error of the worst curve in halves of test rows and of generated rows, (H,)."""
    frames, halves = (case.test, case.once(findings.made)), together(case.halves(case.test), _made(case))
    tables = case.once(findings.curves)
    errors = [
        halve_curve(reference, tables[reference.name], frames, halves)
        for reference in case.bench.references
        if "generated" in tables[reference.name]
    ]
    return np.asarray(np.max(errors, axis=0))


def _beside(case: Case) -> Two:
    return together(_real(case, 0), _made(case))


def _real(case: Case, other: int) -> Bootstrap:
    return halve(case.bootstrap(case.once(findings.real)), case.config.seed + other)


def _made(case: Case) -> Bootstrap:
    """Return halves of the generated rows, which are drawn one by one; the other table's are others."""
    seed = case.config.seed
    return halve(Bootstrap.of_rows(len(case.once(findings.made)), case.replicates, seed), seed + 1)
