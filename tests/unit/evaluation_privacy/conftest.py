"""Rows of a known law beside a perfect, a leaking and a copying generator."""

import pytest

from tests.fixtures.known_generators import COLUMNS, leaking, rows
from vaegis.evaluation.privacy.material import Material

TRAIN, HOLDOUT = rows(1_500, 0), rows(1_500, 1)


def of(made, **options):
    return Material(made=made, train=TRAIN, holdout=HOLDOUT, columns=COLUMNS, **options)


@pytest.fixture(scope="session")
def material_of():
    """Make the material of an audit from generated rows."""
    return of


@pytest.fixture(scope="session")
def perfect():
    return of(rows(1_500, 2))


@pytest.fixture(scope="session")
def leaky():
    """One generated row in twenty is a training row."""
    return of(leaking(TRAIN, 1_500, 0.05, 2))


@pytest.fixture(scope="session")
def copying():
    """Generated rows are training rows, drawn with replacement."""
    return of(TRAIN.sample(1_500, replace=True, random_state=0, ignore_index=True))
