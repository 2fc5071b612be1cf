"""What a model's own files hold of real rows: whoever gets the bundle gets these, whatever is generated."""

from collections.abc import Iterator

import pandas as pd

from vaegis.data.level_code import LevelCode
from vaegis.data.number_code import NumberCode
from vaegis.fitted.model import FittedModel


def stored_rows(model: FittedModel) -> int:
    """Return how many training rows the bundle holds whole, up to the scale: the detector's neighbours."""
    return 0 if model.detector is None else int(model.detector.reference.rows.num_rows)


def rare_names(model: FittedModel) -> int:
    """Return how many names the generator's codec holds of which it saw fewer than eight rows."""
    codes = [] if model.generator is None else model.generator.codec.codes
    return sum(len(code.rare) for code in codes if isinstance(code, LevelCode))


def holdings(model: FittedModel) -> pd.DataFrame:
    """Return one row a kind of thing: `what`, `count`, `statement`."""
    return pd.DataFrame(list(_told(model)), columns=["what", "count", "statement"])


def _told(model: FittedModel) -> Iterator[tuple[str, int, str]]:
    rows = stored_rows(model)
    yield (
        "whole rows",
        rows,
        "training rows that the detector compares new rows with, in its own scale: as good as in the clear"
        if rows
        else "no training row is stored",
    )
    names = sum(len(levels) for levels in model.transform.levels)
    yield "names of levels", names, "levels of discrete columns that training saw, each in the clear"
    scores = len(model.calibration.scores_M)
    yield "scores", scores, "scores of calibration rows, sorted: numbers without the rows they are of"
    if model.conditions is not None:
        yield (
            "conditions",
            model.conditions.num_rows,
            "training rows of which the condition columns are held, only these",
        )
        ends = 2 * len(model.transform.ranges)
        yield (
            "ends of conditions",
            ends,
            "the smallest and the largest training value of each condition that is no level",
        )
    if model.generator is None:
        return
    codes = model.generator.codec.codes
    rare = rare_names(model)
    yield "rare names", rare, "names of fewer than eight training rows, in the clear, with their number of rows"
    numbers = [code for code in codes if isinstance(code, NumberCode) and len(code.values)]
    exact = sum(len(code.values) for code in numbers if not code.smooth)
    yield "single values", exact, "values of amounts with up to 2,000 distinct ones, every one that training saw"
    yield (
        "extremes",
        2 * len(numbers),
        "the smallest and the largest training value of each amount, and quantiles between: real values of single rows",
    )
