import numpy as np
import pandas as pd

from tests.fixtures.known_generators import COLUMNS, rows
from vaegis.evaluation.synthetic.augmentation import FRACTIONS, augmentation_curve


def rare(number, seed):
    """Rows of which 3 % are marked: those far up in `c`, with noise."""
    frame = rows(number, seed)
    score = frame["c"] + np.random.default_rng(seed).normal(scale=0.3, size=number)
    return frame, (score > 6.0).to_numpy()


def truthful(found, number, seed):
    frame, marked = rare(max(100, 100 * number), seed + 50)
    return frame[marked].head(number)


def test_generated_rows_of_the_law_help_where_labels_are_few():
    (train, marked), (test, marked_test) = rare(12_000, 0), rare(6_000, 1)
    curve = augmentation_curve(truthful, train, marked, test, marked_test, COLUMNS).set_index("labels")
    assert list(curve.index) == list(FRACTIONS)
    assert curve.loc[0.05, "generated"] > curve.loc[0.05, "oversampling"]
    assert curve.loc[0.05, "generated"] > curve.loc[0.05, "nothing"]
    assert curve.loc[1.0, "nothing"] > curve.loc[0.05, "nothing"]


def test_only_the_labelled_marked_rows_are_shown_to_the_maker():
    (train, marked), (test, marked_test) = rare(4_000, 0), rare(500, 1)
    shown = []

    def make(found, number, seed):
        shown.append(found)
        return found.sample(number, replace=True, random_state=seed)

    curve = augmentation_curve(make, train, marked, test, marked_test, COLUMNS)
    assert [len(found) for found in shown] == [n for n in curve["positives"] if n >= 4]
    assert all(train.index[marked].isin(found.index).sum() == len(found) for found in shown)


def test_too_few_marked_rows_have_no_score():
    train, test = rows(500, 0), rows(100, 1)
    curve = augmentation_curve(truthful, train, np.zeros(500, dtype=bool), test, np.zeros(100, dtype=bool), COLUMNS)
    assert curve[["nothing", "oversampling", "generated"]].isna().all(axis=None)
    assert isinstance(curve, pd.DataFrame)
