import pytest

from tests.fixtures.known_generators import COLUMNS, collapsed, rows
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.synthetic.two_sample import two_sample


def test_equal_laws_cannot_be_told_apart_and_a_collapsed_generator_can():
    real = rows(3_000, 0)
    fair = two_sample(real, rows(3_000, 1), COLUMNS)
    assert fair.low - 0.01 <= 0.5 <= fair.high + 0.01
    assert two_sample(real, collapsed(1_000, 2), COLUMNS).low > 0.9


def test_the_same_seed_gives_the_same_figure():
    real, made = rows(300, 0), rows(400, 1)
    assert two_sample(real, made, COLUMNS, 3) == two_sample(real, made, COLUMNS, 3)


def test_too_few_rows_have_a_reason():
    with pytest.raises(NotComputable, match="40 rows of each kind teach trees nothing"):
        two_sample(rows(40, 0), rows(400, 1), COLUMNS)
