"""A perfect, a leaking and a collapsed generator of a known law stand in the right order on every ruler."""

import pytest

from tests.fixtures.known_generators import COLUMNS, collapsed, expected_coverage, leaking, rows
from vaegis.evaluation.distance import RowSpace
from vaegis.evaluation.privacy.audit import ask
from vaegis.evaluation.privacy.material import Material
from vaegis.evaluation.synthetic.manifold import manifold
from vaegis.evaluation.synthetic.shapes import column_shapes
from vaegis.evaluation.synthetic.trends import pair_trends, trend_score
from vaegis.evaluation.synthetic.two_sample import two_sample
from vaegis.evaluation.synthetic.utility import train_and_test

ROWS = 2_000
TRAIN, HOLDOUT, TEST = rows(ROWS, 0), rows(ROWS, 1), rows(ROWS, 2)
MADE = {"perfect": rows(ROWS, 3), "leaking": leaking(TRAIN, ROWS, 0.5, 4), "collapsed": collapsed(ROWS, 5)}


def quality(made):
    space = RowSpace.fit(TEST, COLUMNS)
    near = manifold(space.points(TEST), space.points(made))
    return {
        "shape": column_shapes(TEST, made, COLUMNS)["shape"].mean(),
        "trend": trend_score(pair_trends(TEST, made, COLUMNS), every=True),
        "told apart": -two_sample(TEST, made, COLUMNS).value,
        **{name: near[name].value for name in ("recall", "coverage")},
        "use": train_and_test(made, TEST, COLUMNS, COLUMNS[0]),
    }


def privacy(made):
    figures = ask(Material(made=made, train=TRAIN, holdout=HOLDOUT, columns=COLUMNS))
    return {name: figure.value for name, figure in figures.items()}


@pytest.fixture(scope="module")
def judged():
    return {name: (quality(made), privacy(made)) for name, made in MADE.items()}


@pytest.mark.parametrize("ruler", ["shape", "trend", "told apart", "recall", "coverage", "use"])
def test_the_collapsed_one_is_worst_and_the_leaking_one_as_good_as_the_perfect_one(judged, ruler):
    perfect, leaky, collapsed_one = (judged[name][0][ruler] for name in ("perfect", "leaking", "collapsed"))
    assert perfect > collapsed_one + 0.1
    assert leaky == pytest.approx(perfect, abs=0.05)


def test_the_perfect_one_reaches_what_theory_says(judged):
    assert judged["perfect"][0]["coverage"] == pytest.approx(expected_coverage(ROWS, ROWS), abs=0.02)
    assert -judged["perfect"][0]["told apart"] == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(
    ("ruler", "chance", "leak"),
    [
        ("copy_excess", 0.0, 0.4),
        ("closer_to_train", 0.5, 0.7),
        ("membership_auc", 0.5, 0.65),
        ("membership_tpr", 0.01, 0.3),
        ("attribute_excess", 0.03, 0.1),
    ],
)
def test_the_leaking_one_alone_gives_training_rows_away(judged, ruler, chance, leak):
    assert judged["leaking"][1][ruler] > leak
    for name in ("perfect", "collapsed"):
        assert judged[name][1][ruler] <= chance + 0.04, name


def test_a_collapsed_one_is_typical_and_no_copy(judged):
    assert judged["collapsed"][1]["copy_share"] == judged["perfect"][1]["copy_share"] == 0.0
