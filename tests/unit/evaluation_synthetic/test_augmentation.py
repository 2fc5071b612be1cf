import numpy as np
import pandas as pd

from tests.fixtures.known_generators import COLUMNS, rows
from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.synthetic.augmentation import FRACTIONS, WAYS, augmentation_table, augmentation_trials


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
    trials = augmentation_trials(truthful, train, marked, test, marked_test, COLUMNS)
    curve = augmentation_table(trials).set_index("labels")
    assert list(curve.index) == list(FRACTIONS)
    assert curve.loc[0.05, "generated"] > curve.loc[0.05, "oversampling"]
    assert curve.loc[0.05, "generated"] > curve.loc[0.05, "nothing"]
    assert curve.loc[1.0, "nothing"] > curve.loc[0.05, "nothing"]
    draws = Bootstrap.of_rows(len(test), 200, 0)
    few = next(trial for trial in trials if trial.labels == 0.05)
    precision = {way: few.resample(way, draws) for way in WAYS}
    for way, precision_R in precision.items():
        low, high = np.quantile(precision_R, [0.025, 0.975])
        assert low < curve.loc[0.05, way] < high
    gain_R = precision["generated"] - precision["oversampling"]
    unpaired_R = precision["generated"] - np.random.default_rng(0).permutation(precision["oversampling"])
    assert gain_R.std() < unpaired_R.std(), "the same test rows for both"


def test_only_the_labelled_marked_rows_are_shown_to_the_maker():
    (train, marked), (test, marked_test) = rare(4_000, 0), rare(500, 1)
    shown = []

    def make(found, number, seed):
        shown.append(found)
        return found.sample(number, replace=True, random_state=seed)

    curve = augmentation_table(augmentation_trials(make, train, marked, test, marked_test, COLUMNS))
    assert [len(found) for found in shown] == [n for n in curve["positives"] if n >= 4]
    assert all(train.index[marked].isin(found.index).sum() == len(found) for found in shown)


def test_too_few_marked_rows_have_no_score():
    train, test = rows(500, 0), rows(100, 1)
    nobody = np.zeros(500, dtype=bool)
    curve = augmentation_table(augmentation_trials(truthful, train, nobody, test, nobody[:100], COLUMNS))
    assert curve[["nothing", "oversampling", "generated"]].isna().all(axis=None)
    assert isinstance(curve, pd.DataFrame)
